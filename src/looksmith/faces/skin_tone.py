"""Skin tone as the individual typology angle, from the colour of skin in CIELAB."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from looksmith.media.colour import rgb_to_lab

Tone = Literal["very light", "light", "intermediate", "tan", "brown", "dark"]
TONES: tuple[Tone, ...] = get_args(Tone)
"""From light to dark."""

LIMITS = (55.0, 41.0, 28.0, 10.0, -30.0)
"""Degrees between the six groups: above 55 very light, then light, intermediate, tan, brown, and dark below -30
(Chardon, Cretois & Hourseau 1991; Del Bino & Bernerd 2013)."""


def typology_angle(lab: NDArray[np.floating]) -> NDArray[np.float64]:
    """ITA = arctan((L* − 50) / b*) · 180 / π, in degrees; high for light skin.

    Args:
        lab: CIELAB (D65) of skin, ... x 3.

    Returns:
        float64, shape ...; −180 to 180.  Skin has b* > 0; for other colours it is the angle of the same point, which
        lies beyond ±90.

    Raises:
        ValueError: the last axis is not L, a, b.
    """
    if lab.shape[-1:] != (3,):
        raise ValueError(f"typology_angle: expected L, a, b on the last axis, got {lab.shape}")
    values = lab.astype(np.float64)
    return np.asarray(np.degrees(np.arctan2(values[..., 0] - 50, values[..., 2])), np.float64)


def tone_of(angle: float) -> Tone:
    """The group of an angle."""
    return TONES[sum(angle <= limit for limit in LIMITS)]


def skin_colour(rgb: NDArray[np.uint8], skin: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Median CIELAB of the pixels that are skin: make-up, hair across it and highlights count little.

    Args:
        rgb: H x W x 3 uint8 sRGB.
        skin: H x W, true where it is skin.

    Returns:
        L, a, b; NaN when no pixel is skin.

    Raises:
        ValueError: the mask has another size.
    """
    if skin.shape != rgb.shape[:2]:
        raise ValueError(f"skin_colour: expected a mask of {rgb.shape[:2]}, got {skin.shape}")
    if not skin.any():
        return np.full(3, np.nan)
    return np.asarray(np.median(rgb_to_lab(rgb[skin]), axis=0), np.float64)


def cheeks(shape: tuple[int, ...], box: tuple[int, int, int, int]) -> NDArray[np.bool_]:
    """Where the cheeks are in a frontal face: two areas that hair, eyes, lips and beard mostly leave free.

    No colour has a part in it, so that no skin is taken for something else.

    Args:
        shape: of the picture, H and W first.
        box: of the face, from the brows to the chin as detectors give it: left, top, right, bottom in pixels.

    Returns:
        H x W; all false when the box lies outside.
    """
    found = np.zeros(shape[:2], np.bool_)
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    for begin, end in ((0.16, 0.34), (0.66, 0.84)):
        rows = slice(max(0, round(top + 0.48 * height)), max(0, round(top + 0.68 * height)))
        found[rows, max(0, round(left + begin * width)) : max(0, round(left + end * width))] = True
    return found
