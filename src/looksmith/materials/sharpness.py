"""How sharp the sharpest part of a picture is: a blurred background is art, a blurred everything is a reject."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Light = NDArray[np.float32]

TILE = 32
"""Side of a tile, pixels, of a picture whose long side is 512 or less."""
CONTRAST = 1.2
"""Levels of 255 that the coarse band of a tile must have to count: nothing is told of a clear sky."""
PART = 0.97
"""The quantile of the tiles that stands for the picture: somebody small before a blurred ground is enough."""
DIRECTIONS = ((0, 1), (1, 0), (1, 1), (1, -1))
"""Along rows, columns and both diagonals: a moved camera blurs some of them alone; see :mod:`motion` for others."""


def sharpness(light: Light) -> float:
    """The share of detail at the finest scale against the next coarser one, in the sharpest parts of the picture.

    Two bands of an undecimated wavelet (à trous, B3 spline; Starck & Murtagh 1994), along four directions: the first
    has what a blur takes away first.  Their ratio does not depend on contrast, and the least of the four is taken.

    Args:
        light: H x W luma, 0 to 255, long side at most 512 or so.

    Returns:
        0 or more; 0 where nothing has contrast enough to tell.
    """
    height, width = (side // TILE * TILE for side in light.shape)
    found = []
    for down, across in DIRECTIONS:
        first = _spline(light, down, across)
        second = _spline(first, 2 * down, 2 * across)
        fine, coarse = (tiles(np.abs(band)[:height, :width]) for band in (light - first, first - second))
        told = coarse > CONTRAST
        if told.sum() >= 3:
            found.append(float(np.quantile(fine[told] / coarse[told], PART)))
    return min(found, default=0.0)


def tiles(values: Light) -> Light:
    """The mean of every tile."""
    rows, columns = (side // TILE for side in values.shape)
    return np.asarray(values.reshape(rows, TILE, columns, TILE).mean(axis=(1, 3)), np.float32)


def _spline(values: Light, down: int, across: int) -> Light:
    """Smoothed with the B3 spline along a line of holes (``down``, ``across``) pixels apart; the edge is repeated."""
    rows, columns = values.shape
    y, x = 2 * abs(down), 2 * abs(across)
    padded = np.pad(values, ((y, y), (x, x)), mode="edge")
    total = np.zeros_like(values)
    for place, weight in zip(range(-2, 3), (1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16), strict=True):
        top, left = y + place * down, x + place * across
        total += np.float32(weight) * padded[top : top + rows, left : left + columns]
    return total
