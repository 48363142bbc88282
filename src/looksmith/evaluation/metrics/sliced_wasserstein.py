"""Sliced Wasserstein distance of two clouds of points, such as the colours of two pictures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

HIGHER_IS_BETTER = False


def directions(count: int, dimensions: int, seed: int = 0) -> NDArray[np.float64]:
    """``count`` unit vectors, drawn uniformly from the sphere: count x dimensions."""
    drawn = np.random.default_rng(seed).normal(size=(count, dimensions))
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float64)


def sliced_wasserstein(
    first: NDArray[np.floating], second: NDArray[np.floating], along: NDArray[np.floating] | None = None
) -> float:
    """Mean 1-Wasserstein distance of the projections (Rabin et al. 2011; Bonneel et al. 2015).

    Exact along each direction, also for clouds of different sizes: the area between the two quantile functions.

    Args:
        first, second: N x D and M x D points, for example pixels in CIELAB.
        along: K x D unit vectors; by default 64 from :func:`directions` with seed 0.

    Returns:
        a distance in the unit of the points; 0 for equal clouds.

    Raises:
        ValueError: a cloud is empty, or the numbers of dimensions differ.
    """
    if first.ndim != 2 or second.ndim != 2 or first.shape[1] != second.shape[1] or not len(first) or not len(second):
        raise ValueError(f"sliced_wasserstein: expected N x D and M x D points, got {first.shape} and {second.shape}")
    chosen = directions(64, first.shape[1]) if along is None else along
    a, b = (_sorted(points, chosen) for points in (first, second))
    if a.shape == b.shape:
        return float(np.abs(a - b).mean(dtype=np.float64))
    a, b = a.T, b.T
    # both quantile functions are steps; between two neighbouring places of either they do not change
    places = np.union1d(np.arange(1, len(a)) / len(a), np.arange(1, len(b)) / len(b))
    ends = np.concatenate([places, [1.0]])
    widths = np.diff(ends, prepend=0.0)
    middles = ends - widths / 2
    steps_a = a[np.minimum((middles * len(a)).astype(np.int64), len(a) - 1)]
    steps_b = b[np.minimum((middles * len(b)).astype(np.int64), len(b) - 1)]
    return float((np.abs(steps_a - steps_b) * widths[:, None]).sum(axis=0).mean())


def _sorted(points: NDArray[np.floating], along: NDArray[np.floating]) -> NDArray[np.floating]:
    """K x N: the projections in order, a row for each direction; of float32 points in float32, else in float64.

    Rows lie together in memory and sort fast.
    """
    kind = np.float32 if points.dtype == np.float32 else np.float64
    projected = np.asarray(along.astype(kind) @ np.ascontiguousarray(points.T, kind))
    projected.sort(axis=1)
    return projected
