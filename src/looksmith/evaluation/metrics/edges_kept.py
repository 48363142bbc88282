"""Whether edges run where they ran: how near each edge of one picture is to one of the other."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

HIGHER_IS_BETTER = True

SHARE = 0.1
"""Of the pixels: those with the steepest gradients may start an edge."""

FAINTEST = 2.0
"""Slope, in levels a pixel, that can start an edge, whatever else there is."""

_SIGMA = 1.5
_SCALE = 8


def edges_kept(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> float:
    """Harmonic mean, over the two directions, of the mean of 1 / (1 + d²), d the distance to the nearest edge.

    Pratt's figure of merit (1978) with a weight of 1, taken both ways so that lost and added edges count alike.
    Edges are Canny's (1986) on grey levels blurred by 1.5 pixels; the upper threshold is each picture's own 90th
    percentile of gradients (at least a slope of two levels a pixel) and the lower one 0.4 of that, so that less
    contrast alone loses no edge.

    Args:
        first, second: H x W x 3 uint8 sRGB of one size.

    Returns:
        0 to 1; 1 when the edges are the same, and when neither picture has any; 0.5 when all moved by a pixel.

    Raises:
        ValueError: the shapes differ.
    """
    if first.shape != second.shape:
        raise ValueError(f"edges_kept: expected two pictures of one shape, got {first.shape} and {second.shape}")
    a, b = edges(first), edges(second)
    if not a.any() and not b.any():
        return 1.0
    if not a.any() or not b.any():
        return 0.0
    found, kept = _near(a, b), _near(b, a)
    return 2 * found * kept / (found + kept)


def edges(rgb: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where edges run in the grey levels, H x W."""
    grey = cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2GRAY).astype(np.float32) * _SCALE
    smooth = cv2.GaussianBlur(grey, (0, 0), _SIGMA)
    across, down = (np.asarray(cv2.Sobel(smooth, cv2.CV_32F, *d), np.float32) for d in ((1, 0), (0, 1)))
    steep = max(float(np.quantile(np.hypot(across, down), 1 - SHARE)), FAINTEST * 8 * _SCALE)
    whole = (np.rint(across).astype(np.int16), np.rint(down).astype(np.int16))
    return np.asarray(cv2.Canny(*whole, 0.4 * steep, steep, L2gradient=True) > 0, np.bool_)


def _near(these: NDArray[np.bool_], those: NDArray[np.bool_]) -> float:
    """Mean of 1 / (1 + d²) over these pixels, d their distance from those."""
    away = cv2.distanceTransform(np.asarray(~those, np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return float((1 / (1 + np.square(away[these], dtype=np.float64))).mean())
