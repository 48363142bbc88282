"""Accumulates :func:`looksmith.evaluation.metrics.edges_kept.edges_kept`."""

from __future__ import annotations

from looksmith.evaluation.accumulate.accumulator import MeanOver
from looksmith.evaluation.metrics.edges_kept import HIGHER_IS_BETTER, edges_kept


class EdgesKept(MeanOver):
    """Mean share of edges kept."""

    higher_is_better = HIGHER_IS_BETTER
    measure = staticmethod(edges_kept)
