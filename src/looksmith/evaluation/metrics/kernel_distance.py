"""Kernel distance between two clouds of features."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from looksmith.evaluation.statistics.two_sets import Resampled, draws, recentred

HIGHER_IS_BETTER = False


def kernel_distance(first: NDArray[np.floating], second: NDArray[np.floating]) -> float:
    """Squared maximum mean discrepancy, unbiased, with the kernel (x·y / D + 1)³ (Bińkowski et al. 2018).

    Unlike the Frechet distance it does not depend on how many rows there are: 0 on average when both sets are of one
    kind, a little below 0 by chance.

    Args:
        first, second: N x D and M x D features, two rows or more.

    Returns:
        the distance; it is no "KID" unless the features are Inception's.

    Raises:
        ValueError: the widths differ, or there are fewer than two rows.
    """
    kernels = _kernels(first, second)
    return _distance(*kernels, np.ones(len(first)), np.ones(len(second)))


def kernel_interval(
    first: NDArray[np.floating], second: NDArray[np.floating], *, rounds: int = 400, seed: int = 0
) -> Resampled:
    """The distance, its 95 % interval (bootstrap over rows) and its floor, the mean over shuffled piles.

    A row that is drawn twice is never held against itself, so the draws stay unbiased.

    Raises:
        ValueError: as :func:`kernel_distance`.
    """
    xx, yy, xy = _kernels(first, second)
    rng = np.random.default_rng(seed)
    n, m = len(first), len(second)
    value = _distance(xx, yy, xy, np.ones(n), np.ones(m))
    drawn = [_distance(xx, yy, xy, draws(rng, n), draws(rng, m)) for _ in range(rounds)]
    whole = np.block([[xx, xy], [xy.T, yy]])
    floors = []
    for _ in range(max(rounds // 5, 20)):
        order = rng.permutation(n + m)
        a, b = order[:n], order[n:]
        pile = (whole[np.ix_(a, a)], whole[np.ix_(b, b)], whole[np.ix_(a, b)])
        floors.append(_distance(*pile, np.ones(n), np.ones(m)))
    return recentred(value, drawn, floors)


def _kernels(
    first: NDArray[np.floating], second: NDArray[np.floating]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    if first.ndim != 2 or second.ndim != 2 or first.shape[1] != second.shape[1] or min(len(first), len(second)) < 2:
        raise ValueError(
            f"kernel_distance: expected N x D and M x D features, two rows or more, got {first.shape}, {second.shape}"
        )
    x, y = first.astype(np.float64), second.astype(np.float64)
    kernels = [(a @ b.T / x.shape[1] + 1) ** 3 for a, b in ((x, x), (y, y), (x, y))]
    return kernels[0], kernels[1], kernels[2]


def _distance(
    xx: NDArray[np.float64],
    yy: NDArray[np.float64],
    xy: NDArray[np.float64],
    u: NDArray[np.float64],
    v: NDArray[np.float64],
) -> float:
    """The unbiased estimate of rows that count u and v times."""

    def within(kernel: NDArray[np.float64], w: NDArray[np.float64]) -> float:
        pairs = w.sum() ** 2 - np.square(w).sum()
        return float((w @ kernel @ w - np.square(w) @ np.diag(kernel)) / pairs) if pairs else 0.0

    return within(xx, u) + within(yy, v) - 2 * float(u @ xy @ v / (u.sum() * v.sum()))
