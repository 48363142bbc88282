"""Student's t distribution for whole degrees of freedom, without scipy."""

from __future__ import annotations

import math
from statistics import NormalDist


def student_cdf(t: float, freedom: int) -> float:
    """P(T ≤ t) for ``freedom`` degrees of freedom, 1 or more: the finite sums of Abramowitz & Stegun 26.7.3–4.

    Raises:
        ValueError: fewer than one degree of freedom.
    """
    if freedom < 1:
        raise ValueError(f"student: expected 1 degree of freedom or more, got {freedom}")
    if freedom > 2000:  # no difference that could matter, and the sums grow long
        return NormalDist().cdf(t)
    angle = math.atan2(t, math.sqrt(freedom))
    sine, cosine = math.sin(angle), math.cos(angle)
    total, term = 0.0, 1.0
    if freedom % 2:
        if freedom > 1:
            term = cosine
            total = term
            for k in range(3, freedom - 1, 2):
                term *= cosine * cosine * (k - 1) / k
                total += term
        inside = 2 / math.pi * (angle + sine * total)
    else:
        total = term
        for k in range(2, freedom - 1, 2):
            term *= cosine * cosine * (k - 1) / k
            total += term
        inside = sine * total
    return 0.5 + inside / 2


def student_quantile(probability: float, freedom: int) -> float:
    """The t below which the share ``probability`` lies, to 1e-10, by bisection.

    Raises:
        ValueError: the probability is not between 0 and 1.
    """
    if not 0 < probability < 1:
        raise ValueError(f"student: expected a probability between 0 and 1, got {probability}")
    if probability < 0.5:
        return -student_quantile(1 - probability, freedom)
    low, high = 0.0, 1.0
    while student_cdf(high, freedom) < probability:
        high *= 2
    while high - low > 1e-10 * max(1.0, high):
        middle = (low + high) / 2
        low, high = (middle, high) if student_cdf(middle, freedom) < probability else (low, middle)
    return (low + high) / 2


def expanded_level(level: float, n: int) -> float:
    """The level at which a percentile interval of ``n`` values is as wide as Student's (Hesterberg 2015, 5.3).

    1 − 2 Φ(−√(n/(n−1)) t), t the quantile of n − 1 degrees of freedom at (1 + level) / 2;
    past 2000 values the two do not differ.
    """
    if n > 2000:
        return level
    wide = math.sqrt(n / (n - 1)) * student_quantile((1 + level) / 2, n - 1)
    return 1 - 2 * NormalDist().cdf(-wide)
