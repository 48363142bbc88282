"""Accumulates :func:`looksmith.evaluation.metrics.ssim.ssim`."""

from __future__ import annotations

from looksmith.evaluation.accumulate.accumulator import MeanOver
from looksmith.evaluation.metrics.ssim import HIGHER_IS_BETTER, ssim


class SSIM(MeanOver):
    """Mean SSIM of pairs."""

    higher_is_better = HIGHER_IS_BETTER
    measure = staticmethod(ssim)
