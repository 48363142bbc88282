"""Accumulates :func:`looksmith.evaluation.metrics.psnr.psnr`."""

from __future__ import annotations

from looksmith.evaluation.accumulate.accumulator import MeanOver
from looksmith.evaluation.metrics.psnr import HIGHER_IS_BETTER, psnr


class PSNR(MeanOver):
    """Mean PSNR of pairs, in decibels; infinite when a pair is equal."""

    higher_is_better = HIGHER_IS_BETTER
    measure = staticmethod(psnr)
