"""The bare face under a made-up one, on the canonical texture.

By the network where it is installed; else by what bare faces have in common: on 60 of them, how the colours of every
place differ from the plain skin's, as a straight line in the lightness of that skin.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from looksmith.faces.canonical import unwrapped
from looksmith.faces.face import Face
from looksmith.facets.makeup.places import places, zones
from looksmith.facets.makeup.window import SIDE, WHOLE, cut
from looksmith.media.resize import resize
from looksmith.media.smooth import gaussian, smoothed
from looksmith.models.load import records, session

NETWORK = "makeup-bare"

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Common:
    """What bare faces have in common.

    Attributes:
        offset: 128 x 128 x 3, CIELAB less the plain skin's, at its mean lightness.
        slope: 128 x 128 x 3, its change for each unit of that lightness.
        middle: the mean lightness.
        noise: layer → how far, in CIELAB, its place on a bare face differs from that line (root mean square).
    """

    offset: Floats
    slope: Floats
    middle: float
    noise: dict[str, float]


@cache
def common() -> Common:
    """What ships."""
    with (files(__package__) / "bare_faces.npz").open("rb") as file, np.load(file) as held:
        offset, slope = (resize(held[name].astype(np.float32), SIDE, SIDE, enlarge="linear") for name in
                         ("offset", "slope"))  # fmt: skip
        noise = dict(zip((str(n) for n in held["layers"]), (float(v) for v in held["noise"]), strict=True))
        return Common(offset, slope, float(held["middle"]), noise)


def installed() -> bool:
    """Whether the network is there."""
    return NETWORK in records()


def change(texture: Floats) -> Floats:
    """What the network adds to a texture so that it is bare: 128 x 128 x 3 sRGB in [0, 1] to the same shape."""
    given = np.ascontiguousarray(texture.transpose(2, 0, 1)[None], np.float32)
    found: Floats = session(NETWORK).run(None, {"texture": given})[0][0]
    return np.ascontiguousarray(found.transpose(1, 2, 0))


def expected(lab: Floats, visible: Floats) -> Floats:
    """The bare face that its plain skin lets one expect, smooth: CIELAB, 128 x 128 x 3.

    Args:
        lab: CIELAB of the made-up texture.
        visible: 128 x 128 in [0, 1].
    """
    held, inner = common(), zones_seen()["plain"] * visible
    skin = skin_of(lab, visible)
    line = held.offset + held.slope * (skin[0] - held.middle)
    # light that falls from one side: what plain skin and cheeks differ by from the line, smoothed over the whole face
    weight = np.asarray(inner + 0.05 * zones_seen()["cheeks"] * visible + 1e-4, np.float32)
    apart = np.clip(lab - skin - line, -20, 20)
    window = gaussian(40, 20.0)
    over = smoothed(weight, window)
    lit = np.stack([smoothed(np.ascontiguousarray(apart[..., c] * weight), window) / over for c in range(3)], axis=-1)
    return np.asarray(skin + line + lit, np.float32)


def skin_of(lab: Floats, visible: Floats) -> Floats:
    """The plain skin's colour: the median where it is seen, CIELAB (3,)."""
    inner = (zones_seen()["plain"] > 0.5) & (visible > 0.5)
    if inner.sum() < 60:
        inner = zones_seen()["plain"] > 0.5
    return np.asarray(np.median(lab[inner], axis=0), np.float32)


def skin_in(picture: NDArray[np.uint8], face: Face) -> Floats:
    """The plain skin's colour of a face in a picture, in its values (3,): the median where it is seen."""
    values, visible = unwrapped(picture, face, _plain())
    seen = visible > 0.5
    return np.asarray(np.median(values[seen] if seen.sum() >= 60 else values, axis=0), np.float32)


@cache
def _plain() -> NDArray[np.bool_]:
    return zones(WHOLE)["plain"] > 0.5


@cache
def zones_seen() -> dict[str, Floats]:
    """:func:`places.zones` in the window."""
    return {name: cut(plane) for name, plane in zones(WHOLE).items()}


@cache
def places_seen() -> dict[str, Floats]:
    """:func:`places.places` in the window."""
    return {name: cut(plane) for name, plane in places(WHOLE).items()}
