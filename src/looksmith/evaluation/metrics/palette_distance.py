"""How far the colours of one picture are from those of another, wherever they stand."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from looksmith.evaluation.metrics.sliced_wasserstein import sliced_wasserstein
from looksmith.media.colour import rgb_to_lab

HIGHER_IS_BETTER = False

SIDE = 128
"""Pixels a side at which colours are compared."""


def palette_distance(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> float:
    """Sliced Wasserstein distance of the colours in CIELAB (see :func:`sliced_wasserstein`; 64 fixed directions).

    Args:
        first, second: H x W x 3 uint8 sRGB of any sizes; each is resized to 128 x 128 pixels by area.

    Returns:
        in units of CIELAB; 0 when the pictures have the same colours, in whatever order.
    """
    return sliced_wasserstein(*(_colours(rgb) for rgb in (first, second)))


def _colours(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    small = cv2.resize(np.ascontiguousarray(rgb), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return rgb_to_lab(small).reshape(-1, 3)
