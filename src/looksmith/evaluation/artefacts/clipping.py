"""Blown and crushed areas: light or dark that ran into the end of the scale."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def blown(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """How much is at the upper end of the scale, in all channels or in some, and what its surroundings are like.

    A white wall ends where it ends; a blown area has a rim where one channel after another ran out.

    Args:
        rgb: H x W x 3 uint8, about 320 pixels on the longest side.
    """
    most, least = rgb.max(axis=2), rgb.min(axis=2)
    grey = cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2GRAY)
    found: list[float] = [float((least >= 253).mean())]
    found += [float(((most >= 254) & (least < limit)).mean()) for limit in (250, 235)]
    found += [float(((grey >= limit) & (least < 253)).mean()) for limit in (200, 225, 240)]
    shares = []
    for c in range(3):
        share = np.bincount(rgb[..., c].reshape(-1), minlength=256) / most.size
        shares.append([share[254:].sum(), share[252:254].sum(), share[240:252].sum(), share[200:240].sum()])
    found += [float(value) for value in np.sort(np.array(shares), axis=0).reshape(-1)]
    full = np.asarray(least >= 253, np.uint8)
    if full.any():
        rim = cv2.dilate(full, np.ones((5, 5), np.uint8)) > full
        count, _, sizes, _ = cv2.connectedComponentsWithStats(full)
        border = np.concatenate([full[0], full[-1], full[:, 0], full[:, -1]])
        found += [float(p[rim].mean()) / 255 if rim.any() else 1.0 for p in (least, grey)]
        found += [float(sizes[1:, cv2.CC_STAT_AREA].max()) / full.size, float(np.log1p(count)), float(border.mean())]
    else:
        found += [0.0] * 5
    values = np.array(found)
    return np.concatenate([values, np.sqrt(values)])


def crushed(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The same at the lower end: :func:`blown` of the negative."""
    return blown(np.asarray(255 - rgb, np.uint8))
