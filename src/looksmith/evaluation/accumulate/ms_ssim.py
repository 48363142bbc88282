"""Accumulates :func:`looksmith.evaluation.metrics.ms_ssim.ms_ssim`."""

from __future__ import annotations

from looksmith.evaluation.accumulate.accumulator import MeanOver
from looksmith.evaluation.metrics.ms_ssim import HIGHER_IS_BETTER, ms_ssim


class MSSSIM(MeanOver):
    """Mean MS-SSIM of pairs."""

    higher_is_better = HIGHER_IS_BETTER
    measure = staticmethod(ms_ssim)
