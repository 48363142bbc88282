"""Accumulates :func:`looksmith.evaluation.metrics.frechet_distance.frechet_distance`."""

from __future__ import annotations

from looksmith.evaluation.accumulate.accumulator import OverFeatures
from looksmith.evaluation.metrics.frechet_distance import HIGHER_IS_BETTER, frechet_distance


class FrechetDistance(OverFeatures):
    """Frechet distance of two sets of features."""

    higher_is_better = HIGHER_IS_BETTER
    measure = staticmethod(frechet_distance)
