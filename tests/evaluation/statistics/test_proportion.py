"""Shares against scipy and published numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from looksmith.evaluation.statistics.proportion import holm, sign_test, wilson


@pytest.mark.parametrize(("k", "n"), [(0, 5), (3, 5), (40, 60), (600, 1000)])
def test_wilson_like_scipy(k: int, n: int) -> None:
    theirs = stats.binomtest(k, n).proportion_ci(0.95, method="wilson")
    found = wilson(k, n)
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
    assert found.value == k / n


def test_wilson_of_nothing_says_nothing() -> None:
    found = wilson(0, 0)
    assert math.isnan(found.value) and (found.low, found.high) == (0, 1)
    with pytest.raises(ValueError, match="successes"):
        wilson(3, 2)


@pytest.mark.parametrize(("wins", "losses"), [(0, 0), (5, 5), (9, 1), (1, 9), (61, 39), (700, 640)])
def test_sign_test_like_scipy(wins: int, losses: int) -> None:
    n = wins + losses
    theirs = stats.binomtest(wins, n).pvalue if n else 1.0
    assert sign_test(wins, losses) == pytest.approx(theirs, rel=1e-9)


def test_sign_test_of_votes_that_are_alike() -> None:
    """Votes that come in threes: with their design effect the test is right as often as it says."""
    rng = np.random.default_rng(0)
    alarms = {1.0: 0, 3.0: 0}
    for _ in range(2000):
        wins = 3 * int(rng.binomial(30, 0.5))
        for effect in alarms:
            alarms[effect] += sign_test(wins, 90 - wins, design_effect=effect) < 0.05
    assert alarms[1.0] / 2000 > 0.2
    assert alarms[3.0] / 2000 == pytest.approx(0.045, abs=0.02)


def test_holm() -> None:
    # Worked by hand: sorted 0.005, 0.01, 0.03, 0.04 times 4, 3, 2, 1, never falling.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    theirs = np.maximum.accumulate(np.sort([0.2, 0.9, 0.6]) * [3, 2, 1])
    assert sorted(holm([0.2, 0.9, 0.6])) == pytest.approx(np.minimum(theirs, 1))
