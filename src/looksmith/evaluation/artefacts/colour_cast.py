"""A colour cast: everything leans to one hue, and nothing is left that is neutral."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from looksmith.media.colour import rgb_to_lab


def features(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Where the colours' middle lies against their spread, and how near to neutral the most neutral ones are.

    After the equivalent circle of Gasparini & Schettini (2004), "Color balancing of digital photos using simple image
    statistics", with the chroma of lights and darks beside it.

    Args:
        rgb: H x W x 3 uint8; it is shrunk to 128 pixels.
    """
    height, width = rgb.shape[:2]
    scale = min(1.0, 128 / max(height, width))
    size = (max(round(width * scale), 8), max(round(height * scale), 8))
    small = np.asarray(cv2.resize(np.ascontiguousarray(rgb), size, interpolation=cv2.INTER_AREA), np.uint8)
    lab = rgb_to_lab(small)
    light, a, b = lab.reshape(-1, 3).astype(np.float64).T
    chroma = np.hypot(a, b)
    middle = np.array([a.mean(), b.mean()])
    away = float(np.hypot(*middle))
    spread = float(np.hypot(a.std(), b.std()))
    seen = (light > 15) & (light < 95)
    visible = chroma[seen] if seen.sum() > 50 else chroma
    order = np.argsort(light, kind="stable")
    lights, darks = order[-max(len(order) // 50, 5) :], order[: max(len(order) // 20, 5)]
    direction = middle / max(away, 1e-6)
    leaning = a * direction[0] + b * direction[1]
    return np.array(
        [
            away,
            float(np.hypot(np.median(a), np.median(b))),
            spread,
            away / (spread + 2),
            *np.quantile(visible, (0.02, 0.05, 0.1, 0.25)),
            float(np.hypot(a[lights].mean(), b[lights].mean())),
            float(np.hypot(a[darks].mean(), b[darks].mean())),
            *np.quantile(leaning, (0.02, 0.05, 0.1, 0.25, 0.5)),
            *middle,
            *np.abs(middle),
            *np.maximum(-middle, 0),
            float(chroma.min()),
            float(chroma[darks].min()),
            float(chroma[lights].min()),
            *_lamps(small),
        ]
    )


def _lamps(small: NDArray[np.uint8]) -> list[float]:
    """The colour of the light as three methods guess it, each as log(R/G), log(B/G) and their size.

    The mean (grey world), the 98th percentile (white patch), and the mean gradient (grey edge; van de Weijer, Gevers &
    Gijsenij 2007) of each channel.
    """
    x = small.astype(np.float32)
    across, down = (np.diff(x, axis=axis) for axis in (1, 0))
    guesses = (
        x.mean(axis=(0, 1)),
        np.quantile(x, 0.98, axis=(0, 1)),
        np.abs(across).mean(axis=(0, 1)) + np.abs(down).mean(axis=(0, 1)),
    )
    found: list[float] = []
    for red, green, blue in (np.log(np.asarray(guess, np.float64) + 0.5) for guess in guesses):
        found += [float(red - green), float(blue - green), float(np.hypot(red - green, blue - green))]
    return found
