"""Accumulates :func:`looksmith.evaluation.metrics.artfid.artfid`."""

from __future__ import annotations

from typing import Any, ClassVar

from looksmith.evaluation.accumulate.frechet_distance import FrechetDistance
from looksmith.evaluation.accumulate.perceptual_distance import PerceptualDistance
from looksmith.evaluation.metrics.artfid import HIGHER_IS_BETTER, artfid


class ArtFID:
    """Content from pairs of features, style from pooled rows of the made pictures and of the style pictures."""

    higher_is_better: ClassVar[bool] = HIGHER_IS_BETTER

    def __init__(self, **options: Any) -> None:
        self._content, self._style = PerceptualDistance(**options), FrechetDistance()

    def update(self, *, pair: Any = None, generated: Any = None, real: Any = None) -> None:
        """A pair of features (picture, photo), and rows of pooled features; each may come alone."""
        if pair is not None:
            self._content.update(*pair)
        rows = {"generated": generated, "real": real}
        self._style.update(**{name: given for name, given in rows.items() if given is not None})

    def compute(self) -> float:
        """The score so far.

        Raises:
            ValueError: pairs or rows are missing.
        """
        return artfid(self._content.compute(), float(self._style.compute()))

    def reset(self) -> None:
        """Forget everything."""
        self._content.reset()
        self._style.reset()
