"""Frechet distance between two clouds of features, each taken as a Gaussian."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from looksmith.evaluation.statistics.two_sets import Resampled, draws, recentred

HIGHER_IS_BETTER = False


def frechet_distance(first: NDArray[np.floating], second: NDArray[np.floating]) -> float:
    """‖μ1 − μ2‖² + tr(Σ1 + Σ2 − 2 (Σ1 Σ2)^½) (Dowson & Landau 1982; on network features: Heusel et al. 2017).

    With few rows this is too large, the more so the more columns there are: see :func:`frechet_interval`.

    Args:
        first, second: N x D and M x D features, two rows or more.  Covariances are those of samples (N − 1).

    Returns:
        0 or more, in the square of the features' unit.  It is no "FID" unless the features are Inception's.

    Raises:
        ValueError: the widths differ, or there are fewer than two rows.
    """
    _check(first, second)
    a, b = first.astype(np.float64), second.astype(np.float64)
    return _distance(a, np.ones(len(a)), b, np.ones(len(b)))


def frechet_interval(
    first: NDArray[np.floating], second: NDArray[np.floating], *, rounds: int = 200, seed: int = 0
) -> Resampled:
    """The distance, its 95 % interval (bootstrap over rows), and the floor that two halves of one pile would score.

    Both sets are drawn anew with replacement; drawing anew biases the distance upwards once more, so the spread of the
    draws is laid about the value itself.  The floor is the mean distance after the rows of both sets were shuffled
    together: what sets of this size score when there is no difference.  Near the floor the interval is wider than it
    need be: it holds the floor more often than 95 times in a hundred.

    Raises:
        ValueError: as :func:`frechet_distance`.
    """
    _check(first, second)
    a, b = first.astype(np.float64), second.astype(np.float64)
    rng = np.random.default_rng(seed)
    value = frechet_distance(a, b)
    drawn = [_distance(a, draws(rng, len(a)), b, draws(rng, len(b))) for _ in range(rounds)]
    pile = np.concatenate([a, b])
    floors = []
    for _ in range(max(rounds // 5, 20)):
        order = rng.permutation(len(pile))
        floors.append(frechet_distance(pile[order[: len(a)]], pile[order[len(a) :]]))
    return recentred(value, drawn, floors, lowest=0.0)


def _distance(x: NDArray[np.float64], u: NDArray[np.float64], y: NDArray[np.float64], v: NDArray[np.float64]) -> float:
    """The distance of rows that count u and v times."""
    (mean, a), (other, b) = _centred(x, u), _centred(y, v)
    gap = float(np.square(mean - other).sum()) + float(np.square(a).sum()) + float(np.square(b).sum())
    return max(gap - 2 * _cross(a, b), 0.0)


def _centred(x: NDArray[np.float64], weights: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The mean, and rows A with Aᵀ A the sample covariance."""
    total = weights.sum()
    mean = weights @ x / total
    drawn = weights > 0
    return mean, (x[drawn] - mean) * np.sqrt(weights[drawn] / (total - 1))[:, None]


def _cross(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """tr (Σ1 Σ2)^½ of Σ1 = Aᵀ A and Σ2 = Bᵀ B: the sum of the singular values of A Bᵀ, by the quickest way."""
    if min(len(a), len(b)) < a.shape[1]:
        return float(np.linalg.svd(a @ b.T, compute_uv=False).sum())
    first, second = a.T @ a, b.T @ b
    try:
        root = np.linalg.cholesky(first).T  # any root will do: Rᵀ R = Σ1
    except np.linalg.LinAlgError:  # a column that never changes
        values, vectors = np.linalg.eigh(first)
        root = np.sqrt(np.maximum(values, 0))[:, None] * vectors.T
    return float(np.sqrt(np.maximum(np.linalg.eigvalsh(root @ second @ root.T), 0)).sum())


def _check(first: NDArray[np.floating], second: NDArray[np.floating]) -> None:
    if first.ndim != 2 or second.ndim != 2 or first.shape[1] != second.shape[1] or min(len(first), len(second)) < 2:
        raise ValueError(
            f"frechet_distance: expected N x D and M x D features, two rows or more, got {first.shape}, {second.shape}"
        )
