"""Accumulates :func:`looksmith.evaluation.metrics.noise_gain.noise_gain`."""

from __future__ import annotations

from looksmith.evaluation.accumulate.accumulator import MeanOver
from looksmith.evaluation.metrics.noise_gain import HIGHER_IS_BETTER, noise_gain


class NoiseGain(MeanOver):
    """Mean of what becomes of noise."""

    higher_is_better = HIGHER_IS_BETTER
    measure = staticmethod(noise_gain)
