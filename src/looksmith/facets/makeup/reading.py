"""How opaque the layers of a made-up face are, and their shades: told by a small network from measures of its zones.

One picture does not tell a sheer strong shade from a dense weak one by its colour alone.  What does tell, a little: a
layer takes its shading from the skin but not its blotches and its colour's own unevenness, so these fade as it gets
denser; lips end where lipstick ends, and so on.  The network (``layers_read.npz``, see its card) was shown known layers
on faces of many people and learned what they leave behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from looksmith.facets.makeup.bare import places_seen, skin_of, zones_seen
from looksmith.facets.makeup.light import MEAN_LAB
from looksmith.facets.makeup.window import softened

READ = ("blush", "eyeshadow-1", "eyeshadow-2", "eyeshadow-3", "lipstick")
"""Layers whose shade and opacity are read."""
FILE = "layers_read.npz"
LEAK = 0.1
"""Slope of the network below 0."""

USUAL, STRANGE = 1.6, 3.2
"""Mean squares of the measures, in deviations of those that the network was shown, up to which a face is like these,
and from which on it is like none of them."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Reading:
    """What is worn, as far as the network can tell.

    Attributes:
        opacity: layer → in [0, 1], the mean over its place; also that of the foundation.
        below: layer → CIELAB (3,) of the bare skin there.
        shade: layer → CIELAB (3,); also that of the foundation.
        trust: in [0, 1], how far the face is like those that the network was shown.
    """

    opacity: Mapping[str, float]
    below: Mapping[str, Floats]
    shade: Mapping[str, Floats]
    trust: float


def read_layers(lab: Floats, visible: Floats, light: Floats) -> Reading:
    """Opacity and shade of foundation, blush, shadow and lipstick.

    Args:
        lab: CIELAB 128 x 128 x 3 of a face's texture in the light of a mean skin.
        visible: 128 x 128 in [0, 1].
        light: (3,), that of the face.
    """
    held = _network()
    shown = scaled(held, measures(lab, visible, light))
    apart = float(np.square(shown).mean())
    values = answers(held, shown)
    count = len(READ)
    opacity = np.clip(held["line"][0] + held["line"][1] * np.clip(values[: count + 1], 0, 1), 0, 1)
    below = values[count + 1 : 4 * count + 1].reshape(count, 3) * held["below"][1] + held["below"][0]
    shade = values[4 * count + 1 :].reshape(count + 1, 3) * held["shade"][1] + held["shade"][0]
    names = ("foundation", *READ)
    return Reading(
        dict(zip(names, (float(v) for v in opacity), strict=True)),
        dict(zip(READ, np.asarray(below, np.float32), strict=True)),
        dict(zip(names, np.asarray(shade, np.float32), strict=True)),
        float(np.clip((STRANGE - apart) / (STRANGE - USUAL), 0, 1)),
    )


def scaled(arrays: Mapping[str, Floats], measured: Floats) -> Floats:
    """Measures (..., m) as the network is shown them: in deviations from their mean, none beyond 5."""
    return np.asarray(np.clip((measured - arrays["mean"]) / arrays["deviation"], -5, 5), np.float32)


def answers(arrays: Mapping[str, Floats], shown: Floats) -> Floats:
    """What its three layers answer to scaled measures (..., m): opacities, then colours below, then shades."""
    values = shown
    for number in range(3):
        values = values @ arrays[f"weight{number}"].T + arrays[f"bias{number}"]
        if number < 2:
            values = np.where(values > 0, values, LEAK * values)
    return values


def measures(lab: Floats, visible: Floats, light: Floats) -> Floats:
    """What the network is shown: of every zone its colour beside the plain skin's (mean and deciles 1, 5, 9), how
    uneven it is finely and less finely, and how much its colour goes along with its lightness."""
    skin = skin_of(lab, visible)
    low, middle = softened(lab, 1.2), softened(lab, 4.0)
    scales = lab - low, low - middle
    found: list[NDArray[np.floating]] = [skin - MEAN_LAB, 20 * np.log(light)]
    for zone in _zones().values():
        inside = zone & (visible > 0.5)
        inside = inside if inside.sum() >= 12 else zone
        values = lab[inside] - skin
        found += [values.mean(axis=0), np.quantile(values, (0.1, 0.5, 0.9), axis=0).ravel()]
        rough = [scale[inside] for scale in scales]
        spread = [part.var(axis=0) for part in rough]
        found += [6 * np.log(variance + 0.05) for variance in spread]
        found += [10 * (part[:, :1] * part[:, 1:]).mean(axis=0) / (variance[0] + 0.3)
                  for part, variance in zip(rough, spread, strict=True)]  # fmt: skip
    return np.concatenate([np.asarray(part, np.float32) for part in found])


@cache
def _zones() -> dict[str, NDArray[np.bool_]]:
    """Where is measured: middles and rims of the layers' places, both sides together."""
    place, part = places_seen(), zones_seen()
    rows = np.mgrid[: len(part["lips"]), : len(part["lips"])][0]
    line = float((part["lips"] * rows).sum() / part["lips"].sum())
    mouth = ((part["lips"] + part["mouth"]) > 0.3).astype(np.float32)[..., None]
    core = softened(part["lips"][..., None], 1.0)[..., 0] > 0.75
    ring = (softened(mouth, 5.0)[..., 0] > 0.075) & (softened(mouth, 3.0)[..., 0] < 0.35 / 3)
    lid, fold, corner, apple = (place[n] for n in ("eyeshadow-1", "eyeshadow-2", "eyeshadow-3", "blush"))
    plain = part["plain"] > 0.5
    return {
        "upper lip": core & (rows < line - 1),
        "lower lip": core & (rows > line + 1),
        "lips": place["lipstick"] > 0.6,
        "round the lips": ring,
        "lid": lid > 0.5,
        "rim of the lid": (lid > 0.15) & (lid < 0.5),
        "fold": (fold > 0.5) & (lid < 0.3),
        "rim of the fold": (fold > 0.1) & (fold < 0.4) & (lid < 0.1),
        "corner": corner > 0.6,
        "rim of the corner": (corner > 0.15) & (corner < 0.4) & (fold < 0.1),
        "liner": place["eyeliner"] > 0.5,
        "brow": place["brows"] > 0.6,
        "cheek": apple > 0.7,
        "rim of the cheek": (apple > 0.25) & (apple < 0.5),
        "round the cheek": (apple > 0.05) & (apple < 0.15),
        "plain": plain,
        "skin": place["foundation"] > 0.8,
        "forehead": plain & (rows < 40),
        "chin": plain & (rows > 90),
        "hollow": place["contour"] > 0.6,
        "bones": place["highlight"] > 0.6,
    }


@cache
def _network() -> dict[str, Floats]:
    with (files(__package__) / FILE).open("rb") as file, np.load(file) as held:
        return {name: held[name].astype(np.float32) for name in held.files}
