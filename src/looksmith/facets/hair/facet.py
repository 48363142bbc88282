"""The facet ``hair``: its colour, in one shade, several, or as a creator wears it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from looksmith.faces.people import People
from looksmith.facets.closeup import with_change
from looksmith.facets.hair.colours import HairState, hex_of, mean_of, nearest_shade
from looksmith.facets.hair.dye import dye
from looksmith.facets.hair.learn import colours_of
from looksmith.facets.hair.region import Hair, hair_of
from looksmith.facets.protocol import Card, Mask, Material
from looksmith.media.blend import mix
from looksmith.media.colour import to_srgb8
from looksmith.media.photo import Photo
from looksmith.media.resize import resize


@dataclass(frozen=True)
class HairColour:
    """Learns the colours of hair, and recolours it.

    Attributes:
        people: of the photo, where they are known; None looks for them.
        detail: pixels between the outer corners of the eyes up to which every strand gets its own colour; in larger
            faces, strands that are finer share one.  For frames that must be quick.
    """

    people: People | None = None
    detail: float = 1e6

    name: ClassVar[str] = "hair"
    applies_to: ClassVar[frozenset[type]] = frozenset({Photo})
    STATE: ClassVar[type] = HairState

    def learn(self, material: Material) -> HairState:
        """The colours that most of the pictures show.

        Raises:
            LooksmithError: no picture shows a face with hair, or the network that knows hair is not installed.
        """
        return colours_of(material.photos)

    def apply(self, subject: Photo, state: HairState, strength: float = 1.0, where: Mask | None = None) -> Photo:
        """The photo with the hair of everybody in it recoloured.

        Raises:
            LooksmithError: the network that knows hair is not installed.
        """
        if strength == 0 or subject.pixels.size == 0:
            return subject
        people = People(subject) if self.people is None else self.people
        if not people.faces:
            return subject
        made: Any = subject.pixels.copy()
        for number in range(len(people.faces)):
            hair = hair_of(subject, people, number)
            if hair is None:
                continue
            left, top, right, bottom = hair.box
            part = made[top:bottom, left:right]
            rgb = to_srgb8(Photo(subject.pixels[top:bottom, left:right], icc=subject.icc))
            change, weight = _dyed(rgb, hair, state, self.detail / people.faces[number].inter_ocular)
            if where is not None:
                weight = np.asarray(weight * where[top:bottom, left:right], np.float32)
            part[...] = mix(part, with_change(subject.with_pixels(made), hair.box, change), strength, weight)
        return subject.with_pixels(made)

    def blend(self, states: Sequence[HairState], weights: Sequence[float]) -> HairState:
        """The weighted mean of colours and amounts."""
        return mean_of(states, weights)

    def describe(self, state: HairState) -> Card:
        """The nearest shades by name, and the colours."""
        colours, highlight = state.sane
        names = list(dict.fromkeys(nearest_shade(colour) for colour in colours))
        words = " to ".join([names[0], names[-1]] if len(names) > 1 else names)
        if state.highlights > 0.05:
            words += f", with highlights of {nearest_shade(highlight)}"
        if state.roots > 0.05:
            words += ", own roots kept"
        swatches = [hex_of(colour) for colour in colours] + ([hex_of(highlight)] if state.highlights > 0.05 else [])
        numbers = {name: round(float(getattr(state, name)), 2) for name in ("highlights", "contrast", "shine", "roots")}
        return Card(words=words, swatches=tuple(dict.fromkeys(swatches)), numbers=numbers)


def _dyed(rgb: NDArray[np.uint8], hair: Hair, state: HairState, ratio: float) -> tuple[NDArray[np.float32], Mask]:
    """The change and its weight, worked out at a smaller size where the ratio is below 1."""
    if ratio >= 1:
        return dye(rgb, hair, state)
    height, width = rgb.shape[:2]
    change, weight = dye(resize(rgb, max(8, round(height * ratio)), max(8, round(width * ratio))), hair, state)
    large: list[NDArray[np.float32]] = [
        resize(np.ascontiguousarray(plane, np.float32), height, width, enlarge="linear")
        for plane in (change[..., 0], change[..., 1], change[..., 2], weight)
    ]
    return np.stack(large[:3], axis=-1), large[3]
