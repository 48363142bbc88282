"""Makeups of known numbers laid on faces by the renderer itself, for what learns to read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from looksmith.faces.face import Face
from looksmith.faces.people import People
from looksmith.facets.makeup.bare import places_seen, skin_of
from looksmith.facets.makeup.extract import Looked, look_at
from looksmith.facets.makeup.facet import Makeup
from looksmith.facets.makeup.layers import LAYERS, MAP_SIDE, MakeupState, empty
from looksmith.media.colour import lab_to_rgb, rgb_to_lab
from looksmith.media.photo import Photo
from looksmith.media.resize import resize

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Laid:
    """A makeup on a face.

    Attributes:
        face: as it is looked at when makeup is learned from it.
        state: what was laid on.
        opacity: (12,), of the layers, the mean over their places.
        below: 12 x 3, CIELAB of the layers' places before, in the light that is seen after.
    """

    face: Looked
    state: MakeupState
    opacity: Floats
    below: Floats


def laid_on(faces: Sequence[tuple[NDArray[np.uint8], Face]], count: int, seed: int) -> Iterator[Laid]:
    """So many makeups on faces that are drawn at random, in light that is changed at random.

    Args:
        faces: pictures H x W x 3 and their faces.
        count: how many.
        seed: of everything random.
    """
    seen = np.stack([places_seen()[name] for name in LAYERS])
    where = np.stack([resize(plane, MAP_SIDE, MAP_SIDE) for plane in seen])
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        picture, face = faces[int(rng.integers(len(faces)))]
        light = np.exp(rng.uniform(-0.22, 0.15) + rng.uniform(-0.1, 0.1, 3))
        lit: NDArray[np.uint8] = np.clip(np.rint(picture * light), 0, 255).astype(np.uint8)
        before = look_at(lit, face)
        state = random_makeup(rng, skin_of(before.lab, before.visible))
        people = People(Photo(lit), (face,))
        facet = Makeup(people=people, lock=bool(rng.random() < 0.4))
        worn = People(facet.put_on(people, people.faces, facet.composed(state), None), (face,))
        after = look_at(worn.rgb, face)
        cover = (where * (state.maps / np.float32(255))).sum(axis=(1, 2)) / where.sum(axis=(1, 2))
        skin = rgb_to_lab(np.clip(lab_to_rgb(before.lab) * before.light / after.light, 0, 1))
        below = np.einsum("yxc,lyx->lc", skin, seen) / seen.sum(axis=(1, 2))[:, None]
        yield Laid(after, state, state.amounts[:, 0] * cover, np.asarray(below, np.float32))


def random_makeup(rng: np.random.Generator, skin: Floats) -> MakeupState:
    """Layers as people wear them, far beyond what is usual at times; every one is left out now and then.

    Args:
        rng: draws.
        skin: CIELAB (3,) of the plain skin, which foundation, contour and highlight are near to.
    """
    made = empty()

    def lay(name: str, shade: Sequence[float] | NDArray[np.floating], opacity: float, finish: float, uneven: float,
            ) -> None:  # fmt: skip
        row = LAYERS.index(name)
        made.shades[row], made.amounts[row] = shade, (opacity, finish)
        if rng.random() < uneven:
            made.maps[row] = _cloud(rng, rng.uniform(0.1, 0.6))

    if rng.random() < 0.8:
        shade = _shade(rng, (18, 72), (14, 72), (-25, 50))
        lay("lipstick", shade, rng.uniform(0.25, 1), float(rng.choice([0, 0.2, 0.35, 0.5, 1])), 0.2)
    if rng.random() < 0.75:
        pale = rng.random() < 0.15
        shade = _shade(rng, (60, 85), (10, 35), (0, 120)) if pale else _shade(rng, (12, 62), (0, 32), (0, 360))
        lay("eyeshadow-1", shade, rng.uniform(0.2, 0.95), 0, 0.4)
        for name in ("eyeshadow-2", "eyeshadow-3"):
            if rng.random() < 0.4:
                lay(name, shade + rng.normal(0, 6, 3), rng.uniform(0.1, 0.7), 0, 0.4)
    if rng.random() < 0.75:
        lay("blush", _shade(rng, (42, 70), (26, 58), (-10, 55)), rng.uniform(0.1, 0.65), 0, 0.4)
    if rng.random() < 0.3:
        lay("eyeliner", _shade(rng, (4, 25), (0, 12), (0, 360)), rng.uniform(0.2, 0.9), 0, 0.5)
    if rng.random() < 0.2:
        lay("contour", skin + np.array([-22, 3, 5]), rng.uniform(0.1, 0.4), 0, 0.5)
    if rng.random() < 0.2:
        lay("highlight", skin + np.array([18, -2, 2]), rng.uniform(0.1, 0.4), 0, 0.5)
    covered = rng.uniform(0.1, 0.95) if rng.random() < 0.8 else 0.0
    lay("foundation", skin + rng.normal(0, (4, 2, 3)), covered, rng.uniform(0.1, 0.7), 0)
    return made


def _shade(
    rng: np.random.Generator, lightness: tuple[float, float], chroma: tuple[float, float], hue: tuple[float, float]
) -> NDArray[np.float64]:
    """CIELAB (3,) from ranges of lightness, chroma and hue (degrees)."""
    size, angle = rng.uniform(*chroma), np.deg2rad(rng.uniform(*hue))
    return np.array([rng.uniform(*lightness), size * np.cos(angle), size * np.sin(angle)])


def _cloud(rng: np.random.Generator, strength: float) -> NDArray[np.uint8]:
    """A map that is not full everywhere, the same on both sides."""
    half = resize(rng.uniform(0, 1, (5, 5)).astype(np.float32), MAP_SIDE, MAP_SIDE, enlarge="linear")
    plane = half + half[:, ::-1]
    share = (plane - plane.min()) / max(float(plane.max() - plane.min()), 1e-6)
    return np.asarray(255 * (1 - strength * share), np.uint8)
