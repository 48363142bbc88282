"""Makeups of known numbers laid on faces by the renderer itself, for what learns to read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

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
Rgb = NDArray[np.uint8]
Range = tuple[float, float]

PLAIN = 0.5
"""Share of makeups whose pictures are changed in their light alone."""
_LIDS: tuple[tuple[Range, Range, Range], ...] = (
    ((14, 62), (0, 30), (-40, 85)),
    ((16, 62), (8, 60), (280, 385)),
    ((16, 68), (8, 55), (0, 360)),
    ((60, 88), (6, 35), (0, 120)),
)
"""Lightness, chroma and hue (degrees) of shadows: browns, mauves and greys; purples and pinks; any; pale ones."""


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
    """So many makeups on faces that are drawn at random, in pictures whose light, tones and sharpness are changed at
    random.

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
        plain = bool(rng.random() < PLAIN)
        lit = developed(rng, picture, plain)
        before = look_at(lit, face)
        state = random_makeup(rng, skin_of(before.lab, before.visible))
        people = People(Photo(lit), (face,))
        facet = Makeup(people=people, lock=bool(rng.random() < 0.4))
        worn = People(facet.put_on(people, people.faces, facet.composed(state), None), (face,))
        after = (
            look_at(worn.rgb, face) if plain else look_at(photographed(rng, worn.rgb, face), _found_again(rng, face))
        )
        cover = (where * (state.maps / np.float32(255))).sum(axis=(1, 2)) / where.sum(axis=(1, 2))
        skin = rgb_to_lab(np.clip(lab_to_rgb(before.lab) * before.light / after.light, 0, 1))
        below = np.einsum("yxc,lyx->lc", skin, seen) / seen.sum(axis=(1, 2))[:, None]
        yield Laid(after, state, state.amounts[:, 0] * cover, np.asarray(below, np.float32))


def developed(rng: np.random.Generator, picture: Rgb, plain: bool = False) -> Rgb:
    """A bare picture in other light, and at times in other tones, as another camera or a studio would give it:
    exposure, white balance, and where it is not ``plain``, gamma about its middle and saturation."""
    values = picture * np.exp(rng.uniform(-0.25, 0.18) + rng.uniform(-0.12, 0.12, 3)) / 255
    if not plain and rng.random() < 0.6:
        middle = max(float(np.median(values)), 0.1)
        values = middle * (np.maximum(values, 0) / middle) ** np.exp(rng.uniform(-0.35, 0.35))
        grey = values @ np.array([0.299, 0.587, 0.114])
        values = grey[..., None] + np.exp(rng.uniform(-0.3, 0.25)) * (values - grey[..., None])
    made: Rgb = np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8)
    return made


def photographed(rng: np.random.Generator, picture: Rgb, face: Face) -> Rgb:
    """A made-up picture as it may come: at times with light from one side, less sharp, noisy, or compressed."""
    values = picture.astype(np.float32)
    height, width = picture.shape[:2]
    if rng.random() < 0.5:
        angle, much = rng.uniform(0, 2 * np.pi), rng.uniform(0, 0.4)
        rows, columns = np.mgrid[:height, :width].astype(np.float32)
        x, y = face.centre
        along = np.clip(((columns - x) * np.cos(angle) + (rows - y) * np.sin(angle)) / face.size, -0.7, 0.7)
        values *= np.exp(much * along)[..., None]
    made: Rgb = np.rint(np.clip(values, 0, 255)).astype(np.uint8)
    if rng.random() < 0.35:
        image, share = Image.fromarray(made), rng.uniform(0.45, 1)
        small = max(16, round(width * share)), max(16, round(height * share))
        made = np.asarray(
            image.resize(small, Image.Resampling.LANCZOS).resize((width, height), Image.Resampling.BICUBIC)
        )
    if rng.random() < 0.3:
        noisy = made + rng.normal(0, rng.uniform(0.5, 4), (height, width, 1)) + rng.normal(0, 1, made.shape)
        made = np.rint(np.clip(noisy, 0, 255)).astype(np.uint8)
    if rng.random() < 0.3:
        held = BytesIO()
        Image.fromarray(made).save(held, "JPEG", quality=int(rng.integers(60, 96)))
        made = np.asarray(Image.open(held))
    return made


