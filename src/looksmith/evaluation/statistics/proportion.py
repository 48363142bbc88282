"""Shares of votes: interval, test against one half, and the correction for many tests."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

from looksmith.evaluation.statistics.bootstrap import Interval
from looksmith.evaluation.statistics.student import student_cdf


def wilson(successes: float, n: float, level: float = 0.95) -> Interval:
    """A share with the score interval of Wilson (1927), which holds its level also for few votes and shares near 0.

    Args:
        successes: 0 to n; a half for a tie.
        n: number of votes; with none the ends are 0 and 1 and the share is NaN.
        level: of the interval.

    Raises:
        ValueError: more successes than votes.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"wilson: expected 0 to {n} successes, got {successes}")
    if n == 0:
        return Interval(float("nan"), 0.0, 1.0, 0)
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = successes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return Interval(share, max(0.0, middle - half), min(1.0, middle + half), round(n))


def sign_test(wins: int, losses: int, *, design_effect: float = 1.0, freedom: int = 10_000) -> float:
    """Two-sided probability of a result as uneven, were both sides equally liked (binomial, p = 1/2).

    Exact for independent votes.  With a design effect above 1 (Kish 1965) the variance of the difference is that many
    times larger; then (|wins − losses| − 1) / √(n · effect) is looked up in Student's distribution with the degrees of
    freedom that the effect was estimated from.
    """
    n, fewer = wins + losses, min(wins, losses)
    if n == 0:
        return 1.0
    if design_effect > 1:
        return 2 * student_cdf(-max(0, abs(wins - losses) - 1) / math.sqrt(n * design_effect), freedom)
    logs = [
        math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) - n * math.log(2) for k in range(fewer + 1)
    ]
    return min(1.0, 2 * math.fsum(math.exp(value) for value in logs))


def holm(probabilities: Sequence[float]) -> list[float]:
    """The probabilities of several tests, corrected so that one false alarm among all stays rare (Holm 1979)."""
    order = sorted(range(len(probabilities)), key=probabilities.__getitem__)
    corrected, running = [0.0] * len(probabilities), 0.0
    for rank, index in enumerate(order):
        running = max(running, min(1.0, (len(probabilities) - rank) * probabilities[index]))
        corrected[index] = running
    return corrected
