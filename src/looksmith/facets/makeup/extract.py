"""The makeup of one face in layers.

The difference of the face to its bare self (``bare.py``), in CIELAB and in the light of a mean skin, is shared out over
the places of the layers.  How much pigment there is and how strong it is cannot be told apart in one picture: a sheer
layer of a strong shade looks like a dense one of a weak shade.  A shade is therefore taken to lie as far from the skin
as pigments of its kind do (:data:`REACH`), and the opacity to be what is left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from looksmith.faces.canonical import Texture
from looksmith.faces.face import Face
from looksmith.facets.makeup import bare
from looksmith.facets.makeup.explain import SMOKEY, core, explained, own_lid
from looksmith.facets.makeup.layers import GROUPS, LAYERS, MAP_SIDE, MakeupState, empty
from looksmith.facets.makeup.light import light_of, slope_of
from looksmith.facets.makeup.paint import painting
from looksmith.facets.makeup.reading import READ, Reading, read_layers
from looksmith.facets.makeup.window import EYES_APART, SIDE, seen, softened
from looksmith.media.colour import rgb_to_lab
from looksmith.media.resize import resize

REACH: Mapping[str, float] = {
    "contour": 30.0, "highlight": 26.0, "blush": 34.0, "eyeshadow-1": 44.0, "eyeshadow-2": 40.0, "eyeshadow-3": 42.0,
    "eyeliner": 46.0, "lashes": 46.0, "brows": 60.0, "lipstick": 34.0,
}  # fmt: skip
"""How far a layer's pigment lies from what is below, CIELAB."""
LEAST: Mapping[str, float] = {
    "contour": 10.5, "highlight": 10.5, "blush": 7.0, "eyeshadow-1": 8.0, "eyeshadow-2": 7.5, "eyeshadow-3": 7.5,
    "eyeliner": 8.0, "lashes": 8.0, "brows": 7.0, "lipstick": 6.0,
}  # fmt: skip
"""Differences below these are taken for the person's own, or for shadows and light."""
MOST: Mapping[str, float] = {"contour": 8.0, "highlight": 8.0}
"""So much of a difference may be theirs; from twice as much on less, and at three times nothing: that is light."""
COVERING = 0.65
"""Least opacity of a lipstick that is certainly worn."""
FULL = 1.25
"""Where a map is full, in units of the middle of its place."""
SHEER = 0.08
"""Opacity below which a layer that the network reads is not worn."""
DOUBTED = 6.5
"""CIELAB: a place that is farther from the skin below than this wears something, whatever is told of its opacity.  (Of
bare people and men, one lip or lid in twenty is; of references on which no opacity is told, a third.)"""
EVEN, SPOTTED = 1.2, 3.2
"""Unevenness of the skin's colour (CIELAB, between pores and shading) under full foundation, and bare."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Looked:
    """A made-up face as it was looked at.

    Attributes:
        lab: 128 x 128 x 3, its texture in the light of a mean skin.
        bare: 128 x 128 x 3, what is taken for its bare self in that light, smooth.
        visible: 128 x 128 in [0, 1].
        light: (3,).
        whole: whether most of it is seen.
    """

    lab: Floats
    bare: Floats
    visible: Floats
    light: Floats


def look_at(rgb: NDArray[np.uint8], face: Face, front: Floats | None = None) -> Looked:
    """A face and its bare self.

    Args:
        rgb: H x W x 3 sRGB.
        face: in it.
        front: h x w in [0, 1] of the photo's proportions, what lies in front of the face; None for nothing.
    """
    texture = _filled(_levelled(seen(rgb, face)))
    visible = texture.visible
    if front is not None:
        scale = front.shape[1] / rgb.shape[1]
        visible = visible * (1 - seen(front, _scaled(face, scale)).pixels)
    encoded = texture.pixels / np.float32(255)
    skin = bare.skin_of(encoded, visible)
    light = light_of(skin)
    lab = rgb_to_lab(np.clip(encoded / light, 0, 1))
    if bare.installed():
        below = rgb_to_lab(np.clip((encoded + bare.change(encoded)) / light, 0, 1))
    else:
        below = bare.expected(lab, visible)
    return Looked(lab, below, np.asarray(visible, np.float32), light)


def extract(face: Looked) -> MakeupState:
    """The layers of a face that was looked at."""
    made = empty()
    shades, amounts, maps = made.shades, made.amounts, made.maps
    apart = _both_sides(face.lab - face.bare, face.visible)
    shared = np.asarray((apart + _common(softened(face.lab - face.bare, 2.0), face.visible)) / 2, np.float32)
    places = bare.places_seen()
    told = read_layers(face.lab, face.visible, face.light)
    worn = np.zeros_like(apart)
    for name in LAYERS[1:-1]:
        row, place = LAYERS.index(name), places[name]
        seen_there = shared if name in MOST else apart  # contour lies on both sides, a shadow on one
        left = softened(seen_there - worn, 1.0 if name in ("eyeliner", "lashes") else 2.0)
        sure = name in READ and told.trust >= 0.5
        told_so = _told(told, name) if name in READ else None
        found: tuple[Floats, float] | None
        lid = own_lid(told.below[name], _mean(face.bare, place)) if sure and name in GROUPS["eyeshadow"] else None
        if lid is not None and lid[0] != told.below[name][0]:
            found = explained(_mean(face.lab, place), lid, told_so, SMOKEY, float((place**2).sum() / place.sum()))
        elif sure and (told_so is not None or _bare(told, name, _mean(face.lab, place))):
            found = told_so
        else:
            sure, found = False, _weighed(name, left, face, place)
        if name == "lipstick" and found is not None:
            below = told.below[name] if told.trust >= 0.5 else face.bare[core()].mean(axis=0)
            sure, found = True, explained(face.lab[core()].mean(axis=0), below, told_so)
        if found is None:
            shades[row] = _mean(face.bare, place) + _usual(name)
            continue
        shades[row], opacity = found
        cover = _cover(left, shades[row] - _mean(face.bare, place), place)
        if name == "lipstick":  # lips are painted whole
            cover = np.maximum(cover, 0.65)
        if sure:  # what was read is the mean over the place: what is dense lies everywhere
            cover, opacity = _shared(cover, opacity, place)
        amounts[row, 0] = round(opacity, 4)
        maps[row] = np.rint(255 * resize(np.ascontiguousarray(cover), MAP_SIDE, MAP_SIDE)).astype(np.uint8)
        worn = worn + (place * cover * opacity)[..., None] * (shades[row] - (face.bare + worn))
    shades[0] = bare.skin_of(face.lab, face.visible)
    amounts[0] = (told.opacity["foundation"] if told.trust >= 0.5 else _evenness(face)), _shine(face)
    amounts[LAYERS.index("lipstick"), 1] = _gloss(face, places["lipstick"])
    pattern = painting(face.lab, face.bare, apart - worn, face.visible, face.light)
    if pattern is not None:  # paint round the eyes is in the picture, and no shadow
        amounts[[LAYERS.index(name) for name in (*GROUPS["eyes"], "contour", "highlight")], 0] = 0
        made = MakeupState(shades, amounts, maps, pattern)
        amounts[-1, 0] = 1.0
    return made


def _told(told: Reading, name: str) -> tuple[Floats, float] | None:
    """Shade and opacity of a layer as the network reads them."""
    opacity = told.opacity[name]
    return None if opacity < SHEER else (told.shade[name], opacity)


def _bare(told: Reading, name: str, seen_there: Floats) -> bool:
    """Whether it is believed that a layer is not worn: on usual faces, and where what is seen is near the skin that the
    network tells of."""
    return told.trust == 1 and float(np.linalg.norm(seen_there - told.below[name])) < DOUBTED


def _weighed(name: str, left: Floats, face: Looked, place: Floats) -> tuple[Floats, float] | None:
    """Shade and opacity of a layer by how far its place is from the bare face."""
    step = _step(name, left, place)
    size = float(np.linalg.norm(step))
    kept = _kept(size, LEAST[name])
    if kept <= 0.02:
        return None
    if name in MOST:  # what is more is shadow and light
        kept *= float(np.clip(3 - size / MOST[name], 0.02, 1)) * min(1.0, MOST[name] / size)
    opacity = float(np.clip(FULL * size * kept / REACH[name], 0, 1))
    if name == "lipstick":  # seldom sheer: a shade far from what is seen would be a guess
        opacity = max(opacity, COVERING * kept)
    shade = np.clip(_mean(face.bare, place) + step * kept * FULL / opacity, (2, -100, -100), (98, 100, 100))
    return np.asarray(shade, np.float32), opacity


def _cover(left: Floats, step: Floats, place: Floats) -> Floats:
    """How much of its place a layer covers, 128 x 128 in [0, 1]: how far each texel lies along the layer's way."""
    direction = step / max(float(np.linalg.norm(step)), 1e-6)
    along = np.einsum("yxc,c->yx", left, direction)
    usual = float(np.median(along[place > 0.35]))
    along = np.clip(along / max(usual, 2.0), 0, FULL) / FULL
    return np.asarray(softened(along[..., None].astype(np.float32), 1.5)[..., 0], np.float32)


