"""Skin retouched band by band: spots, redness, shadows under the eyes, shine, and an even middle band."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from looksmith.facets.closeup import Closeup
from looksmith.facets.retouch.bands import FAINT, Bands, bands_of, without
from looksmith.facets.retouch.sliders import SKIN, RetouchState
from looksmith.facets.retouch.spots import Spots, spots_of
from looksmith.media.smooth import blurred

Plane = NDArray[np.float32]

RIGHT_UNDER = (130, 25, 110, 24, 23, 22, 26, 112, 243, 128, 121, 120, 119, 118, 117, 111)
"""Loop between the lower lid and the cheek bone."""
LEFT_UNDER = (359, 255, 339, 254, 253, 252, 256, 341, 463, 357, 350, 349, 348, 347, 346, 340)
CHEEKS = ((50, 101, 205, 36), (280, 330, 425, 266))
"""Points of the right and the left cheek."""

EVENED = 0.8
"""Of the middle band, taken away at smooth 1."""
STRONG = 0.075
"""Relief, in parts of the light on it, that is a feature of the face and stays: folds, wrinkles, dimples."""
CALMED, LIFTED, DULLED = 0.8, 0.7, 0.7
"""Of redness, of shadows under the eyes, and of shine, taken away at 1."""
GLOSS = 0.05
"""Light over that of the skin round it, in parts of it, from which it counts as shine."""

_RED = np.array([0.701, -0.299, -0.299], np.float32)
_BLUE = np.array([0.114, 0.114, -0.886], np.float32)
"""A step of red less green, and of green less blue, that leaves the luma as it is."""


def retouched_skin(near: Closeup, state: RetouchState) -> NDArray[np.float32] | None:
    """The change of a closeup of a whole face by the sliders of skin.

    Returns:
        h x w x 3 of sRGB values in [0, 1]; None where all of them are at 0.
    """
    if not any(getattr(state, name) for name in SKIN):
        return None
    bands = bands_of(near)
    skin, light = bands.skin, bands.light
    luma, red, blue = (np.zeros(near.shape, np.float32) for _ in range(3))
    relief = bands.luma[1] / light
    if state.blemish or state.moles or state.smooth:
        spots = spots_of(bands, near.unit)
        gone = np.float32(state.blemish) * spots.blemishes + np.float32(state.moles) * spots.moles
        gone *= np.clip(1.5 * skin, 0, 1)
        if gone.any():
            round_it = without(bands, np.clip(2 * gone, 0, 1), near.unit)
            for change, band, plain in zip(
                (luma, red, blue), (bands.luma, bands.red, bands.blue), round_it, strict=True
            ):
                change -= gone * (band[1] + band[2] - plain + np.float32(0.9) * band[0])
        evened = np.float32(EVENED * state.smooth) * _calm(bands, spots) * (1 - np.clip(gone, 0, 1))
        luma -= evened / (1 + np.square(np.square(relief / np.float32(STRONG)))) * bands.luma[1]
        red -= np.float32(0.8) * evened * bands.red[1]
        blue -= np.float32(0.8) * evened * bands.blue[1]
    if state.redness:
        excess = redder(bands)
        taken = np.float32(CALMED * state.redness) * skin
        red -= taken * (excess * light + np.float32(0.4) * np.maximum(bands.red[1], 0))
        luma += np.float32(0.12) * taken * excess * light  # haemoglobin takes light, too
    if state.under_eye:
        for zone, lift, warmer, yellower in under_eyes(near, bands):
            share = np.float32(LIFTED * state.under_eye) * zone
            luma += share * lift
            red += share * warmer
            blue += share * yellower
    if state.shine:
        gloss, pale = glossy(bands, near.unit)
        share = np.float32(DULLED * state.shine) * skin
        luma -= share * (gloss * light + np.float32(0.5) * pale * np.maximum(bands.luma[1], 0))
        own = _ratios(bands)
        red += share * pale * np.float32(0.5) * np.maximum(own[0] * light - bands.red[2], 0)
        blue += share * pale * np.float32(0.5) * np.maximum(own[1] * light - bands.blue[2], 0)
    return _as_rgb(near, luma, red, blue)


def redder(bands: Bands) -> Plane:
    """How much redder skin is than skin in the same light, in parts of the light: h x w in [0, 0.2].

    Skin in shade has more of its own colour in a picture; a line through all of it, ratio over light, tells how much.
    """
    ratio = bands.red[2] / bands.light
    sure = bands.skin > 0.6
    step = max(1, int(sure.sum()) // 4000)
    light, seen = bands.light[sure][::step], ratio[sure][::step]
    slope = min(0.0, float(np.cov(light, seen)[0, 1] / max(float(light.var()), 1e-4))) if light.size > 8 else 0.0
    level = ratio - np.float32(slope) * bands.light
    calm = _quantile(level, sure, 0.5)
    return np.asarray(np.clip(level - np.float32(calm + 0.01), 0, 0.2), np.float32)


def under_eyes(near: Closeup, bands: Bands) -> list[tuple[Plane, Plane, Plane, Plane]]:
    """For each eye the zone under it (h x w in [0, 1]), and what its luma, its red less green and its green less blue
    lack of the cheek's."""
    found = []
    for loop, cheek in zip((RIGHT_UNDER, LEFT_UNDER), CHEEKS, strict=True):
        at = np.rint(near.points[list(cheek)] - 0.5).astype(int)
        x, y = (np.clip(at[:, k], 0, limit - 1) for k, limit in ((0, near.shape[1]), (1, near.shape[0])))
        seen = bands.skin[y, x] > 0.4
        if not seen.any():
            continue
        aim = [float(np.median(plane[y, x][seen])) for plane in (bands.luma[2], bands.red[2], bands.blue[2])]
        zone = near.polygon(loop, soft=0.03) * np.clip(bands.skin * 1.6, 0, 1)
        lift = np.clip(np.float32(aim[0]) - bands.luma[2], 0, np.float32(0.14 * aim[0]))
        held = np.clip(lift / np.float32(0.04 * max(aim[0], FAINT)), 0, 1)  # colour is mended where it is dark alone
        ratio = (bands.luma[2] + lift) / np.float32(max(aim[0], FAINT))
        warmer = np.clip(np.float32(aim[1]) * ratio - bands.red[2], -0.05, 0.05)
        yellower = np.clip(np.float32(aim[2]) * ratio - bands.blue[2], -0.05, 0.05)
        found.append((np.asarray(zone, np.float32), lift, held * warmer, held * yellower))
    return found


