"""Separable smoothing of one plane."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Plane = TypeVar("Plane", NDArray[np.float32], NDArray[np.float64])


def gaussian(radius: int, deviation: float) -> NDArray[np.float32]:
    """The weights of a Gaussian at -radius to radius pixels, of sum 1: (2 radius + 1,) float32."""
    place = np.arange(-radius, radius + 1)
    weights = np.exp(-0.5 * np.square(place / deviation))
    return np.asarray(weights / weights.sum(), np.float32)


def smoothed(plane: Plane, weights: NDArray[np.floating]) -> Plane:
    """A plane convolved along both axes with the same symmetric weights; it is mirrored at its edges.

    Args:
        plane: H x W float, both sides longer than half the weights.
        weights: (2 n + 1,), symmetric.

    Returns:
        H x W of the plane's dtype.
    """
    n = len(weights) // 2
    own = weights.astype(plane.dtype)
    height, width = plane.shape
    padded = np.pad(plane, n, mode="reflect")
    down = padded[n : n + height] * own[n]
    for k in range(n):
        down += own[k] * (padded[k : k + height] + padded[2 * n - k : 2 * n - k + height])
    out: Plane = down[:, n : n + width] * own[n]
    for k in range(n):
        out += own[k] * (down[:, k : k + width] + down[:, 2 * n - k : 2 * n - k + width])
    return out
