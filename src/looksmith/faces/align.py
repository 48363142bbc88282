"""Where the five points of a face come to stand: the squares of the networks that know people and parts."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError
from looksmith.faces.crop import Place


def place_of(points: NDArray[np.floating], template: NDArray[np.floating], size: int) -> Place:
    """The square of a photo in which points stand closest to a template, in the least squares' sense.

    A similarity without mirroring: Umeyama (1991), "Least-squares estimation of transformation parameters between two
    point patterns".

    Args:
        points: (n, 2) pixels of the photo.
        template: (n, 2) where they are wanted, in pixels of the crop.
        size: side of the crop.

    Raises:
        LooksmithError: the points are all in one place, or not finite.
    """
    found, wanted = np.asarray(points, np.float64), np.asarray(template, np.float64)
    mean, aim = found.mean(axis=0), wanted.mean(axis=0)
    (x, y), (u, v) = (wanted - aim).T, (found - mean).T
    spread = float(np.sum(x * x + y * y))
    a, b = float(np.sum(x * u + y * v)) / spread, float(np.sum(x * v - y * u)) / spread
    scale = math.hypot(a, b)
    if not math.isfinite(scale) or scale < 1e-6:
        raise LooksmithError("the points of the face are all in one place", expected="a face", got=f"scale {scale:g}")
    middle = np.full(2, size / 2) - aim
    return Place(
        float(mean[0] + a * middle[0] - b * middle[1]),
        float(mean[1] + b * middle[0] + a * middle[1]),
        scale * size,
        math.atan2(b, a),
    )
