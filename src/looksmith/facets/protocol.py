"""What every facet is: one aspect of a look that can be learned, applied, blended and described."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from looksmith.media.photo import Photo

Mask = NDArray[np.float32]
"""H x W, float32 in [0, 1]: where a facet acts and how much."""

Subject = Photo
"""What a look is applied to."""


@dataclass(frozen=True)
class Material:
    """What a creator gives: the pictures to learn from, upright RGB."""

    photos: tuple[Photo, ...]


@dataclass(frozen=True)
class Card:
    """A facet's state for people: words, colour swatches (sRGB hex), a few named numbers."""

    words: str
    swatches: tuple[str, ...] = ()
    numbers: dict[str, float] = field(default_factory=dict)
    thumbnail: NDArray[np.uint8] | None = None
    """H x W x 3 sRGB, small; None when the facet has nothing to show."""


State = TypeVar("State")


class Facet(Protocol[State]):
    """One aspect of a look.

    Controls (colour handling, stroke scale, seed, …) are fields of the facet object, so that every
    facet is called alike.  ``apply`` gives the subject back unchanged, as the same bytes, at
    strength 0, and changes nothing where ``where`` is 0.

    A facet of faces has a field ``people: People | None``: what others have found already in the photo, by geometry
    alone, since other facets may have changed its colours; None where it has to look itself.  One that moves parts of
    faces says so by a method ``moves(state) -> bool``.

    A state is a frozen dataclass whose fields are numbers, strings, tuples of them, or numpy
    arrays; ``STATE`` names the class, and ``STATE.ARRAYS`` maps every array field to its dtype and
    shape (``None`` = any length, at most ``STATE.LONGEST``), which is what a look file is checked against.
    """

    name: ClassVar[str]
    applies_to: ClassVar[frozenset[type[Any]]]
    STATE: ClassVar[type[Any]]

    def learn(self, material: Material) -> State: ...

    def apply(self, subject: Subject, state: State, strength: float, where: Mask | None) -> Subject: ...

    def blend(self, states: Sequence[State], weights: Sequence[float]) -> State: ...

    def describe(self, state: State) -> Card: ...
