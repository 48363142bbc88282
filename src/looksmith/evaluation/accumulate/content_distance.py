"""Accumulates :func:`looksmith.evaluation.metrics.content_distance.content_distance`."""

from __future__ import annotations

from looksmith.evaluation.accumulate.accumulator import MeanOver
from looksmith.evaluation.metrics.content_distance import HIGHER_IS_BETTER, content_distance


class ContentDistance(MeanOver):
    """Mean content distance of pairs of features."""

    higher_is_better = HIGHER_IS_BETTER
    measure = staticmethod(content_distance)
