"""Accumulates :func:`looksmith.evaluation.metrics.gradient_ssim.gradient_ssim`."""

from __future__ import annotations

from looksmith.evaluation.accumulate.accumulator import MeanOver
from looksmith.evaluation.metrics.gradient_ssim import HIGHER_IS_BETTER, gradient_ssim


class GradientSSIM(MeanOver):
    """Mean structure kept, by SSIM of gradients."""

    higher_is_better = HIGHER_IS_BETTER
    measure = staticmethod(gradient_ssim)