def _shared(cover: Floats, mean: float, place: Floats) -> tuple[Floats, float]:
    """A cover and an opacity whose product has this mean over the place."""
    own = float((place * cover).sum() / place.sum())
    cover = 1 - (1 - cover) * np.float32(min(1.0, (1 - mean) / max(1 - own, 1e-6), 0.5 / max(1 - own, 1e-6)))
    own = float((place * cover).sum() / place.sum())
    return np.asarray(cover, np.float32), min(1.0, mean / max(own, 1e-6))


def _mean(lab: Floats, place: Floats) -> Floats:
    return np.asarray(np.einsum("yxc,yx->c", lab, place) / max(float(place.sum()), 1e-6), np.float32)


def _step(name: str, left: Floats, place: Floats) -> Floats:
    """How a layer's place differs from the bare face, CIELAB (3,); only to where such layers go."""
    values = left[place > 0.35]
    step: Floats = np.asarray(np.quantile(values, 0.3 if name == "eyeliner" else 0.5, axis=0), np.float32)
    if name in GROUPS["eyeshadow"]:  # pigment has a hue, shadows hardly: where there is most of it counts most
        hue = np.linalg.norm(values[:, 1:], axis=1)
        step[1:] = values[hue >= np.quantile(hue, 0.6), 1:].mean(axis=0)
    if name == "contour":  # darker, and hardly of another hue
        step = np.array([min(step[0], 0), 0.5 * step[1], 0.5 * step[2]], np.float32)
    elif name == "highlight":
        step = np.array([max(step[0], 0), 0.3 * step[1], 0.3 * step[2]], np.float32)
    elif name == "blush":  # redder; darkness there is contour or shade
        step = np.array([np.clip(step[0], -0.6 * max(step[1], 0), 2), max(step[1], 0), step[2]], np.float32)
    elif name in ("eyeliner", "lashes", "brows"):
        step = step if step[0] < 0 else np.zeros(3, np.float32)
    return step


