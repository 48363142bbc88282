"""Grain and vignette: measured in references, laid over a graded photo.

Both are functions of the place in the whole photo and of a seed, so that any tile shows the same.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from looksmith.media.colour import luma
from looksmith.media.resize import resize
from looksmith.media.smooth import gaussian, smoothed

_BLOCK = 256
_FULL_GRAIN = 0.055
"""Deviation of the luma of mid grey at grain 1, full scale 1."""

_FULL_VIGNETTE = 0.55
"""Light lost in the corners at vignette 1."""

_STRIP = 1 << 19

_BLUR = gaussian(8, 2.0)
"""What is left after it is detail, and what it takes away is noise."""

_SOFTNESS = gaussian(3, 0.7)
"""Of a grain, in pixels."""


def measure_grain(pixels: NDArray[np.uint8] | NDArray[np.uint16]) -> float:
    """Grain of a picture, 0 to 1: the noise of its flattest mid-tone blocks of 16 x 16 pixels."""
    if min(pixels.shape[:2]) < 32:
        return 0.0
    grey = luma(pixels)
    noise = np.abs(grey - smoothed(grey, _BLUR))
    rows, columns = grey.shape[0] // 16, grey.shape[1] // 16
    cut = (slice(0, rows * 16), slice(0, columns * 16))
    blocks = noise[cut].reshape(rows, 16, columns, 16).mean(axis=(1, 3)) * np.sqrt(np.pi / 2)
    light = grey[cut].reshape(rows, 16, columns, 16).mean(axis=(1, 3))
    middle = blocks[(light > 0.15) & (light < 0.85)]
    if middle.size < 8:
        return 0.0
    return float(np.clip((np.quantile(middle, 0.1) - 0.004) / _FULL_GRAIN, 0.0, 1.0))


def measure_vignette(pixels: NDArray[np.uint8] | NDArray[np.uint16]) -> float:
    """Vignette of a picture, 0 to 1: how much darker its lightest corner is than the middle of its edges and centre."""
    full = float(np.iinfo(pixels.dtype).max)
    small = resize(pixels, 24, 24).astype(np.float64) / full
    light = small @ np.array([0.2126, 0.7152, 0.0722])
    corners = [light[:4, :4].mean(), light[:4, -4:].mean(), light[-4:, :4].mean(), light[-4:, -4:].mean()]
    centre = float(light[8:16, 8:16].mean())
    if centre < 0.05:
        return 0.0
    lost = 1.0 - (max(corners) / centre) ** 2.2
    return float(np.clip((lost - 0.12) / _FULL_VIGNETTE, 0.0, 1.0))


def grain_field(top: int, left: int, height: int, width: int, seed: int) -> NDArray[np.float32]:
    """Soft noise of mean 0 and deviation 1 for a window of an endless plane: a function of place and seed."""
    pad = len(_SOFTNESS) // 2
    first_row, first_column = (top - pad) // _BLOCK, (left - pad) // _BLOCK
    last_row, last_column = (top + height + pad - 1) // _BLOCK, (left + width + pad - 1) // _BLOCK
    rows = []
    for row in range(first_row, last_row + 1):
        cells = []
        for column in range(first_column, last_column + 1):
            generator = np.random.Generator(
                np.random.Philox(key=[seed & (2**63 - 1), ((row + 2**20) << 24) + column + 2**20])
            )
            cells.append(generator.standard_normal((_BLOCK, _BLOCK), dtype=np.float32))
        rows.append(np.concatenate(cells, axis=1))
    plane = np.concatenate(rows, axis=0)
    y, x = top - pad - first_row * _BLOCK, left - pad - first_column * _BLOCK
    window = np.ascontiguousarray(plane[y : y + height + 2 * pad, x : x + width + 2 * pad])
    soft = smoothed(window, _SOFTNESS)[pad:-pad, pad:-pad]
    return np.asarray(soft / np.float32(np.square(_SOFTNESS).sum()), np.float32)


def lay_film(
    pixels: NDArray[np.uint8] | NDArray[np.uint16], *, grain: float, vignette: float, seed: int
) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """Grain (0 to 1) and vignette (0 to 1) over a whole photo: H x W x 3 -> the same shape and dtype.

    Grain is luma only, strongest in the mid-tones and absent in pure black and white; the vignette follows cos^4 of
    the angle, so that it has no edge.  Works in strips of rows.
    """
    height, width = pixels.shape[:2]
    full = np.float32(np.iinfo(pixels.dtype).max)
    out = np.empty_like(pixels, order="C")
    x = np.square((np.arange(width, dtype=np.float32) + 0.5) * np.float32(2 / width) - 1)
    rows = max(1, _STRIP // max(1, width))
    for top in range(0, height, rows):
        part = pixels[top : top + rows].astype(np.float32)
        part /= full
        count = part.shape[0]
        if vignette > 0:
            y = np.square((np.arange(top, top + count, dtype=np.float32) + 0.5) * np.float32(2 / height) - 1)
            distance = 0.5 * (x[None, :] + y[:, None])
            spread = 1.0 / np.sqrt(1.0 - _FULL_VIGNETTE * vignette) - 1.0
            loss = 1.0 / np.square(1.0 + np.float32(spread) * np.square(distance) ** 0.75)
            part *= np.power(loss, np.float32(1 / 2.2))[..., None]
        if grain > 0:
            light = part @ np.array([0.2126, 0.7152, 0.0722], np.float32)
            noise = grain_field(top, 0, count, width, seed) * np.float32(_FULL_GRAIN * grain)
            noise *= 0.15 * np.sqrt(np.maximum(light, 0)) + 3.4 * light * (1 - light)
            part += noise[..., None]
        part *= full
        np.rint(part, out=part)
        np.clip(part, 0, full, out=part)
        out[top : top + rows] = part.astype(pixels.dtype)
    return out
