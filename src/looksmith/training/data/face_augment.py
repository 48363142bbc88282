"""What happens to faces in photos: light, colour, blur, noise, compression, things in front."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from looksmith.training.data.warp import Picture, resized


def weathered(rgb: Picture, rng: np.random.Generator, amount: float = 1.0) -> Picture:
    """A picture as a worse or other camera would have taken it; ``amount`` 0 changes nothing.

    Exposure, gamma and colour cast; light from one side; grey; blur and shrinking; noise; JPEG.
    """
    out = _toned(rgb, rng, amount)
    if rng.random() < 0.25 * amount:
        out = _side_lit(out, rng)
    if rng.random() < 0.08 * amount:
        out = np.repeat(np.asarray(cv2.cvtColor(out, cv2.COLOR_RGB2GRAY), np.uint8)[..., None], 3, axis=2)
    if rng.random() < 0.3 * amount:
        out = _blurred(out, rng)
    if rng.random() < 0.2 * amount:
        out = _noisy(out, rng)
    if rng.random() < 0.25 * amount:
        out = _compressed(out, int(rng.integers(12, 70)))
    return np.ascontiguousarray(out)


def covered(rgb: Picture, other: Picture, box: NDArray[np.float32], rng: np.random.Generator) -> Picture:
    """A picture in which a piece of ``other`` hides up to a third of the box (x0, y0, x1, y1), from some side."""
    height, width = rgb.shape[:2]
    size = box[2:] - box[:2]
    middle = box[:2] + size * rng.uniform(0, 1, 2)
    axes = np.maximum(2, size * rng.uniform(0.08, 0.3, 2)).astype(int)
    mask = np.zeros((height, width), np.uint8)
    place = (int(middle[0]), int(middle[1]))
    if rng.random() < 0.5:
        cv2.ellipse(mask, place, (int(axes[0]), int(axes[1])), float(rng.uniform(0, 180)), 0, 360, 255, -1)
    else:
        turned = cv2.boxPoints((place, (2.0 * axes[0], 1.6 * axes[1]), float(rng.uniform(0, 180))))
        cv2.fillConvexPoly(mask, turned.astype(np.int32), 255)
    patch = resized(other, width, height)
    out = rgb.copy()
    if rng.random() < 0.3:  # one plain colour, like a phone or a cup
        out[mask > 0] = patch[rng.integers(height), rng.integers(width)]
    else:
        out[mask > 0] = patch[mask > 0]
    return out


def _compressed(rgb: Picture, quality: int) -> Picture:
    data = cv2.imencode(".jpg", rgb, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def _toned(rgb: Picture, rng: np.random.Generator, amount: float) -> Picture:
    steps = np.arange(256, dtype=np.float32) / 255
    gamma = np.exp(rng.normal(0, 0.3 * amount))
    contrast = np.exp(rng.normal(0, 0.2 * amount))
    cast = 1 + rng.normal(0, 0.08 * amount, 3)
    shift = rng.normal(0, 0.06 * amount)
    table = np.clip((steps[:, None] ** gamma - 0.5) * contrast * cast + 0.5 + shift, 0, 1)
    return np.asarray(cv2.LUT(rgb, np.rint(table * 255).astype(np.uint8)[None]), np.uint8)


def _side_lit(rgb: Picture, rng: np.random.Generator) -> Picture:
    """One side in shade; of three times once with a hard edge that may run through the face, and almost black."""
    height, width = rgb.shape[:2]
    hard = rng.random() < 1 / 3
    angle, depth = rng.uniform(0, 2 * np.pi), rng.uniform(0.7, 1.08) if hard else rng.uniform(0.3, 0.85)
    slope, edge = (rng.uniform(6, 25), rng.uniform(-0.4, 0.4)) if hard else (rng.uniform(2, 6), 0.0)
    x, y = np.linspace(-1, 1, width, dtype=np.float32), np.linspace(-1, 1, height, dtype=np.float32)
    side = 1 / (1 + np.exp(-slope * (np.cos(angle) * x[None] + np.sin(angle) * y[:, None] - edge)))
    return np.asarray(np.clip(rgb * (1.15 - depth * side)[..., None], 0, 255), np.uint8)


def _blurred(rgb: Picture, rng: np.random.Generator) -> Picture:
    height, width = rgb.shape[:2]
    kind = rng.integers(3)
    if kind == 0:
        return np.asarray(cv2.GaussianBlur(rgb, (0, 0), float(rng.uniform(0.5, 2.2))), np.uint8)
    if kind == 1:  # a small picture made large
        factor = rng.uniform(1.5, 4.0)
        return resized(resized(rgb, max(2, int(width / factor)), max(2, int(height / factor))), width, height)
    length = int(rng.integers(3, 9))
    kernel = np.zeros((length, length), np.float32)
    angle = rng.uniform(0, np.pi)
    for step in np.linspace(-(length - 1) / 2, (length - 1) / 2, 2 * length):
        kernel[round(step * np.sin(angle) + (length - 1) / 2), round(step * np.cos(angle) + (length - 1) / 2)] = 1
    return np.asarray(cv2.filter2D(rgb, -1, kernel / kernel.sum()), np.uint8)


def _noisy(rgb: Picture, rng: np.random.Generator) -> Picture:
    noise = rng.standard_normal(rgb.shape, np.float32) * np.float32(rng.uniform(3, 22))
    return np.clip(rgb + noise, 0, 255).astype(np.uint8)
