"""A grade in words, swatches and numbers for people."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from looksmith.facets.lut import Lut, apply_lut, sample
from looksmith.facets.protocol import Card
from looksmith.facets.tone_grade import grade_lut
from looksmith.facets.tone_statistics import covariance_of, mean_of
from looksmith.media.colour import lab_to_rgb, rgb_to_lab

_HUES = ((30.0, "red"), (60.0, "orange"), (85.0, "amber"), (115.0, "yellow"), (160.0, "green"), (215.0, "teal"))
_MORE_HUES = ((265.0, "cyan-blue"), (310.0, "blue"), (345.0, "magenta"), (361.0, "rose"))


def hue_word(a: float, b: float) -> str:
    """A word for a hue of Lab."""
    degrees = float(np.degrees(np.arctan2(b, a)) % 360)
    return next(word for limit, word in _HUES + _MORE_HUES if degrees < limit)


def describe_grade(
    coefficients: NDArray[np.floating],
    table: NDArray[np.floating],
    toning: NDArray[np.floating],
    *,
    grain: float,
    vignette: float,
    colour: str,
) -> Card:
    """The card of a grade, measured on what its table does to greys and to a ring of colours."""
    lut = grade_lut(coefficients, size=17, colour=colour)
    greys = np.linspace(0, 1, 21)[:, None].repeat(3, axis=1)
    before, after = _lab(greys), _lab(sample(lut, greys))
    angles = np.arange(12) * np.pi / 6
    ring = np.stack([np.full(12, 60.0), 25 * np.cos(angles), 25 * np.sin(angles)], axis=1)
    turned = _lab(sample(lut, np.clip(lab_to_rgb(ring.astype(np.float32)), 0, 1)))
    turned = turned[:, 1:] - turned[:, 1:].mean(axis=0)
    middle = slice(7, 14)
    numbers = {
        "exposure": float((after - before)[middle, 0].mean()),
        "contrast": float((after[14, 0] - after[6, 0]) / (before[14, 0] - before[6, 0])),
        "black": float(after[0, 0]),
        "white": float(after[-1, 0]),
        "warmth": float(after[middle, 2].mean()),
        "tint": float(after[middle, 1].mean()),
        "saturation": float(np.hypot(*turned.T).mean() / 25.0),
        "grain": float(grain),
        "vignette": float(vignette),
        "reference_lightness": float(mean_of(table)[0]),
        "reference_contrast": float(np.sqrt(max(covariance_of(table)[0, 0], 0.0))),
    }
    rounded = {name: round(value, 3) for name, value in numbers.items()}
    lab = np.asarray(toning, np.float32)[:, :3]
    colours = np.rint(np.clip(lab_to_rgb(lab), 0, 1) * 255).astype(int)
    swatches = tuple(f"#{r:02x}{g:02x}{b:02x}" for r, g, b in colours)
    return Card(_words(numbers, after), swatches, rounded, _thumbnail(lut))


def _words(numbers: dict[str, float], greys: NDArray[np.float64]) -> str:
    words = []
    if numbers["saturation"] < 0.08:
        words.append("black and white")
    elif numbers["saturation"] < 0.8:
        words.append("muted")
    elif numbers["saturation"] > 1.2:
        words.append("vivid")
    if abs(numbers["warmth"]) > 3 and numbers["saturation"] >= 0.08:
        words.append("warm" if numbers["warmth"] > 0 else "cool")
    if abs(numbers["exposure"]) > 4:
        words.append("bright" if numbers["exposure"] > 0 else "dark")
    if numbers["contrast"] > 1.12:
        words.append("high contrast")
    elif numbers["contrast"] < 0.9:
        words.append("soft contrast")
    if numbers["black"] > 5:
        words.append("lifted blacks")
    if numbers["white"] < 95:
        words.append("soft whites")
    for name, grey in (("shadows", greys[5]), ("highlights", greys[16])):
        if np.hypot(grey[1], grey[2]) > 3:
            words.append(f"{hue_word(grey[1], grey[2])} {name}")
    if numbers["grain"] > 0.1:
        words.append("grain")
    if numbers["vignette"] > 0.1:
        words.append("vignette")
    return ", ".join(words) or "close to neutral"


def _thumbnail(lut: Lut) -> NDArray[np.uint8]:
    """Hues by lightness above a grey ramp, as the grade leaves them."""
    light = np.linspace(8, 96, 72)[:, None].repeat(192, axis=1)
    angle = np.linspace(0, 2 * np.pi, 192, endpoint=False)[None, :].repeat(72, axis=0)
    chroma = 45 * np.sin(np.pi * light / 100)
    lab = np.stack([light, chroma * np.cos(angle), chroma * np.sin(angle)], axis=-1).astype(np.float32)
    chart = np.rint(np.clip(lab_to_rgb(lab), 0, 1) * 255).astype(np.uint8)
    ramp = np.rint(np.linspace(0, 255, 192)).astype(np.uint8)[None, :, None].repeat(24, axis=0).repeat(3, axis=2)
    return np.asarray(apply_lut(lut, np.concatenate([chart, ramp]), dither=False), np.uint8)


def _lab(rgb: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.asarray(rgb_to_lab(np.asarray(rgb, np.float32)), np.float64)
