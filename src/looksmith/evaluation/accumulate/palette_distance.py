"""Accumulates :func:`looksmith.evaluation.metrics.palette_distance.palette_distance`."""

from __future__ import annotations

from looksmith.evaluation.accumulate.accumulator import MeanOver
from looksmith.evaluation.metrics.palette_distance import HIGHER_IS_BETTER, palette_distance


class PaletteDistance(MeanOver):
    """Mean distance of palettes."""

    higher_is_better = HIGHER_IS_BETTER
    measure = staticmethod(palette_distance)
