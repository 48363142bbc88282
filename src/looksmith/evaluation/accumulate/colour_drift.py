"""Accumulates :func:`looksmith.evaluation.metrics.colour_drift.colour_drift`."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from looksmith.evaluation.metrics.colour_drift import HIGHER_IS_BETTER, ColourDrift, colour_drift


class MeanColourDrift:
    """Means of the three numbers of a drift over pairs."""

    higher_is_better: ClassVar[bool] = HIGHER_IS_BETTER

    def __init__(self) -> None:
        self._found: list[ColourDrift] = []

    def update(self, first: Any, second: Any, where: Any = None) -> None:
        """One pair more."""
        self._found.append(colour_drift(first, second, where))

    def compute(self) -> ColourDrift:
        """The means so far.

        Raises:
            ValueError: nothing was given yet.
        """
        if not self._found:
            raise ValueError("MeanColourDrift: expected update() before compute()")
        rows = np.array([[d.mean, d.worst, d.overall] for d in self._found]).mean(axis=0)
        return ColourDrift(*(float(value) for value in rows))

    def reset(self) -> None:
        """Forget everything."""
        self._found.clear()
