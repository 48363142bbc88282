"""Accumulates :func:`looksmith.evaluation.metrics.change_outside.change_outside`."""

from __future__ import annotations

from typing import Any, ClassVar

from looksmith.evaluation.metrics.change_outside import HIGHER_IS_BETTER, ChangeOutside, change_outside


class WorstChangeOutside:
    """Over all pixels outside: the share that changed and the largest change; one changed pixel is told."""

    higher_is_better: ClassVar[bool] = HIGHER_IS_BETTER

    def __init__(self) -> None:
        self._changed, self._largest, self._pixels, self._given = 0.0, 0.0, 0, False

    def update(self, picture: Any, original: Any, where: Any) -> None:
        """One picture more."""
        found = change_outside(picture, original, where)
        self._changed += found.share * found.pixels
        self._largest = max(self._largest, found.largest)
        self._pixels += found.pixels
        self._given = True

    def compute(self) -> ChangeOutside:
        """Of all pictures so far.

        Raises:
            ValueError: nothing was given yet.
        """
        if not self._given:
            raise ValueError("WorstChangeOutside: expected update() before compute()")
        return ChangeOutside(self._changed / self._pixels if self._pixels else 0.0, self._largest, self._pixels)

    def reset(self) -> None:
        """Forget everything."""
        self._changed, self._largest, self._pixels, self._given = 0.0, 0.0, 0, False
