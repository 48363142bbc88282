"""Accumulates :func:`looksmith.evaluation.metrics.sliced_wasserstein.sliced_wasserstein`."""

from __future__ import annotations

from looksmith.evaluation.accumulate.accumulator import MeanOver
from looksmith.evaluation.metrics.sliced_wasserstein import HIGHER_IS_BETTER, sliced_wasserstein


class SlicedWasserstein(MeanOver):
    """Mean sliced Wasserstein distance of pairs of clouds."""

    higher_is_better = HIGHER_IS_BETTER
    measure = staticmethod(sliced_wasserstein)
