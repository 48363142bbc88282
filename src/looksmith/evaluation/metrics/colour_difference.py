"""Colour difference as people see it: CIEDE2000."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

HIGHER_IS_BETTER = False

_25_TO_7 = 25.0**7


def colour_difference(first: NDArray[np.floating], second: NDArray[np.floating]) -> NDArray[np.float64]:
    """ΔE00 of every pair of colours (CIE 142-2001; formulas and test data: Sharma, Wu & Dalal 2005), kL = kC = kH = 1.

    Args:
        first, second: CIELAB (D65 or another white, the same for both), ... x 3, shapes that broadcast.

    Returns:
        float64, shape ...; 0 for equal colours, about 1 for a difference just seen.

    Raises:
        ValueError: the last axis is not L, a, b.
    """
    if first.shape[-1:] != (3,) or second.shape[-1:] != (3,):
        raise ValueError(f"colour_difference: expected L, a, b on the last axis, got {first.shape} and {second.shape}")
    l1, a1, b1 = np.moveaxis(first.astype(np.float64), -1, 0)
    l2, a2, b2 = np.moveaxis(second.astype(np.float64), -1, 0)
    chroma7 = _seventh((_length(a1, b1) + _length(a2, b2)) / 2)
    g = 0.5 * (1 - np.sqrt(chroma7 / (chroma7 + _25_TO_7)))
    a1, a2 = (1 + g) * a1, (1 + g) * a2
    c1, c2 = _length(a1, b1), _length(a2, b2)
    h1, h2 = (np.where(h < 0, h + 360, h) for h in (np.degrees(np.arctan2(b1, a1)), np.degrees(np.arctan2(b2, a2))))

    grey = c1 * c2 == 0  # the hue of a grey is undefined: it counts for nothing
    turn = np.where(grey, 0.0, h2 - h1)
    turn = np.where(turn > 180, turn - 360, np.where(turn < -180, turn + 360, turn))
    d_lightness, d_chroma = l2 - l1, c2 - c1
    d_hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn) / 2)

    lightness, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    total = h1 + h2
    hue = np.where(np.abs(h1 - h2) <= 180, total / 2, np.where(total < 360, total / 2 + 180, total / 2 - 180))
    hue = np.where(grey, total, hue)
    t = (
        1
        - 0.17 * np.cos(np.radians(hue - 30))
        + 0.24 * np.cos(np.radians(2 * hue))
        + 0.32 * np.cos(np.radians(3 * hue + 6))
        - 0.20 * np.cos(np.radians(4 * hue - 63))
    )
    weight_l = 1 + 0.015 * (lightness - 50) ** 2 / np.sqrt(20 + (lightness - 50) ** 2)
    weight_c = 1 + 0.045 * chroma
    weight_h = 1 + 0.015 * chroma * t
    chroma7 = _seventh(chroma)
    rotation = (
        -2 * np.sqrt(chroma7 / (chroma7 + _25_TO_7)) * np.sin(np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2))))
    )
    l_term, c_term, h_term = d_lightness / weight_l, d_chroma / weight_c, d_hue / weight_h
    squared = l_term**2 + c_term**2 + h_term**2 + rotation * c_term * h_term
    return np.asarray(np.sqrt(np.maximum(squared, 0)), np.float64)


def _length(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.sqrt(a * a + b * b)  # a fifth of the time of np.hypot; nothing here is near the ends of float64


def _seventh(x: NDArray[np.float64]) -> NDArray[np.float64]:
    squared = x * x
    return squared * squared * squared * x