def _usual(name: str) -> Floats:
    """Where a layer that is not worn would lie from what is below, CIELAB, so that turning it up does something."""
    usual = {
        "contour": (-22, 4, 6), "highlight": (20, -2, 2), "blush": (-6, 30, 6), "eyeshadow-1": (-18, 10, -4),
        "eyeshadow-2": (-18, 10, -4), "eyeshadow-3": (-24, 6, -2), "eyeliner": (-42, -6, -10),
        "lashes": (-42, -6, -10), "brows": (-20, -2, -4), "lipstick": (-14, 36, 8),
    }  # fmt: skip
    return np.array(usual[name], np.float32)


def _evenness(face: Looked) -> float:
    """Coverage of the foundation, from how even the skin's colour is."""
    skin = (bare.places_seen()["foundation"] > 0.8) & (face.visible > 0.8)
    if skin.sum() < 400:
        return 0.3
    middle = softened(face.lab, 1.2) - softened(face.lab, 5.0)
    uneven = float(np.sqrt(np.square(middle[skin][:, 1:]).sum(axis=1).mean()))
    return round(float(np.clip((SPOTTED - uneven) / (SPOTTED - EVEN), 0, 0.95)), 4)


def _shine(face: Looked) -> float:
    """Finish of the foundation, from how much the skin shines."""
    skin = (bare.places_seen()["foundation"] > 0.8) & (face.visible > 0.8)
    if skin.sum() < 400:
        return 0.3
    shine = face.lab[skin][:, 0]
    return round(float(np.clip((np.quantile(shine, 0.98) - np.median(shine) - 6) / 24, 0, 1)), 4)


