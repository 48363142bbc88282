"""What makes a picture unfit to learn from: small, blurred, badly lit, of one colour, or no photo at all."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from looksmith.materials.layout import Arrangement
from looksmith.media.colour import rgb_to_lab

SMALLEST = 160
"""Short side in pixels, without plain bars."""
BLURRED = 0.52
"""Of :func:`sharpness.sharpness`.  Of 267 sharp pictures the least was 0.74; of 423 that were blurred by 0.8 to 2 % of
their side the most was 0.46."""
MOVED = 2.75
"""Of :func:`motion.moved`, the logarithm of odds: beyond it a picture is taken for one of a moved camera."""
BLURRED_FRAME = 0.48
"""The same of a clip's frame: its codec takes some of the finest detail."""
DARK, BRIGHT = 18.0, 95.0
"""L of CIELAB that nine tenths of a picture lie under, or over."""
FLAT = 2.5
"""Deviation of L, a and b under which a picture is of one colour."""

REASONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "unreadable": ("cannot be read", "无法读取"),
        "duplicate": ("nearly the same as another one", "与另一张几乎相同"),
        "small": ("too small", "尺寸太小"),
        "blurred": ("blurred", "模糊"),
        "dark": ("too dark", "太暗"),
        "bright": ("too bright", "太亮"),
        "flat": ("of one colour", "只有一种颜色"),
        "screenshot": ("a screenshot", "屏幕截图"),
        "collage": ("a collage", "拼图"),
        "meme": ("letters laid over it", "带有大字的图"),
        "foreign": ("shows somebody else", "是别人的脸"),
        "crowd": ("shows other people beside the creator", "创作者与其他人同框"),
        "short": ("too short", "太短"),
        "silent": ("nothing to hear", "没有声音"),
        "clipped": ("overdriven", "声音过载"),
    }
)
"""Why something is left out, in English and Chinese."""


def light_of(view: NDArray[np.uint8]) -> dict[str, float]:
    """The light in a picture, by its CIELAB colours.

    Args:
        view: H x W x 3 uint8 sRGB, small.

    Returns:
        ``light`` (mean L), ``contrast`` (from the 5th to the 95th percentile of L), ``low`` and ``high`` (10th and
        90th), ``warmth`` (median b*), ``tint`` (median a*), ``chroma`` (mean), ``spread`` (largest deviation of all).
    """
    lab = rgb_to_lab(view).reshape(-1, 3)
    low, dark, bright, high = np.quantile(lab[:, 0], (0.05, 0.1, 0.9, 0.95))
    return {
        "light": round(float(lab[:, 0].mean()), 2),
        "contrast": round(float(high - low), 2),
        "low": round(float(dark), 2),
        "high": round(float(bright), 2),
        "warmth": round(float(np.median(lab[:, 2])), 2),
        "tint": round(float(np.median(lab[:, 1])), 2),
        "chroma": round(float(np.hypot(lab[:, 1], lab[:, 2]).mean()), 2),
        "spread": round(float(lab.std(axis=0).max()), 2),
    }


def flaws_of(numbers: Mapping[str, float], arrangement: Arrangement, moving: bool = False) -> tuple[str, ...]:
    """What is wrong with a picture, the gravest first; keys of :data:`REASONS`.

    Args:
        numbers: of :func:`light_of`, with ``sharpness``, ``moved`` and the short side of what is kept as ``side``.
        arrangement: of :func:`layout.layout`.
        moving: whether it is a frame of a clip.
    """
    told = {
        "flat": numbers["spread"] < FLAT,
        arrangement.kind: bool(arrangement.kind),
        "small": numbers["side"] < SMALLEST,
        "dark": numbers["high"] < DARK,
        "bright": numbers["low"] > BRIGHT,
        "blurred": numbers["sharpness"] < (BLURRED_FRAME if moving else BLURRED) or numbers["moved"] > MOVED,
    }
    return tuple(flaw for flaw, wrong in told.items() if wrong)
