"""Intervals against theory."""

from __future__ import annotations

import numpy as np
import pytest

from looksmith.evaluation.statistics.bootstrap import bootstrap


def test_the_interval_of_a_mean_is_that_of_theory() -> None:
    x = np.random.default_rng(0).normal(3, 2, 400)
    found = bootstrap(x)
    half = 1.96 * x.std() / 20
    assert found.value == pytest.approx(x.mean())
    assert (found.low, found.high) == pytest.approx((x.mean() - half, x.mean() + half), abs=0.15 * half)
    assert found.n == 400


def test_pairs_that_share_a_photo_do_not_narrow_the_interval() -> None:
    photos = np.random.default_rng(1).normal(0, 1, (8, 1))
    table = np.repeat(photos, 50, axis=1)  # 400 numbers, but only 8 things were drawn
    crossed, naive = bootstrap(table), bootstrap(table.ravel())
    assert crossed.high - crossed.low > 4 * (naive.high - naive.low)


def test_few_values_are_widened_until_the_interval_holds() -> None:
    """Of samples of five, the plain interval holds the mean far too seldom, the expanded one nearly so."""
    rng = np.random.default_rng(2)
    held = {False: 0, True: 0}
    for _ in range(150):
        x = rng.normal(size=5)
        for expand in held:
            found = bootstrap(x, lambda v: float(v.mean()), rounds=300, expand=expand)
            held[expand] += found.low <= 0 <= found.high
    assert held[False] / 150 < 0.87
    assert 0.88 < held[True] / 150 < 0.99  # 0.92 in the long run


def test_another_statistic_and_missing_values() -> None:
    x = np.array([1.0, 2.0, np.nan, 90.0])
    found = bootstrap(x, lambda v: float(np.nanmedian(v)))
    assert found.value == 2 and found.n == 3 and found.low == 1 and found.high == 90


def test_too_little_to_say() -> None:
    one = bootstrap(np.array([3.0]))
    assert one.value == 3 and np.isnan([one.low, one.high]).all() and one.n == 1
    assert np.isnan(bootstrap(np.array([np.nan, np.nan])).value)
    with pytest.raises(ValueError, match="between 0 and 1"):
        bootstrap(np.arange(3.0), level=95)