def _gloss(face: Looked, place: Floats) -> float:
    """Finish of the lips, from how far their brightest places stand out: matte below 8, gloss from 34 on."""
    lips = (place > 0.6) & (face.visible > 0.5)
    if lips.sum() < 20:
        return 0.4
    lightness = face.lab[lips][:, 0]
    return round(float(np.clip((np.quantile(lightness, 0.97) - np.median(lightness) - 8) / 26, 0, 1)), 4)


def _kept(size: float, least: float) -> float:
    """Share of a difference that is makeup: none below the least, all from one and a half of it."""
    step = float(np.clip((size - 0.75 * least) / (0.75 * least), 0, 1))
    return step * step * (3 - 2 * step)


def _both_sides(apart: Floats, visible: Floats) -> Floats:
    """The difference with what light from one side, or a turned head, adds taken out: on each side the mean of both
    where both are seen, the other side's where this one is hidden."""
    other, seen_there = apart[:, ::-1], visible[:, ::-1]
    own = 0.5 + 0.5 * np.clip(visible - seen_there, -1, 1)
    return np.asarray(own[..., None] * apart + (1 - own)[..., None] * other, np.float32)


def _common(apart: Floats, visible: Floats) -> Floats:
    """What a difference has on both sides: the lesser of the two, none where they are not of one sign; what only one
    side of a turned head shows is halved."""
    other, both = apart[:, ::-1], np.minimum(visible, visible[:, ::-1])[..., None]
    least = np.where(apart * other > 0, np.sign(apart) * np.minimum(np.abs(apart), np.abs(other)), 0)
    return np.asarray(both * least + (1 - both) * 0.5 * apart, np.float32)


def _levelled(texture: Texture) -> Texture:
    """The texture with light from one side taken out, as far as its plain skin shows it."""
    along = np.broadcast_to((np.arange(SIDE, dtype=np.float32) - (SIDE - 1) / 2) / EYES_APART, (SIDE, SIDE))
    skin = bare.zones_seen()["plain"] * texture.visible
    slope = slope_of(texture.pixels.mean(axis=-1) / np.float32(255), along, skin)
    return Texture(texture.pixels * np.exp(-slope * along)[..., None].astype(np.float32), texture.visible)


def _filled(texture: Texture) -> Texture:
    """What is turned away filled from the other side."""
    hidden = np.clip(texture.visible[:, ::-1] - texture.visible, 0, 1)[..., None]
    return Texture(texture.pixels * (1 - hidden) + texture.pixels[:, ::-1] * hidden, texture.visible)


def _scaled(face: Face, scale: float) -> Face:
    """A face in a picture of another size."""
    landmarks = face.landmarks * np.float32(scale)
    box = (face.box[0] * scale, face.box[1] * scale, face.box[2] * scale, face.box[3] * scale)
    return Face(box, face.score, landmarks, face.pose, face.presence)
