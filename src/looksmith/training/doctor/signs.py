"""What the doctor writes: looks, signs of a disease, and cures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Level = Literal["suspected", "certain"]


@dataclass(frozen=True)
class Look:
    """What was measured at one step.

    Attributes:
        step: at which it was.
        rate: the task's learning rate there.
        terms: mean of each loss term since the look before.
        views: numbers of each generator, see ``statistics.measure``.
        skipped: updates left out since the look before, because a loss or gradient was not finite.
        spoiled: a module whose weights are not finite, or "".
    """

    step: int
    rate: float = 0.0
    terms: Mapping[str, float] = field(default_factory=dict)
    views: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    skipped: int = 0
    spoiled: str = ""

    def as_plain(self) -> dict[str, Any]:
        """Numbers and words alone, for a checkpoint."""
        views = {name: dict(numbers) for name, numbers in self.views.items()}
        return {**vars(self), "terms": dict(self.terms), "views": views}


@dataclass(frozen=True)
class RollBack:
    """Go back to the last healthy state, with another stream of random numbers and rates times ``rate``."""

    rate: float = 0.5


@dataclass(frozen=True)
class Rate:
    """Learning rate of an update (``discriminator``; ``generator`` for all others; ``all``) times ``factor``."""

    update: str
    factor: float


@dataclass(frozen=True)
class Turn:
    """The first of these knobs that the task has, times ``factor``."""

    knobs: tuple[str, ...]
    factor: float


@dataclass(frozen=True)
class Clip:
    """The largest norm of a gradient, times ``factor``."""

    factor: float


@dataclass(frozen=True)
class EvenOut:
    """Kernels of upsampling convolutions are evened out, so that no grid comes of them."""


Cure = RollBack | Rate | Turn | Clip | EvenOut


@dataclass(frozen=True)
class Sign:
    """What speaks for a disease.

    Attributes:
        disease: its name.
        level: ``suspected``, or ``certain`` once it has lasted.
        words: in English and Chinese, what it is, with the evidence.
        evidence: the numbers.
        view: the generator that it is about, or "".
    """

    disease: str
    level: Level
    words: Mapping[str, str]
    evidence: Mapping[str, float]
    view: str = ""
