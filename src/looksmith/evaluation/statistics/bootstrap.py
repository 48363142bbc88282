"""Intervals by drawing anew (Efron 1979), for one or two crossed factors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from looksmith.evaluation.statistics.student import expanded_level

Statistic = Callable[[NDArray[np.float64]], float]


@dataclass(frozen=True)
class Interval:
    """A number and how sure it is.

    Attributes:
        value: the statistic of what was measured.
        low, high: ends of its interval; NaN where there is too little to say.
        n: how many values it stands on.
    """

    value: float
    low: float
    high: float
    n: int


def mean(values: NDArray[np.float64]) -> float:
    """Mean of what is there; NaN is left out."""
    return float(np.nanmean(values))


def bootstrap(
    table: NDArray[np.float64],
    statistic: Statistic = mean,
    *,
    rounds: int = 2000,
    seed: int = 0,
    level: float = 0.95,
    expand: bool = False,
) -> Interval:
    """A statistic with its percentile interval.

    Args:
        table: values by one or two crossed factors (photos x styles); each axis is drawn anew, with replacement,
            because pairs that share a photo or a style are not independent.  NaN is left out.
        statistic: of such a table.
        rounds: how often to draw; the ends are good to about 1 % of the width at 2000.
        seed: of the draws.
        level: of the interval.
        expand: widen it as Student's t asks for (Hesterberg 2015, "What teachers should know about the bootstrap",
            section 5.3), for few values: of five, the plain interval of a mean holds 82 % instead of 95 %.

    Returns:
        value, ends and the number of finite values.  With fewer than two draws along every axis, or no finite value
        at all, the ends are NaN.

    Raises:
        ValueError: the level is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"bootstrap: expected a level between 0 and 1, got {level}")
    count = int(np.isfinite(table).sum())
    if count == 0:
        return Interval(float("nan"), float("nan"), float("nan"), 0)
    if max(table.shape) < 2 or count < 2:
        return Interval(statistic(table), float("nan"), float("nan"), count)
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(rounds):
        sample = table
        for axis, length in enumerate(table.shape):
            sample = np.take(sample, rng.integers(0, length, length), axis=axis)
        if np.isfinite(sample).any():
            drawn.append(statistic(sample))
    tail = (1 - level) / 2
    if expand:
        tail = (1 - expanded_level(level, min(n for n in table.shape if n > 1))) / 2
    low, high = np.quantile(drawn, (tail, 1 - tail))
    return Interval(statistic(table), float(low), float(high), count)
