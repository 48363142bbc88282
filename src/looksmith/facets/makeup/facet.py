"""The facet ``makeup``: learned from pictures of a made-up face, worn on any other, as layers that can be edited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np

from looksmith.errors import LooksmithError
from looksmith.faces.face import Face
from looksmith.faces.people import People
from looksmith.facets.makeup.card import describe_makeup
from looksmith.facets.makeup.compose import Composed, compose
from looksmith.facets.makeup.extract import extract, look_at
from looksmith.facets.makeup.free import in_front
from looksmith.facets.makeup.layers import GROUPS, LAYERS, MakeupState, tamed
from looksmith.facets.makeup.wear import wear
from looksmith.facets.protocol import Card, Mask, Material
from looksmith.media.blend import mix
from looksmith.media.colour import from_srgb
from looksmith.media.photo import Photo

SMALLEST = 24.0
"""Side of a face, pixels, from which on a makeup is learned from it."""
TURNED = 60.0
"""Degrees of yaw beyond which nothing is learned from a face."""
FINER = 1.5
"""Layers have finer edges than skin that is retouched."""


@dataclass(frozen=True)
class Makeup:
    """Learns, wears and mixes makeup.

    Attributes:
        people: of the photo, where they are known already.
        regions: share of the strength that is left in a region: ``eyes`` is about shadow, liner and lashes.
        lock: the foundation never makes skin lighter or darker: it evens it.
        detail: pixels between the outer corners of the eyes at which retouch works at most in frames; layers are laid
            out over half as many again, and enlarged; None for all that a photo has.
    """

    people: People | None = None
    regions: Mapping[str, float] = field(default_factory=dict)
    lock: bool = True
    detail: float | None = None

    name: ClassVar[str] = "makeup"
    applies_to: ClassVar[frozenset[type]] = frozenset({Photo})
    STATE: ClassVar[type] = MakeupState

    def learn(self, material: Material) -> MakeupState:
        """The makeup of the largest face of every picture; of several pictures, what recurs.

        Raises:
            LooksmithError: no picture shows a face.
        """
        found = []
        for photo in material.photos:
            people = People(photo)
            face = max(people.faces, key=lambda face: face.size, default=None)
            if face is not None and face.size >= SMALLEST and abs(face.pose.yaw) <= TURNED:
                found.append(extract(look_at(people.rgb, face, in_front(people))))
        if not found:
            raise LooksmithError(
                "there is no face to learn makeup from", where=_names(material),
                expected=f"a picture with a face of at least {SMALLEST:.0f} pixels, turned by at most {TURNED:.0f}°",
                got=f"{len(material.photos)} without",
            )  # fmt: skip
        return found[0] if len(found) == 1 else recurring(found)

    def apply(self, subject: Photo, state: MakeupState, strength: float = 1.0, where: Mask | None = None) -> Photo:
        """The photo with makeup on its faces; a photo without a face stays as it is."""
        people = self.people or People(subject)
        if strength == 0 or subject.pixels.size == 0 or not people.faces:
            return subject
        now = People(subject, people.faces)
        makeup = self.composed(state)
        front = in_front(people)
        return self.put_on(now, people.faces, makeup, front, strength, where)

    def composed(self, state: MakeupState) -> Composed:
        """A makeup ready to be worn, once for many photos or frames."""
        named = {part: GROUPS.get(part, (part,)) for part in ("eyes", "lips", "brows") if part in self.regions}
        shares = {layer: self.regions[part] for part, layers in named.items() for layer in layers}
        last = _Last.held  # frames come one after another, all in one makeup
        if last is None or last.state is not state or last.shares != shares:
            last = _Last.held = _Last(state, shares, compose(state, shares))
        return last.composed

    def put_on(
        self,
        people: People,
        faces: Sequence[Face],
        makeup: Composed,
        front: Mask | None,
        strength: float = 1.0,
        where: Mask | None = None,
    ) -> Photo:
        """The photo of ``people`` with makeup on ``faces``, all that needs looking for given."""
        subject, rgb = people.photo, people.rgb
        pixels: Any = subject.pixels.copy()
        for face in faces:
            worn = wear(rgb, face, makeup, front, self.lock, None if self.detail is None else FINER * self.detail)
            if worn is None:
                continue
            part: Any = pixels[worn.where]
            pixels[worn.where] = mix(
                part, changed_part(subject, part, worn.change), strength, None if where is None else where[worn.where]
            )
        return subject.with_pixels(pixels)

    def blend(self, states: Sequence[MakeupState], weights: Sequence[float]) -> MakeupState:
        """The weighted mean of the layers: shades by how much of each is worn.

        Raises:
            LooksmithError: no states, or weights that do not fit or do not add up to more than 0.
        """
        total = float(sum(weights))
        if not states or len(states) != len(weights) or min(weights) < 0 or not total > 0:
            raise LooksmithError("cannot blend", where="weights", expected="one each, not negative, one positive")
        parts = [(state, weight / total) for state, weight in zip(states, weights, strict=True) if weight > 0]
        if len(parts) == 1:
            return parts[0][0]
        parts.sort(key=lambda part: (part[1], *(getattr(part[0], name).tobytes() for name in MakeupState.ARRAYS)))
        return _mean([state for state, _ in parts], [weight for _, weight in parts])

    def describe(self, state: MakeupState) -> Card:
        """The makeup in words, the shades that are worn, and the layers' opacities."""
        return describe_makeup(state)


