"""The facet ``retouch``: skin, eyes, teeth and shape, by named sliders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from looksmith.faces.face import Face
from looksmith.faces.landmarks import LEFT_EYE, LIPS_OUTER, RIGHT_EYE
from looksmith.faces.people import People
from looksmith.facets.closeup import Box, add_change, box_round, closeup, with_change
from looksmith.facets.protocol import Card, Mask, Material
from looksmith.facets.retouch.bands import SMALLEST
from looksmith.facets.retouch.bright import brightened_eye, open_eyes, open_mouth, whitened_teeth
from looksmith.facets.retouch.learn import amounts_of
from looksmith.facets.retouch.shape import moves_of, reshaped
from looksmith.facets.retouch.skin import retouched_skin
from looksmith.facets.retouch.sliders import RetouchState, mean_of
from looksmith.media.blend import mix
from looksmith.media.photo import Photo

UNIT = 96.0
"""Pixels between the outer corners of the eyes at which skin is worked on at most."""


@dataclass(frozen=True)
class Retouch:
    """Learns how much a creator retouches, and retouches.

    Attributes:
        people: of the photo, where they are known; None looks for them.
        detail: pixels between the outer corners of the eyes at which skin is worked on at most, and twice as many
            for eyes and teeth; less is quicker and leaves the smallest spots.
    """

    people: People | None = None
    detail: float = UNIT

    name: ClassVar[str] = "retouch"
    applies_to: ClassVar[frozenset[type]] = frozenset({Photo})
    STATE: ClassVar[type] = RetouchState

    def learn(self, material: Material) -> RetouchState:
        """How far each slider of skin, eyes and teeth is moved in a creator's pictures, as far as that can be seen
        beside portraits that were not retouched; shape is never learned.

        Raises:
            LooksmithError: no picture shows a face that is large enough.
        """
        return amounts_of(material.photos)

    def apply(self, subject: Photo, state: RetouchState, strength: float = 1.0, where: Mask | None = None) -> Photo:
        """The photo with every face retouched.

        Colours go the share ``strength`` of the way; moves of shape are shorter by it, so that no pixel shows two
        places at once.
        """
        if strength == 0 or not (state.colours or state.shapes) or subject.pixels.size == 0:
            return subject
        people = People(subject) if self.people is None else self.people
        faces = [face for face in people.faces if face.inter_ocular >= SMALLEST]
        if not faces:
            return subject
        made: Any = subject.pixels.copy()
        for face in faces if state.colours else ():
            _recolour(subject, made, people, face, state, strength, where, self.detail)
        for face in faces if state.shapes else ():
            moves = moves_of(face, state, people.regions, strength)
            if moves is not None:
                left, top, right, bottom = moves.box
                part = made[top:bottom, left:right]
                part[...] = mix(part, reshaped(made, moves), 1.0, _part(where, moves.box))
        return subject.with_pixels(made)

    def moves(self, state: RetouchState) -> bool:
        """Whether parts of the face move."""
        return state.shapes

    def blend(self, states: Sequence[RetouchState], weights: Sequence[float]) -> RetouchState:
        """The weighted mean of the sliders."""
        return mean_of(states, weights)

    def describe(self, state: RetouchState) -> Card:
        """The sliders that are moved."""
        told = {name: round(float(value), 2) for name, value in state.values().items() if value}
        words = ", ".join(f"{name.replace('_', ' ')} {value:+.2g}" for name, value in told.items())
        return Card(words=words or "nothing is retouched", numbers=told)


def _recolour(
    subject: Photo,
    made: Any,
    people: People,
    face: Face,
    state: RetouchState,
    strength: float,
    where: Mask | None,
    detail: float,
) -> None:
    """One face's skin, eyes and teeth, in place."""
    change = change_of(subject, people, face, state, detail)
    if change is not None:
        box, values = change
        left, top, right, bottom = box
        part = made[top:bottom, left:right]
        part[...] = mix(part, with_change(subject.with_pixels(made), box, values), strength, _part(where, box))


def change_of(
    subject: Photo, people: People, face: Face, state: RetouchState, detail: float = UNIT
) -> tuple[Box, NDArray[np.float32]] | None:
    """What the sliders of skin, eyes and teeth change round one face.

    Returns:
        the part of the photo, and the change of its sRGB values, H x W x 3; None for a face out of the photo.
    """
    height, width = subject.pixels.shape[:2]
    points, unit = face.landmarks[:, :2], face.inter_ocular
    box = box_round(points, 0.1 * unit, height, width)
    if box is None:
        return None
    total = np.zeros((box[3] - box[1], box[2] - box[0], 3), np.float32)
    skin = retouched_skin(closeup(subject, people, face, box, detail), state)
    if skin is not None:
        add_change(total, box, box, skin)
    for which, (loop, is_open) in enumerate(zip((RIGHT_EYE, LEFT_EYE), open_eyes(points), strict=True)):
        held = _inner(points[list(loop)], 0.06 * unit, box) if state.eyes and is_open else None
        if held is not None:
            add_change(
                total, box, held, brightened_eye(closeup(subject, people, face, held, 2 * detail), which, state.eyes)
            )
    if state.teeth and open_mouth(points, unit):
        held = _inner(points[list(LIPS_OUTER)], 0.04 * unit, box)
        if held is not None:
            add_change(total, box, held, whitened_teeth(closeup(subject, people, face, held, 2 * detail), state.teeth))
    return box, total


def _inner(points: NDArray[np.float32], margin: float, box: Box) -> Box | None:
    held = box_round(points, margin, box[3], box[2])
    if held is None:
        return None
    left, top, right, bottom = max(held[0], box[0]), max(held[1], box[1]), held[2], held[3]
    return (left, top, right, bottom) if right - left >= 8 and bottom - top >= 8 else None


def _part(where: Mask | None, box: Box) -> Mask | None:
    left, top, right, bottom = box
    return None if where is None else where[top:bottom, left:right]