def _found_again(rng: np.random.Generator, face: Face) -> Face:
    """The face as another look may find it: at times moved a little, and a little larger or smaller."""
    if rng.random() < 0.6:
        return face
    middle = face.landmarks.mean(axis=0)
    moved = rng.normal(0, 0.008, 3) * face.inter_ocular
    scale = np.exp(rng.normal(0, 0.01))
    landmarks = (face.landmarks - middle) * scale + middle + moved
    return replace(face, landmarks=np.asarray(landmarks, np.float32))


def random_makeup(rng: np.random.Generator, skin: Floats) -> MakeupState:
    """Layers as people wear them, far beyond what is usual at times, neither sheer nor whole mostly;
    every one is left out now and then.

    Args:
        rng: draws.
        skin: CIELAB (3,) of the plain skin, which foundation, contour and highlight are near to.
    """
    made = empty()

    def lay(name: str, shade: Sequence[float] | NDArray[np.floating], opacity: float, finish: float, uneven: float,
            ) -> None:  # fmt: skip
        row = LAYERS.index(name)
        made.shades[row] = np.clip(shade, (1, -100, -100), (99, 100, 100))
        made.amounts[row] = opacity, finish
        if rng.random() < uneven:
            made.maps[row] = _cloud(rng, rng.uniform(0.1, 0.6))

    if rng.random() < 0.85:
        shade = _shade(rng, (16, 74), (12, 74), (-28, 55), 42)
        opacity = rng.triangular(0.3, 0.75, 1) if rng.random() < 0.75 else rng.uniform(0.15, 1)
        lay("lipstick", shade, opacity, float(rng.choice([0, 0, 0.2, 0.35, 0.5, 1])), 0.15)
    if rng.random() < 0.85:
        shade = _shade(rng, *_LIDS[int(rng.choice(len(_LIDS), p=[0.5, 0.2, 0.18, 0.12]))])
        opacity = rng.triangular(0.2, 0.6, 0.95) if rng.random() < 0.7 else rng.uniform(0.1, 0.95)
        lay("eyeshadow-1", shade, opacity, 0, 0.3)
        for name in ("eyeshadow-2", "eyeshadow-3"):
            if rng.random() < 0.35:
                lay(name, shade + rng.normal(0, 6, 3), rng.triangular(0.1, 0.4, 0.7), 0, 0.4)
    if rng.random() < 0.8:
        lay("blush", _shade(rng, (38, 74), (22, 60), (-15, 60), 36), rng.triangular(0.1, 0.35, 0.65), 0, 0.3)
    if rng.random() < 0.25:
        lay("eyeliner", _shade(rng, (4, 25), (0, 12), (0, 360)), rng.uniform(0.2, 0.9), 0, 0.5)
    if rng.random() < 0.15:
        lay("contour", skin + np.array([-22, 3, 5]), rng.uniform(0.1, 0.4), 0, 0.5)
    if rng.random() < 0.15:
        lay("highlight", skin + np.array([18, -2, 2]), rng.uniform(0.1, 0.4), 0, 0.5)
    if rng.random() < 0.85:
        lay("foundation", skin + rng.normal(0, (4, 2, 3)), rng.triangular(0.1, 0.5, 0.95), rng.uniform(0, 0.7), 0)
    return made


def _shade(
    rng: np.random.Generator, lightness: Range, chroma: Range, hue: Range, usual: float | None = None
) -> NDArray[np.float64]:
    """CIELAB (3,) from ranges of lightness, chroma and hue (degrees), all alike; or a chroma that is mostly near the
    usual one."""
    size = rng.uniform(*chroma) if usual is None else rng.triangular(chroma[0], usual, chroma[1])
    angle = np.deg2rad(rng.uniform(*hue))
    return np.array([rng.uniform(*lightness), size * np.cos(angle), size * np.sin(angle)])


def _cloud(rng: np.random.Generator, strength: float) -> NDArray[np.uint8]:
    """A map that is not full everywhere, the same on both sides."""
    half = resize(rng.uniform(0, 1, (5, 5)).astype(np.float32), MAP_SIDE, MAP_SIDE, enlarge="linear")
    plane = half + half[:, ::-1]
    share = (plane - plane.min()) / max(float(plane.max() - plane.min()), 1e-6)
    return np.asarray(255 * (1 - strength * share), np.uint8)
