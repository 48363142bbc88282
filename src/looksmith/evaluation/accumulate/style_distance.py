"""Accumulates :func:`looksmith.evaluation.metrics.style_distance.gram_distance` and ``moment_distance``."""

from __future__ import annotations

from looksmith.evaluation.accumulate.accumulator import MeanOver
from looksmith.evaluation.metrics.style_distance import HIGHER_IS_BETTER, gram_distance, moment_distance


class GramDistance(MeanOver):
    """Mean distance of Gram matrices to the style's."""

    higher_is_better = HIGHER_IS_BETTER
    measure = staticmethod(gram_distance)


class MomentDistance(MeanOver):
    """Mean distance of channel means and deviations to the style's."""

    higher_is_better = HIGHER_IS_BETTER
    measure = staticmethod(moment_distance)
