"""A trained generator over a photo: an ONNX file of the workshop's, in tiles or at whole size as it says."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from looksmith.errors import LooksmithError, UnreadableError
from looksmith.facets.protocol import Card, Mask, Material
from looksmith.media.blend import mix
from looksmith.media.colour import from_srgb, to_srgb8
from looksmith.media.photo import Photo
from looksmith.media.resize import resize
from looksmith.models.foreign import MOST_BYTES, Described, check_network
from looksmith.models.load import session_of

WHOLE_PIXELS = 1_600_000
"""A network that must see the whole picture is given at most so many pixels; what it makes is then enlarged."""
TILE = 512
"""Side of a tile without its surroundings, for a network that may run in tiles."""


@dataclass(frozen=True, eq=False)
class GeneratorState:
    """A network, and what it is asked for.

    Attributes:
        network: uint8, the bytes of an ONNX file that passed :func:`looksmith.models.foreign.check_network`.
        asked: further inputs by name (a label, a reference picture) in place of those that the file names itself.
    """

    network: NDArray[np.uint8]
    asked: dict[str, list[float]] = field(default_factory=dict)
    ARRAYS: ClassVar = {"network": ("uint8", (None,))}
    LONGEST: ClassVar = MOST_BYTES

    def __post_init__(self) -> None:
        widths = {c.name: len(c.default) for c in self.described.conditions}
        wrong = sorted(name for name, values in self.asked.items() if widths.get(name) != len(values))
        if wrong:
            raise UnreadableError(
                "the network is asked for what it does not take",
                where=wrong[0][:40],
                expected=", ".join(f"{name} ({width} numbers)" for name, width in widths.items()) or "nothing",
                got=f"{len(self.asked[wrong[0]])} numbers",
            )

    @property
    def described(self) -> Described:
        """What the file says of itself."""
        return _checked(self.network.tobytes())


@dataclass(frozen=True)
class Generator:
    """Runs a state's network.  It is trained in the workshop, not learned from material.

    Attributes:
        seed: of the noise that a network takes beside the photo; 0 is the noise that the file names.
    """

    seed: int = 0

    name: ClassVar[str] = "generator"
    applies_to: ClassVar[frozenset[type[Any]]] = frozenset({Photo})
    STATE: ClassVar[type[Any]] = GeneratorState

    def learn(self, material: Material) -> GeneratorState:
        raise LooksmithError("a generator is trained, not learned", hint="looksmith recipes")

    def apply(self, subject: Photo, state: GeneratorState, strength: float, where: Mask | None) -> Photo:
        """The photo as the network makes it.  At strength 0, or where ``where`` is 0, not one byte changes.

        Raises:
            LooksmithError: the network makes pictures from noise, or fails on this photo.
        """
        if strength <= 0 or (where is not None and not where.any()):
            return subject
        described = state.described
        if described.kind == "noise":
            raise LooksmithError(
                "this network makes pictures from noise; it takes no photo",
                where=described.name,
                hint="looksmith sample FILE.onnx -o grid.png",
            )
        further = conditions_of(described, state.asked, self.seed)
        made = generate(to_srgb8(subject), session_for(state), described, further)
        changed = from_srgb(made, subject)
        if changed.dtype != subject.pixels.dtype:
            changed = changed.astype(np.uint16) * np.uint16(257)
        pixels: Any = subject.pixels
        return subject.with_pixels(mix(pixels, changed, strength, where))

    def blend(self, states: Sequence[GeneratorState], weights: Sequence[float]) -> GeneratorState:
        first = states[0]
        if all(s.network.tobytes() == first.network.tobytes() and s.asked == first.asked for s in states):
            return first
        raise LooksmithError("two generators cannot be blended", expected="looks with the same one")

    def describe(self, state: GeneratorState) -> Card:
        described = state.described
        size = {"size": float(described.size), "megabytes": round(len(state.network) / 1e6, 2)}
        return Card(words=f"a trained generator, {described.recipe or described.name}", numbers=size)


Further = Mapping[str, NDArray[np.float32]]
"""Inputs beside the photo by name, 1 x C each."""


def generate(
    rgb: NDArray[np.uint8], session: ort.InferenceSession, described: Described, further: Further
) -> NDArray[np.uint8]:
    """Run a network over a photo of any size, H x W x 3 uint8 sRGB; the same size out.

    In tiles with their surroundings, where the network says how far it looks; otherwise at once, on at most
    ``WHOLE_PIXELS`` pixels; a network of one size sees the photo as a mirrored square of that size.
    """
    height, width = rgb.shape[:2]
    if described.fixed:
        side = max(height, width)
        square = _mirrored(rgb, side - height, side - width)
        small = resize(square, described.size, described.size)
        return resize(_run(small, session, described, further), side, side)[:height, :width].copy()
    if described.reach is not None:
        return _in_tiles(rgb, session, described, described.reach, further)
    factor = min(1.0, (WHOLE_PIXELS / (height * width)) ** 0.5)
    small = resize(rgb, max(1, round(height * factor)), max(1, round(width * factor)))
    return resize(_run(small, session, described, further), height, width)


def _in_tiles(
    rgb: NDArray[np.uint8], session: ort.InferenceSession, described: Described, reach: int, further: Further
) -> NDArray[np.uint8]:
    height, width = rgb.shape[:2]
    grid = described.multiple
    halo = -(-reach // grid) * grid
    out = np.empty_like(rgb)
    step = max(grid, TILE // grid * grid)
    for top in range(0, height, step):
        for left in range(0, width, step):
            y0, x0 = max(0, top - halo), max(0, left - halo)
            bottom, right = min(height, top + step), min(width, left + step)
            around = rgb[y0 : min(height, bottom + halo), x0 : min(width, right + halo)]
            made = _run(around, session, described, further)
            out[top:bottom, left:right] = made[top - y0 : bottom - y0, left - x0 : right - x0]
    return out


def _run(
    rgb: NDArray[np.uint8], session: ort.InferenceSession, described: Described, further: Further
) -> NDArray[np.uint8]:
    height, width = rgb.shape[:2]
    whole = _mirrored(rgb, -height % described.multiple, -width % described.multiple)
    planes = np.ascontiguousarray(whole.transpose(2, 0, 1)[None], np.float32) / np.float32(255)
    feeds = {"picture": planes, **further}
    try:
        (made, *_) = session.run(None, feeds)
    except Exception as error:  # what onnxruntime raises has no class of its own
        raise LooksmithError(
            "the network fails on this photo",
            where=described.name,
            expected=f"a picture of about {described.size} pixels a side",
            got=str(error).strip().splitlines()[0][:160],
        ) from error
    if made.shape != planes.shape or made.dtype != np.float32:
        raise UnreadableError("the network makes something else", expected=planes.shape, got=made.shape)
    picture = np.nan_to_num(made[0].transpose(1, 2, 0)[:height, :width], nan=0.0, posinf=1.0, neginf=0.0)
    return np.asarray(np.rint(np.clip(picture, 0, 1) * np.float32(255)), np.uint8)


def conditions_of(
    described: Described, asked: Mapping[str, Sequence[float]], seed: int = 0
) -> dict[str, NDArray[np.float32]]:
    """The further inputs, 1 x C each: what is asked for; noise of a seed other than 0; else what the file names."""
    found = {c.name: np.asarray([asked.get(c.name, c.default)], np.float32) for c in described.conditions}
    if seed and "noise" in found and "noise" not in asked:
        drawn = np.random.default_rng(seed).standard_normal(found["noise"].shape)
        found["noise"] = drawn.astype(np.float32)
    return found


def _mirrored(rgb: NDArray[np.uint8], below: int, beside: int) -> NDArray[np.uint8]:
    """Rows below and columns beside the picture, mirrored as often as needed."""
    if not below and not beside:
        return rgb
    return np.pad(rgb, ((0, below), (0, beside), (0, 0)), mode="symmetric")


@lru_cache(maxsize=8)
def _checked_by(digest: bytes, length: int) -> list[Described]:
    return []


def _checked(data: bytes) -> Described:
    """What the file says of itself; looked through once."""
    known = _checked_by(hashlib.sha256(data).digest(), len(data))
    if not known:
        known.append(check_network(data, "generator"))
    return known[0]


@lru_cache(maxsize=2)
def _session_box(digest: bytes) -> list[ort.InferenceSession]:
    return []


def session_for(state: GeneratorState) -> ort.InferenceSession:
    """The session of a state's network, kept for the next photo.

    Raises:
        UnreadableError: the network cannot be loaded.
    """
    data = state.network.tobytes()
    box = _session_box(hashlib.sha256(data).digest())
    if not box:
        try:
            box.append(session_of(data))
        except Exception as error:  # of onnxruntime's own kinds
            raise UnreadableError(
                "the network cannot be loaded",
                got=str(error).strip().splitlines()[0][:160],
                hint="looksmith export RUN",
            ) from error
    return box[0]
