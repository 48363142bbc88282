"""Ladders of known corruptions: each step is worse than the one before, so every fitting metric must say so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from looksmith.media.colour import lab_to_rgb, rgb_to_lab

Rgb = NDArray[np.uint8]


@dataclass(frozen=True)
class Ladder:
    """Steps of one corruption.

    Attributes:
        steps: how strong, the mildest first.
        at: (picture, step, seed, another picture of the size) -> corrupted; one seed is one course of the corruption.
        told_by: which numbers must worsen at every step.
    """

    steps: tuple[float, ...]
    at: Callable[[Rgb, float, int, Rgb], Rgb]
    told_by: tuple[str, ...]


def noise(rgb: Rgb, deviation: float, seed: int, other: Rgb) -> Rgb:
    """Gaussian noise of so many levels."""
    return _whole(rgb + deviation * np.random.default_rng(seed).normal(size=rgb.shape))


def blur(rgb: Rgb, deviation: float, seed: int, other: Rgb) -> Rgb:
    """Gaussian blur of so many pixels."""
    return np.asarray(cv2.GaussianBlur(rgb, (0, 0), deviation), np.uint8)


def jpeg(rgb: Rgb, loss: float, seed: int, other: Rgb) -> Rgb:
    """JPEG of quality 100 less ``loss``."""
    good, data = cv2.imencode(".jpg", rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, int(100 - loss)])
    decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert good and decoded is not None
    return np.ascontiguousarray(decoded[..., ::-1], np.uint8)


def cast(rgb: Rgb, far: float, seed: int, other: Rgb) -> Rgb:
    """Everything moved towards one hue by so many units of CIELAB."""
    turn = np.random.default_rng(seed).uniform(0, 2 * np.pi)
    lab = rgb_to_lab(rgb)
    lab[..., 1] += far * np.cos(turn)
    lab[..., 2] += far * np.sin(turn)
    return _whole(np.clip(lab_to_rgb(lab), 0, 1) * 255.0)


def shuffle(rgb: Rgb, share: float, seed: int, other: Rgb) -> Rgb:
    """Of 8 x 8 tiles, a share changes places with one another; a larger share keeps what a smaller one did."""
    rng = np.random.default_rng(seed)
    height, width = (side // 8 for side in rgb.shape[:2])
    order = rng.permutation(64)
    made = rgb.copy()
    for k in range(round(share * 32)):
        places = [divmod(int(p), 8) for p in (order[2 * k], order[2 * k + 1])]
        a, b = (np.s_[r * height : (r + 1) * height, c * width : (c + 1) * width] for r, c in places)
        made[a], made[b] = rgb[b], rgb[a]
    return made


def another(rgb: Rgb, share: float, seed: int, other: Rgb) -> Rgb:
    """Faded into another picture: another person, when both are portraits."""
    return _whole((1 - share) * rgb.astype(np.float64) + share * other)


_ALL = ("psnr", "ssim", "ms-ssim", "structure-kept", "edges-kept", "perceptual", "content-distance")
_STYLE = ("gram-distance", "moment-distance")
LADDERS: Mapping[str, Ladder] = {
    "noise": Ladder((4, 8, 16, 32, 64), noise, (*_ALL, *_STYLE, "colour-drift-ciede2000")),
    "blur": Ladder((0.7, 1.4, 2.8, 5.6), blur, (*_ALL, *_STYLE, "colour-drift-ciede2000")),
    "jpeg": Ladder((20, 60, 80, 90, 95), jpeg, (*_ALL, "colour-drift-ciede2000")),
    "colour cast": Ladder(
        (5, 10, 20, 35),
        cast,
        ("psnr", "perceptual", "colour-drift-ciede2000", "colour-drift-ciede2000-overall", "palette-distance-cielab"),
    ),
    "shuffle": Ladder((0.125, 0.25, 0.5, 1.0), shuffle, (*_ALL, "colour-drift-ciede2000")),
    "another person": Ladder((0.1, 0.2, 0.4, 1.0), another, ("identity-distance", *_ALL)),
}


def _whole(values: NDArray[np.floating]) -> Rgb:
    return np.asarray(np.rint(np.clip(values, 0, 255)), np.uint8)
