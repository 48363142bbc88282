"""Student's t against scipy and against the closed forms of 1 and 2 degrees of freedom."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from looksmith.evaluation.statistics.student import expanded_level, student_cdf, student_quantile


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 7, 30, 101])
def test_like_scipy(freedom: int) -> None:
    for t in (-4.0, -1.0, 0.0, 0.3, 2.5, 9.0):
        assert student_cdf(t, freedom) == pytest.approx(stats.t.cdf(t, freedom), abs=1e-12)
    for p in (0.01, 0.4, 0.5, 0.975, 0.999):
        assert student_quantile(p, freedom) == pytest.approx(stats.t.ppf(p, freedom), rel=1e-8, abs=1e-9)


def test_closed_forms() -> None:
    assert student_cdf(1.7, 1) == pytest.approx(0.5 + math.atan(1.7) / math.pi)
    assert student_cdf(1.7, 2) == pytest.approx(0.5 + 1.7 / (2 * math.sqrt(2 + 1.7**2)))


def test_expansion_vanishes_with_many_values() -> None:
    assert expanded_level(0.95, 2000) == pytest.approx(0.95, abs=5e-4)
    assert expanded_level(0.95, 5) > 0.99


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="degree"):
        student_cdf(1, 0)
    with pytest.raises(ValueError, match="between"):
        student_quantile(1, 3)
