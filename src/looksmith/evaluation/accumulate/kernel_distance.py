"""Accumulates :func:`looksmith.evaluation.metrics.kernel_distance.kernel_distance`."""

from __future__ import annotations

from looksmith.evaluation.accumulate.accumulator import OverFeatures
from looksmith.evaluation.metrics.kernel_distance import HIGHER_IS_BETTER, kernel_distance


class KernelDistance(OverFeatures):
    """Kernel distance of two sets of features."""

    higher_is_better = HIGHER_IS_BETTER
    measure = staticmethod(kernel_distance)
