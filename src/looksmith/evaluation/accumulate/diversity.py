"""Accumulates :func:`looksmith.evaluation.metrics.diversity.diversity` and the Vendi score."""

from __future__ import annotations

from looksmith.evaluation.accumulate.accumulator import OverFeatures
from looksmith.evaluation.metrics.diversity import HIGHER_IS_BETTER, diversity, vendi_score


class Diversity(OverFeatures):
    """Mean distance of two pictures of one set."""

    higher_is_better = HIGHER_IS_BETTER
    measure = staticmethod(diversity)
    sets = ("generated",)


class VendiScore(OverFeatures):
    """How many unlike pictures the set is worth."""

    higher_is_better = HIGHER_IS_BETTER
    measure = staticmethod(vendi_score)
    sets = ("generated",)
