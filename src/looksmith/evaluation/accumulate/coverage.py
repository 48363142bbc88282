"""Accumulates :func:`looksmith.evaluation.metrics.coverage.coverage`."""

from __future__ import annotations

from looksmith.evaluation.accumulate.accumulator import OverFeatures
from looksmith.evaluation.metrics.coverage import HIGHER_IS_BETTER, coverage


class ManifoldCoverage(OverFeatures):
    """Precision, recall, density and coverage of generated over real."""

    higher_is_better = HIGHER_IS_BETTER
    measure = staticmethod(coverage)
