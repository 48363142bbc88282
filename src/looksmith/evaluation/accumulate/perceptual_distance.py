"""Accumulates :func:`looksmith.evaluation.metrics.perceptual_distance.perceptual_distance`."""

from __future__ import annotations

from looksmith.evaluation.accumulate.accumulator import MeanOver
from looksmith.evaluation.metrics.perceptual_distance import HIGHER_IS_BETTER, perceptual_distance


class PerceptualDistance(MeanOver):
    """Mean perceptual distance of pairs of features."""

    higher_is_better = HIGHER_IS_BETTER
    measure = staticmethod(perceptual_distance)
