"""How far raters agree beyond chance."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Level = Literal["nominal", "ordinal", "interval"]


def fleiss_kappa(counts: NDArray[np.integer | np.floating]) -> float:
    """Kappa of many raters (Fleiss 1971): (P̄ − P̄ₑ) / (1 − P̄ₑ).

    Args:
        counts: N x C, how many raters put unit n into category c; the same number of raters, two or more, for each.

    Returns:
        1 for full agreement, 0 for what chance gives, below 0 for less; NaN when all chose one category throughout.

    Raises:
        ValueError: the units do not have the same number of raters, or fewer than two.
    """
    table = np.asarray(counts, np.float64)
    if table.ndim != 2 or not len(table):
        raise ValueError(f"fleiss_kappa: expected units x categories, got {table.shape}")
    raters = table[0].sum()
    if raters < 2 or not np.all(table.sum(axis=1) == raters):
        raise ValueError("fleiss_kappa: expected the same number of raters, two or more, for every unit")
    observed = ((table**2).sum(axis=1) - raters) / (raters * (raters - 1))
    chance = float(np.square(table.sum(axis=0) / table.sum()).sum())
    return float("nan") if chance == 1 else float((observed.mean() - chance) / (1 - chance))


def krippendorff_alpha(ratings: NDArray[np.floating], level: Level = "nominal") -> float:
    """Alpha of any number of raters with gaps (Krippendorff 2011, "Computing Krippendorff's alpha-reliability").

    1 − Dₒ / Dₑ, observed over expected disagreement, from the matrix of coincidences.

    Args:
        ratings: units x raters, NaN where a rater did not see the unit; units with fewer than two are left out.
        level: what a difference of two values means.  ``nominal``: other or not; ``ordinal``: by how many ranks;
            ``interval``: its square.

    Returns:
        1 for full agreement, 0 for what chance gives, below 0 for less; NaN when nothing can be compared or only one
        value was ever given.
    """
    if ratings.ndim != 2:
        raise ValueError(f"krippendorff_alpha: expected units x raters, got {ratings.shape}")
    values = np.unique(ratings[np.isfinite(ratings)])
    counts = (
        np.stack([(ratings == value).sum(axis=1) for value in values], axis=1).astype(np.float64)
        if len(values)
        else np.zeros((0, 0))
    )
    each = counts.sum(axis=1)
    counts, each = counts[each >= 2], each[each >= 2]
    if not len(counts):
        return float("nan")
    coincidences = np.einsum("uc,uk->ck", counts / (each - 1)[:, None], counts)
    coincidences -= np.diag((counts / (each - 1)[:, None]).sum(axis=0))
    totals = coincidences.sum(axis=0)
    difference = _difference(values, totals, level)
    expected = float((np.outer(totals, totals) * difference).sum()) / (totals.sum() - 1)
    return float("nan") if expected == 0 else 1 - float((coincidences * difference).sum()) / expected


def _difference(values: NDArray[np.floating], totals: NDArray[np.float64], level: Level) -> NDArray[np.float64]:
    """Squared difference of every two values."""
    if level == "nominal":
        return 1 - np.eye(len(values))
    if level == "interval":
        return np.asarray(np.square(values[:, None] - values[None, :]), np.float64)
    ranks = np.cumsum(totals) - totals / 2  # between the middles: all ranks between, half of both
    return np.asarray(np.square(ranks[:, None] - ranks[None, :]), np.float64)
