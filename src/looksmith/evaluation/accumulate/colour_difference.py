"""Accumulates :func:`looksmith.evaluation.metrics.colour_difference.colour_difference`."""

from __future__ import annotations

from typing import Any

from looksmith.evaluation.accumulate.accumulator import MeanOver
from looksmith.evaluation.metrics.colour_difference import HIGHER_IS_BETTER, colour_difference


def _mean(first: Any, second: Any) -> float:
    return float(colour_difference(first, second).mean())


class ColourDifference(MeanOver):
    """Mean CIEDE2000 of arrays of colours; every array weighs alike."""

    higher_is_better = HIGHER_IS_BETTER
    measure = staticmethod(_mean)
