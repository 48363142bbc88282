"""Numbers of votes against the exact power of the binomial test."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from looksmith.evaluation.statistics.sample_size import half_width, share_found, votes_needed


def power(n: int, share: float) -> float:
    """Exact chance that the two-sided normal test at 5 % finds the share."""
    far = 1.959964 * math.sqrt(n) / 2
    found = [k for k in range(n + 1) if abs(k - n / 2) > far]
    return float(stats.binom.pmf(found, n, share).sum())


@pytest.mark.parametrize("share", [0.55, 0.6, 0.35, 0.75])
def test_the_power_is_what_was_asked_for(share: float) -> None:
    n = votes_needed(share)
    around = [power(m, share) for m in range(n - 5, n + 6)]  # the binomial jumps: look at the mean around n
    assert sum(around) / len(around) == pytest.approx(0.8, abs=0.025)


def test_a_textbook_number() -> None:
    assert votes_needed(0.6) == 194  # (0.98 + 0.8416 * 0.4899)^2 / 0.01
    assert votes_needed(0.4) == 194
    assert votes_needed(0.6, design_effect=2) in (387, 388)


def test_found_is_the_inverse_of_needed() -> None:
    for votes in (20, 60, 400):
        share = share_found(votes)
        assert votes_needed(share + 1e-9) <= votes < votes_needed(share - 0.01)
    assert share_found(1) == 1.0


def test_half_width() -> None:
    assert half_width(100) == pytest.approx(0.098, abs=1e-4)
    with pytest.raises(ValueError, match="vote"):
        half_width(0)
    with pytest.raises(ValueError, match="one half"):
        votes_needed(0.5)