@dataclass(frozen=True, eq=False)
class _Last:
    """The makeup that was put together last."""

    state: MakeupState
    shares: Mapping[str, float]
    composed: Composed

    held: ClassVar[_Last | None] = None


def recurring(states: Sequence[MakeupState]) -> MakeupState:
    """What several makeups of one person share: a layer that most of them wear, as it is in the middle of them."""
    tame = [tamed(state) for state in states]
    shades = np.stack([one[0] for one in tame])
    amounts = np.stack([one[1] for one in tame])
    middle = np.median(amounts, axis=0).astype(np.float32)
    made = _mean(states, [1 / len(states)] * len(states))
    kept = made.shades.copy()
    for row in range(len(LAYERS)):
        worn = amounts[:, row, 0] > 0
        if worn.any():
            kept[row] = np.median(shades[worn, row], axis=0)
    middle[-1, 0] = middle[-1, 0] if (amounts[:, -1, 0] > 0).all() else 0  # a painting is not a habit
    return replace(made, shades=kept, amounts=middle)


def _mean(states: Sequence[MakeupState], weights: Sequence[float]) -> MakeupState:
    share = np.asarray(weights, np.float64)
    tame = [tamed(state) for state in states]
    shades = np.stack([one[0] for one in tame]).astype(np.float64)
    amounts = np.stack([one[1] for one in tame]).astype(np.float64)
    opacity = amounts[..., 0] * share[:, None]
    how = np.where(opacity.sum(axis=0) > 0, opacity, share[:, None])
    how = how / how.sum(axis=0)
    maps = np.einsum("nl,nlyx->lyx", how, np.stack([state.maps for state in states]).astype(np.float64))
    alphas = np.stack([state.pattern[..., 3:] * float(a) for state, a in zip(states, amounts[:, -1, 0], strict=True)])
    cover = alphas * share[:, None, None, None]
    summed = cover.sum(axis=0)
    colours = np.stack([state.pattern[..., :3] for state in states]).astype(np.float64)
    painted = (cover * colours).sum(axis=0) / np.maximum(summed, 1e-9)
    mean = np.einsum("n,nlk->lk", share, amounts)
    mean[:, 1] = (how * amounts[..., 1]).sum(axis=0)
    alpha = summed / max(float(mean[-1, 0]), 1e-9)
    pattern = np.concatenate([painted, alpha], axis=-1)
    return MakeupState(
        np.asarray(np.einsum("nl,nlk->lk", how, shades), np.float32),
        np.asarray(mean, np.float32),
        np.rint(np.clip(maps, 0, 255)).astype(np.uint8),
        np.rint(np.clip(pattern, 0, 255)).astype(np.uint8),
    )


def changed_part(subject: Photo, part: Any, change: Any) -> Any:
    """A part of a photo with a change in sRGB; where there is none, as it was."""
    full = np.float32(subject.full_scale)
    made = part.astype(np.float32) / full + change
    from looksmith.media import profile

    if subject.icc is None or not profile.is_wide(subject.icc):
        return made
    own = from_srgb(np.clip(made, 0, 1), subject)
    return np.where((change != 0).any(axis=-1, keepdims=True), own, part)


def _names(material: Material) -> str:
    return ", ".join(str(photo.source) for photo in material.photos[:3] if photo.source) or "material"
