"""Artefacts that are put into clean photos, and changes that are none, to see what the detectors make of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from looksmith.media.colour import lab_to_rgb, rgb_to_lab

Rgb = NDArray[np.uint8]
Plant = Callable[[Rgb, np.random.Generator], Rgb]


def checkerboard(rgb: Rgb, rng: np.random.Generator) -> Rgb:
    """Squares, dots or stripes of period 2 or 4, 4 to 12 levels or 5 to 15 % strong; now and then in a part only."""
    height, width = rgb.shape[:2]
    half = int(rng.choice([1, 2]))
    y, x = np.mgrid[:height, :width] // half % 2
    kind = rng.integers(4)
    pattern = [(x ^ y) * 2.0 - 1, (x & y) * 2.0 - 0.5, x * 2.0 - 1, y * 2.0 - 1][kind]
    if rng.random() < 0.3:
        pattern = pattern * _somewhere(rgb, rng)
    amount = pattern[..., None] * rng.uniform(0.05, 0.15) * rgb.astype(np.float64)
    if rng.random() < 0.6:
        amount = pattern[..., None] * rng.uniform(4, 12) * np.ones(3)
    return _whole(rgb + amount)


def banding(rgb: Rgb, rng: np.random.Generator) -> Rgb:
    """8 to 20 levels: of every channel, or of lightness alone."""
    step = 255 / (rng.integers(8, 21) - 1)
    if rng.random() < 0.7:
        return _whole(np.rint(rgb / step) * step)
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float64)
    return _whole(rgb + (np.rint(grey / step) * step - grey)[..., None])


def haloes(rgb: Rgb, rng: np.random.Generator) -> Rgb:
    """Lightness unsharp-masked with a deviation of 4 to 10 pixels, one to two times."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float64)
    fringe = rng.uniform(1.0, 2.0) * (grey - cv2.GaussianBlur(grey, (0, 0), rng.uniform(4, 10)))
    return _whole(rgb + fringe[..., None])


def colour_cast(rgb: Rgb, rng: np.random.Generator) -> Rgb:
    """Everything moved by 18 to 28 units of CIELAB towards one hue."""
    turn, far = rng.uniform(0, 2 * np.pi), rng.uniform(18, 28)
    lab = rgb_to_lab(rgb)
    lab[..., 1] += far * np.cos(turn)
    lab[..., 2] += far * np.sin(turn)
    return _whole(np.clip(lab_to_rgb(lab), 0, 1) * 255.0)


def blown(rgb: Rgb, rng: np.random.Generator) -> Rgb:
    """Exposed so that 12 to 30 % of the picture is clipped in every channel."""
    light = float(np.quantile(rgb.min(axis=2), 1 - rng.uniform(0.12, 0.3)))
    return _whole(rgb * max(255 / max(light, 20), 1.2))


def crushed(rgb: Rgb, rng: np.random.Generator) -> Rgb:
    """The black point raised so that 12 to 30 % of the picture is clipped in every channel."""
    return np.asarray(255 - blown(np.asarray(255 - rgb, np.uint8), rng), np.uint8)


PLANTS: Mapping[str, Plant] = {
    "checkerboard": checkerboard,
    "banding": banding,
    "haloes": haloes,
    "colour-cast": colour_cast,
    "blown": blown,
    "crushed": crushed,
}


def harmless(rgb: Rgb, rng: np.random.Generator) -> Rgb:
    """What a photo survives unharmed: a touch of gamma, contrast, saturation, warmth, grain and sharpening."""
    x = (rgb / 255.0) ** rng.uniform(0.87, 1.15)
    x = (x - 0.5) * rng.uniform(0.87, 1.12) + 0.5
    grey = x.mean(axis=2, keepdims=True)
    x = grey + (x - grey) * rng.uniform(0.85, 1.15)
    x = x * np.exp(rng.uniform(-0.02, 0.02, 3)) * 255
    if rng.random() < 0.5:
        x = x + rng.uniform(0.0, 0.4) * (x - cv2.GaussianBlur(x, (0, 0), 1.0))
    else:
        x = x + rng.normal(0, rng.uniform(0, 3), x.shape)
    return _whole(x)


def saved(rgb: Rgb, rng: np.random.Generator) -> Rgb:
    """As it is, or, every second time, out of a JPEG file of quality 88 to 95."""
    if rng.random() < 0.5:
        return rgb
    good, data = cv2.imencode(".jpg", rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(88, 96))])
    assert good
    decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert decoded is not None
    return np.ascontiguousarray(decoded[..., ::-1], np.uint8)


def _somewhere(rgb: Rgb, rng: np.random.Generator) -> NDArray[np.float64]:
    """A soft half of the picture, 0 to 1."""
    height, width = rgb.shape[:2]
    turn = rng.uniform(0, 2 * np.pi)
    y, x = np.mgrid[:height, :width]
    along = (x / width - 0.5) * np.cos(turn) + (y / height - 0.5) * np.sin(turn)
    return np.asarray(np.clip(0.5 + 6 * along, 0, 1), np.float64)


def _whole(values: NDArray[np.floating]) -> Rgb:
    return np.asarray(np.rint(np.clip(values, 0, 255)), np.uint8)
