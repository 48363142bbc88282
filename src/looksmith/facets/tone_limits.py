"""What a grade may not do, as smooth limits on the displaced nodes of a colour table.

Skin stays among the hues of skin, greys take a tint but not a paint, lightness rolls off instead
of clipping, colours outside sRGB pale.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SKIN_HUES = (18.0, 82.0)
"""Degrees of Lab hue within which skin of every tone lies, under usual light, with a margin."""

_NEUTRAL_FREE = 20.0  # Lab chroma that grey may take freely
_MOST_OVERSHOOT = 106.0  # lightness that still fits under the shoulder
_KNEE = 1.0  # how far below white the shoulder begins, for each unit of overshoot
_PALE = 0.1  # of a colour outside sRGB: how far it pales towards grey (1: until it fits) before it is clipped


def skin_likeness(lab: NDArray[np.floating]) -> Array:
    """How much colours look like skin, 0 to 1: ... x 3 Lab -> ...  A smooth bump over hue, chroma and lightness."""
    light, a, b = np.moveaxis(np.asarray(lab, np.float64), -1, 0)
    chroma = np.hypot(a, b)
    by_hue = np.exp(-((_from_skin(a, b) / 30.0) ** 4))
    by_chroma = _rise(chroma, 3.0, 10.0) * (1 - _rise(chroma, 50.0, 80.0))
    by_light = _rise(light, 12.0, 28.0) * (1 - _rise(light, 92.0, 99.0))
    return np.asarray(by_hue * by_chroma * by_light)


def _from_skin(a: Array, b: Array) -> Array:
    """Degrees from the middle of the hues of skin, -180 to 180."""
    hue = np.degrees(np.arctan2(b, a))
    return np.asarray((hue - 0.5 * (SKIN_HUES[0] + SKIN_HUES[1]) + 180.0) % 360.0 - 180.0)


def keep_skin(before: Array, after: Array) -> Array:
    """Turn skin-like colours that left the hues of skin back towards them: N x 3 Lab each -> N x 3."""
    weight = skin_likeness(before)
    a, b = after[..., 1], after[..., 2]
    chroma = np.hypot(a, b)
    away = _from_skin(a, b)
    free = np.maximum(0.5 * (SKIN_HUES[1] - SKIN_HUES[0]), np.abs(_from_skin(before[..., 1], before[..., 2])))
    over = np.sign(away) * np.maximum(np.abs(away) - free, 0.0)
    allowed = 8.0 * np.tanh(over / 8.0)
    turn = np.radians((allowed - over) * weight * (1 - _rise(np.abs(away), 132.0, 180.0)))
    ceiling = np.hypot(before[..., 1], before[..., 2]) * 1.6 + 10.0
    eased = np.where(chroma > ceiling, ceiling + (chroma - ceiling) / 3, chroma)
    scale = 1 + weight * (eased / np.maximum(chroma, 1e-6) - 1)
    out = after.copy()
    out[..., 1] = scale * (a * np.cos(turn) - b * np.sin(turn))
    out[..., 2] = scale * (a * np.sin(turn) + b * np.cos(turn))
    return out


def keep_neutrals(before: Array, after: Array) -> Array:
    """Hold back the tint of greys beyond what passes for toning: N x 3 Lab each -> N x 3."""
    grey = 1 - _rise(np.hypot(before[..., 1], before[..., 2]), 4.0, 18.0)
    tint = np.hypot(after[..., 1], after[..., 2])
    eased = np.where(tint > _NEUTRAL_FREE, _NEUTRAL_FREE + 0.6 * (tint - _NEUTRAL_FREE), tint)
    scale = 1 + grey * (eased / np.maximum(tint, 1e-6) - 1)
    out = after.copy()
    out[..., 1:] *= scale[..., None]
    return out


def roll_off(light: Array, black: float, white: float) -> Array:
    """Bring lightness into [0, 100] with a film-like toe and shoulder instead of clipping.

    Args:
        light: graded lightness, any shape.
        black, white: what the grade makes of black and white; without overshoot there is neither toe nor shoulder.
    """
    above = _shoulder(light, white)
    return np.asarray(np.clip(100.0 - _shoulder(100.0 - above, 100.0 - black), 0.0, 100.0))


def _shoulder(light: Array, white: float) -> Array:
    """Bend the range from a knee to ``white`` > 100 into that from the knee to 100; slope 1 at the knee, rising."""
    white = min(white, _MOST_OVERSHOOT)
    if white <= 100.5:
        return light
    knee = 96.0 - _KNEE * (white - 100.0)
    ratio = (white - knee) / (100.0 - knee)
    bend = 2 * (ratio - 1)
    for _ in range(20):  # bend / (1 - exp(-bend)) = ratio, which gives slope 1
        bend = ratio * (1 - np.exp(-bend)) if bend > 1e-9 else 0.0
    t = np.clip((light - knee) / (white - knee), 0.0, 1.0)
    bent = knee + (100.0 - knee) * (1 - np.exp(-bend * t)) / max(1 - np.exp(-bend), 1e-9)
    return np.asarray(np.where(light > knee, bent, light))


def edge_share(rgb: Array) -> Array:
    """How far colours lie between the grey of the same luma (0) and the edge of the cube (1, more: outside)."""
    grey = np.clip(rgb @ np.array([0.2126, 0.7152, 0.0722]), 1e-4, 1 - 1e-4)[..., None]
    away = rgb - grey
    room = np.where(away > 0, 1 - grey, grey)
    return np.asarray((np.abs(away) / room).max(axis=-1))


def into_gamut(before: Array, after: Array) -> Array:
    """Pale colours outside [0, 1] towards the grey of their luma, and clip the rest: N x 3 encoded RGB each -> N x 3.

    Clipping alone turns hues; paling alone robs dark and light colours of their colour.
    """
    grey = np.clip(after @ np.array([0.2126, 0.7152, 0.0722]), 0.0, 1.0)[..., None]
    allowed = np.maximum(edge_share(before), 1.0)
    over = np.maximum(edge_share(after) / allowed, 1.0)
    return np.asarray(np.clip(grey + (after - grey) * (over**-_PALE)[..., None], 0.0, 1.0))


def open_rgb(lab: NDArray[np.floating]) -> Array:
    """CIELAB (D65) to encoded sRGB without clipping, so that easing knows how far outside a colour lies.

    ... x 3 -> ... x 3 float64; negative light is encoded by the straight part of the curve (IEC 61966-2-1).
    """
    lab = np.asarray(lab, np.float64)
    fy = (lab[..., 0] + 16) / 116
    f = np.stack([fy + lab[..., 1] / 500, fy, fy - lab[..., 2] / 200], axis=-1)
    relative = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29))
    light = relative @ _TO_LIGHT.T
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.maximum(light, 1e-9) ** (1 / 2.4) - 0.055)


_FROM_LIGHT = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_TO_LIGHT: Array = np.linalg.inv(_FROM_LIGHT) * _FROM_LIGHT.sum(axis=1)
"""From X, Y, Z relative to white to linear R, G, B."""


def _rise(x: Array, low: float, high: float) -> Array:
    """0 below ``low``, 1 above ``high``, smooth between."""
    t = np.clip((x - low) / (high - low), 0.0, 1.0)
    return np.asarray(t * t * (3 - 2 * t))
