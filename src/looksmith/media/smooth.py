"""Separable smoothing of one plane."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from looksmith.media.resize import resize

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
    tall = _mirrored(plane, n)
    down, both = plane * own[n], np.empty_like(plane)
    for k in range(n):
        np.add(tall[k : k + height], tall[2 * n - k : 2 * n - k + height], out=both)
        both *= own[k]
        down += both
    wide = _mirrored(down.T, n).T
    out: Plane = down * own[n]
    for k in range(n):
        np.add(wide[:, k : k + width], wide[:, 2 * n - k : 2 * n - k + width], out=both)
        both *= own[k]
        out += both
    return out


def _mirrored(plane: Plane, n: int) -> Plane:
    """So many rows more above and below, mirrored at the first and the last; in the same order of memory."""
    height, width = plane.shape
    if n >= height:
        return np.pad(plane, ((n, n), (0, 0)), mode="reflect")
    made: Plane = np.empty_like(plane, shape=(height + 2 * n, width))
    made[:n], made[n : n + height], made[n + height :] = plane[n:0:-1], plane, plane[-2 : -n - 2 : -1]
    return made


def blurred(plane: NDArray[np.float32], deviation: float) -> NDArray[np.float32]:
    """A plane under a Gaussian of any width, quickly: wide ones are made small, where the same blur is a narrow one.

    Args:
        plane: H x W float32.
        deviation: of the Gaussian, pixels; 0 gives the plane itself.

    Returns:
        H x W float32; near the true Gaussian to within a hundredth of the plane's range.
    """
    if deviation <= 0.2:
        return plane
    height, width = plane.shape
    step = min(int(deviation / 1.6), height // 8, width // 8)
    small = plane
    if step > 1:
        small = resize(plane, max(1, round(height / step)), max(1, round(width / step)))
        # what shrinking and the way back smooth by themselves, about a third of a square of the step
        deviation = max(0.3, (deviation**2 - 0.35 * step**2)) ** 0.5 / step
    radius = min(max(1, round(2.6 * deviation)), (min(small.shape) - 1) // 2)
    if radius < 1:
        return np.full_like(plane, plane.mean())
    made = smoothed(np.ascontiguousarray(small), gaussian(radius, deviation))
    return resize(made, height, width, enlarge="linear") if small is not plane else made