def glossy(bands: Bands, unit: float) -> tuple[Plane, Plane]:
    """Light of gloss over that of the skin round it, in parts of the light; and how pale the gloss is, in [0, 1]."""
    weight = bands.skin + np.float32(1e-3)
    below = np.maximum(blurred(weight, 0.2 * unit), np.float32(1e-4))
    round_it = blurred(np.asarray(bands.luma[2] * weight, np.float32), 0.2 * unit) / below
    over = np.clip(bands.luma[2] / np.maximum(round_it, np.float32(FAINT)) - np.float32(1 + GLOSS), 0, 0.5)
    red, blue = _ratios(bands)
    usual = max(red + 0.5 * blue, 0.02)
    colour = (bands.red[2] + np.float32(0.5) * bands.blue[2]) / bands.light
    pale = np.clip((np.float32(1.02 * usual) - colour) / np.float32(0.4 * usual), 0, 1)
    return np.asarray(over * (0.25 + 0.75 * pale), np.float32), np.asarray(pale * np.clip(over * 12, 0, 1), np.float32)


def _calm(bands: Bands, spots: Spots) -> Plane:
    """Where skin may be evened: not beard and not moles."""
    smooth = np.clip(1.9 - 0.45 * bands.rough, 0, 1)
    return np.asarray(bands.skin * smooth * (1 - spots.moles), np.float32)


def _ratios(bands: Bands) -> tuple[float, float]:
    """The face's usual red less green, and green less blue, in parts of the light."""
    sure = bands.skin > 0.6
    return _quantile(bands.red[2] / bands.light, sure, 0.5), _quantile(bands.blue[2] / bands.light, sure, 0.5)


def _quantile(plane: Plane, where: NDArray[np.bool_], share: float) -> float:
    held = plane[where]
    return float(np.quantile(held[:: max(1, held.size // 4000)], share)) if held.size else 0.0


def _as_rgb(near: Closeup, luma: Plane, red: Plane, blue: Plane) -> NDArray[np.float32]:
    """Changes of three planes as those of colours; light is gained by a factor, which keeps the colour's ratios."""
    before = np.maximum(near.luma, np.float32(FAINT))
    gain = np.clip(1 + luma / before, 0.5, 2.0) - 1
    change = near.rgb * (gain * np.float32(1 / 255))[..., None]
    change += red[..., None] * _RED
    change += blue[..., None] * _BLUE
    return np.asarray(change, np.float32)
