"""How many votes it takes."""

from __future__ import annotations

import math
from statistics import NormalDist


def votes_needed(share: float, *, power: float = 0.8, level: float = 0.95, design_effect: float = 1.0) -> int:
    """Votes after which a true preference of ``share`` against 1 − ``share`` is told from none.

    n = ((z₁ / 2 + z₂ √(p (1 − p))) / (p − 1/2))², z₁ and z₂ the normal quantiles of level (two-sided) and power
    (Fleiss, Levin & Paik 2003, section 2.5), times the design effect.

    Args:
        share: of votes for one of two, not 1/2.
        power: chance that the test then finds it.
        level: one minus the chance of a false alarm when there is no preference.
        design_effect: how many votes tell as much as one independent vote (Kish 1965); above 1 because votes of one
            person, or on one picture, are alike.

    Raises:
        ValueError: the share is 1/2, or not between 0 and 1.
    """
    if not 0 <= share <= 1 or share == 0.5:
        raise ValueError(f"votes_needed: expected a share between 0 and 1, not one half, got {share}")
    normal = NormalDist()
    apart = normal.inv_cdf((1 + level) / 2) / 2 + normal.inv_cdf(power) * math.sqrt(share * (1 - share))
    return math.ceil((apart / (share - 0.5)) ** 2 * max(1.0, design_effect))


def share_found(votes: int, *, power: float = 0.8, level: float = 0.95, design_effect: float = 1.0) -> float:
    """The smallest preference, above 1/2, that so many votes tell from none: the inverse of :func:`votes_needed`.

    Returns:
        1.0 when not even a preference of all would be found.
    """
    low, high = 0.5, 1.0
    if votes < 1 or votes_needed(high, power=power, level=level, design_effect=design_effect) > votes:
        return 1.0
    for _ in range(50):
        middle = (low + high) / 2
        enough = votes_needed(middle, power=power, level=level, design_effect=design_effect) <= votes
        low, high = (low, middle) if enough else (middle, high)
    return high


def half_width(votes: int, *, share: float = 0.5, level: float = 0.95, design_effect: float = 1.0) -> float:
    """Half the width of the interval of a share after so many votes: z √(p (1 − p) · effect / n).

    Raises:
        ValueError: no votes.
    """
    if votes < 1:
        raise ValueError(f"half_width: expected one vote or more, got {votes}")
    return NormalDist().inv_cdf((1 + level) / 2) * math.sqrt(share * (1 - share) * max(1.0, design_effect) / votes)
