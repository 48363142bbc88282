"""The identity guard: a look moves the look, never the person.

Every face that a look changed is measured before and after.  Where it would no longer be surely the same person, the
change on that face alone is taken back step by step, by bisection, until it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError
from looksmith.faces import identity
from looksmith.faces.align import place_of
from looksmith.faces.face import Face
from looksmith.faces.people import can_find
from looksmith.facets.protocol import Mask
from looksmith.looks.scene import Scene
from looksmith.media.blend import mix
from looksmith.media.colour import to_srgb8
from looksmith.media.photo import Photo

STEPS = 7
"""Of bisection: strength is found to 1/128."""
RIM = 0.25
"""Width of the rim in which a held-back face fades into its surroundings, of the side of its square."""


@dataclass(frozen=True)
class Kept:
    """What was measured of one face.

    Attributes:
        number: as ``looksmith faces`` counts, from 1.
        box: (x0, y0, x1, y1), whole pixels.
        similarity: of the face before and after, in the end.
        wished: what it would have been without the guard.
        strength: share of the change that is left on this face; 1 where nothing had to be taken back.
        verdict: ``same``, ``unsure`` or ``different``.
        to_creator: similarity to the creator in the end, the greatest of several; None where none is known.
    """

    number: int
    box: tuple[int, int, int, int]
    similarity: float
    wished: float
    strength: float
    verdict: identity.Verdict
    to_creator: float | None = None


def ready() -> bool:
    """Whether faces can be found and compared: the networks are installed."""
    return can_find() and identity.installed()


def check_ready() -> None:
    """Say what is missing.

    Raises:
        LooksmithError: the networks are not installed.
    """
    if not ready():
        raise LooksmithError(
            "identity cannot be measured: the networks for faces are not installed",
            where="identity floor",
            expected=f"faces-detector, faces-mesh and {identity.NETWORK}",
            hint="pip install --upgrade looksmith, or --identity-floor off",
        )


def keep_people(
    scene: Scene, changed: Photo, floor: float, creators: Sequence[identity.Embedding] = ()
) -> tuple[Photo, tuple[Kept, ...]]:
    """Hold every changed face at or above a similarity.

    Args:
        scene: the photo before.
        changed: the photo after, of the same size.
        floor: least similarity of a face to itself, in [-1, 1].
        creators: embeddings of the looks' creators; nobody may come closer to one than "surely different", unless they
            were as close before, or are the creator.

    Returns:
        the photo, with less change on faces that needed it (the same object where none did), and what was measured
        of each changed face.
    """
    touched = [k for k, face in enumerate(scene.faces) if _differs(scene.photo, changed, face)]
    if not touched:
        return changed, ()
    faces = [scene.faces[k] for k in touched]
    before = [scene.embeddings[k] for k in touched]
    limits = [[_ceiling(one, creator) for creator in creators] for one in before]
    first = identity.embed(to_srgb8(changed), faces)
    wished = [identity.similarity(a, b) for a, b in zip(before, first, strict=True)]
    made, left = changed, {}
    for face, number, one, seen, limit in zip(faces, touched, before, first, limits, strict=True):

        def stays(now: identity.Embedding, one: identity.Embedding = one, limit: list[float] = limit) -> bool:
            near = all(identity.similarity(now, c) <= most for c, most in zip(creators, limit, strict=True))
            return identity.similarity(one, now) >= floor and near

        def holds(photo: Photo, face: Face = face, stays: Callable[[identity.Embedding], bool] = stays) -> bool:
            return stays(identity.embed(to_srgb8(photo), [face])[0])

        # What was held back on one face may reach into the next: only then is that one looked at again.
        if not (stays(seen) if made is changed else holds(made)):
            share = _bisected(scene.photo, made, square_mask(face, *made.pixels.shape[:2]), holds)
            left[number], made = share[0], share[1]
    after = first if made is changed else identity.embed(to_srgb8(made), faces)
    return made, tuple(
        Kept(
            number=number + 1,
            box=_box(face),
            similarity=round(identity.similarity(one, now), 4),
            wished=round(wish, 4),
            strength=left.get(number, 1.0),
            verdict=identity.verdict(identity.similarity(one, now)),
            to_creator=max((round(identity.similarity(now, c), 4) for c in creators), default=None),
        )
        for face, number, one, now, wish in zip(faces, touched, before, after, wished, strict=True)
    )


def in_words(kept: Sequence[Kept]) -> list[str]:
    """What a person should be told: only of faces where strength went back."""
    return [
        f"face {one.number}: strength went back to {one.strength:.0%} so that it stays the same person "
        f"(similarity {one.similarity:.2f} instead of {one.wished:.2f})"
        + ("" if one.to_creator is None else f" and does not become the creator ({one.to_creator:.2f})")
        for one in kept
        if one.strength < 1
    ]


def square_mask(face: Face, height: int, width: int) -> Mask:
    """1 on the square by which a face is recognised, fading to 0 over a rim round it: H x W."""
    place = place_of(face.five_points, identity.TEMPLATE, identity.SIDE)
    y, x = np.mgrid[:height, :width].astype(np.float32) + np.float32(0.5)
    cos, sin = np.float32(np.cos(place.angle)), np.float32(np.sin(place.angle))
    dx, dy = x - np.float32(place.x), y - np.float32(place.y)
    u, v = np.abs(cos * dx + sin * dy), np.abs(cos * dy - sin * dx)
    out = np.maximum(u, v) / np.float32(place.side) - np.float32(identity.REACH)
    two_pixels = 2.5 / place.side  # what sampling reads beyond the square
    return np.asarray(np.clip(1 - (out - two_pixels) / RIM, 0, 1), np.float32)


def _bisected(before: Photo, after: Photo, mask: Mask, holds: Callable[[Photo], bool]) -> tuple[float, Photo]:
    """The largest tried share of the change that holds, and the photo with it; 0 gives the face back as it was."""
    low, high = 0.0, 1.0
    best = _with_share(before, after, mask, 0.0)
    for _ in range(STEPS):
        middle = (low + high) / 2
        tried = _with_share(before, after, mask, middle)
        if holds(tried):
            low, best = middle, tried
        else:
            high = middle
    return low, best


def _with_share(before: Photo, after: Photo, mask: Mask, share: float) -> Photo:
    weight = np.asarray(1 - np.float32(1 - share) * mask, np.float32)
    original: Any = before.pixels
    return after.with_pixels(mix(original, after.pixels, 1.0, weight))


def _ceiling(before: identity.Embedding, creator: identity.Embedding) -> float:
    near, limits = identity.similarity(before, creator), identity.thresholds()
    return 1.0 if near >= limits.same else max(limits.different, near + 1e-3)


def _differs(before: Photo, after: Photo, face: Face) -> bool:
    x0, y0, x1, y1 = _box(face)
    part: tuple[slice, slice] = (slice(max(0, y0), max(0, y1)), slice(max(0, x0), max(0, x1)))
    one: NDArray[np.generic] = before.pixels[part]
    return bool((one != after.pixels[part]).any())


def _box(face: Face) -> tuple[int, int, int, int]:
    x0, y0, x1, y1 = face.box
    return int(np.floor(x0)), int(np.floor(y0)), int(np.ceil(x1)), int(np.ceil(y1))
