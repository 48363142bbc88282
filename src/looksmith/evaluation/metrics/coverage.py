"""Whether generated pictures look like real ones, and whether all kinds of real ones are among them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HIGHER_IS_BETTER = True


@dataclass(frozen=True)
class Coverage:
    """Two answers to each of the two questions; all from 0, higher is better.

    Attributes:
        precision: share of generated pictures within the real manifold (Kynkäänniemi et al. 2019).
        recall: share of real pictures within the generated manifold.
        density: how many real neighbourhoods a generated picture lies in, over k: about 1 for sets of one kind, and
            not raised by outliers among the real (Naeem et al. 2020).
        coverage: share of real pictures with a generated one among their nearest.
    """

    precision: float
    recall: float
    density: float
    coverage: float


def coverage(generated: NDArray[np.floating], real: NDArray[np.floating], *, nearest: int = 5) -> Coverage:
    """Precision, recall, density and coverage over neighbourhoods of k nearest pictures of the same set.

    Args:
        generated, real: N x D and M x D features, each with more than ``nearest`` rows.
        nearest: k; the picture itself does not count.

    Raises:
        ValueError: the widths differ, or there are too few rows.
    """
    rows = neighbours(generated, real, nearest=nearest)
    return Coverage(*(float(values.mean()) for values in (rows.precise, rows.recalled, rows.dense, rows.covered)))


@dataclass(frozen=True)
class Neighbours:
    """What :class:`Coverage` is the mean of: a value for every generated picture, or for every real one.

    Attributes:
        precise, dense: one value for each generated picture.
        recalled, covered: one value for each real picture.
    """

    precise: NDArray[np.float64]
    recalled: NDArray[np.float64]
    dense: NDArray[np.float64]
    covered: NDArray[np.float64]


def neighbours(generated: NDArray[np.floating], real: NDArray[np.floating], *, nearest: int = 5) -> Neighbours:
    """The same picture by picture. Args and raises: as :func:`coverage`."""
    if generated.ndim != 2 or real.ndim != 2 or generated.shape[1] != real.shape[1]:
        raise ValueError(f"coverage: expected N x D and M x D features, got {generated.shape}, {real.shape}")
    if min(len(generated), len(real)) <= nearest:
        raise ValueError(f"coverage: expected more than {nearest} rows, got {len(generated)} and {len(real)}")
    apart = distances(real, generated)
    real_radius = _radius(distances(real, real), nearest)
    generated_radius = _radius(distances(generated, generated), nearest)
    inside_real = apart <= real_radius[:, None]
    return Neighbours(
        precise=np.asarray(inside_real.any(axis=0), np.float64),
        recalled=np.asarray((apart <= generated_radius[None, :]).any(axis=1), np.float64),
        dense=inside_real.sum(axis=0) / nearest,
        covered=np.asarray(apart.min(axis=1) <= real_radius, np.float64),
    )


def distances(first: NDArray[np.floating], second: NDArray[np.floating]) -> NDArray[np.float64]:
    """Euclidean distance of every row of one to every row of the other: N x M."""
    x, y = first.astype(np.float64), second.astype(np.float64)
    middle = y.mean(axis=0)  # near the origin, less is lost to rounding
    x, y = x - middle, y - middle
    squared = np.square(x).sum(axis=1)[:, None] + np.square(y).sum(axis=1)[None, :] - 2 * x @ y.T
    return np.asarray(np.sqrt(np.maximum(squared, 0)), np.float64)


def _radius(apart: NDArray[np.float64], nearest: int) -> NDArray[np.float64]:
    """Distance of every row to its k-th nearest other row."""
    np.fill_diagonal(apart, 0.0)
    return np.asarray(np.partition(apart, nearest, axis=1)[:, nearest], np.float64)
