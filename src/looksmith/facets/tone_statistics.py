"""Colour statistics of pictures in CIELAB: what a tone look remembers of its references.

The distribution of colours is kept as quantiles along fixed directions of Lab (its sliced or Radon form: Bonneel et
al., "Sliced and Radon Wasserstein Barycenters of Measures", 2015).  In that form the mean of several pictures and the
blend of several looks are plain averages, whatever their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from looksmith.media.colour import rgb_to_lab
from looksmith.media.resize import shrink

Array = NDArray[np.float64]

COLOUR_SIDE = 256
"""Short side in pixels of the thumbnail that colours and detail are measured on: quick, and free of noise."""

_EVEN = (np.arange(65) + 0.5) / 65

LEVELS: Array = np.sin(0.5 * np.pi * _EVEN) ** 2
"""Quantile levels of a table, denser towards the tails, which small vivid things live in."""

WEIGHTS: Array = np.sin(np.pi * _EVEN) / np.sin(np.pi * _EVEN).sum()
"""What share of the pixels each level stands for."""

BANDS: Array = np.array([0.1, 0.3, 0.5, 0.7, 0.9])
"""Centres of the lightness bands, as ranks of lightness, for the split toning."""


def _directions(count: int) -> Array:
    """Unit vectors over half a sphere (Fibonacci spiral), adjusted to an almost tight frame.  count x 3."""
    index = np.arange(count)
    light = (index + 0.5) / count
    angle = index * np.pi * (3.0 - 5.0**0.5)
    radius = np.sqrt(1.0 - light**2)
    spiral = np.stack([light, radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    values, vectors = np.linalg.eigh(3.0 / count * spiral.T @ spiral)
    spiral = spiral @ (vectors * values**-0.5) @ vectors.T
    unit: Array = spiral / np.linalg.norm(spiral, axis=1, keepdims=True)
    return unit


DIRECTIONS: Array = _directions(24)
"""24 x 3 unit vectors in Lab."""

TABLE_SHAPE = (DIRECTIONS.shape[0], LEVELS.shape[0])


def shrunk(pixels: NDArray[Any], short_side: int) -> NDArray[Any]:
    """The picture with a short side of at most this many pixels, averaged over areas: H x W x 3 -> h x w x 3."""
    return shrink(pixels, shortest=short_side)


def thumbnail(pixels: NDArray[Any], short_side: int = COLOUR_SIDE) -> NDArray[np.float32]:
    """A small picture in Lab: H x W x 3 RGB, 8 or 16 bit -> h x w x 3 float32 (L 0..100), never enlarged."""
    return rgb_to_lab(shrunk(pixels, short_side))


def opaque(alpha: NDArray[np.uint8] | NDArray[np.uint16], height: int, width: int) -> NDArray[np.bool_]:
    """Which pixels of a thumbnail of this size can be seen, flattened; all of them when none can."""
    rows = (np.arange(height) * alpha.shape[0]) // height
    columns = (np.arange(width) * alpha.shape[1]) // width
    seen = alpha[rows][:, columns].ravel() > np.iinfo(alpha.dtype).max // 2
    return seen if seen.any() else np.ones_like(seen)


def quantile_table(lab: NDArray[np.floating]) -> Array:
    """Quantiles of the colours along every direction: N x 3 Lab -> 24 x 65, in Lab units."""
    return np.ascontiguousarray(np.quantile(lab @ DIRECTIONS.T, LEVELS, axis=0).T, dtype=np.float64)


def mean_of(table: NDArray[np.floating]) -> Array:
    """The mean colour (3,) in Lab that a table implies, by least squares over the directions."""
    return np.asarray(np.linalg.lstsq(DIRECTIONS, np.asarray(table, np.float64) @ WEIGHTS, rcond=None)[0])


def covariance_of(table: NDArray[np.floating]) -> Array:
    """The covariance (3 x 3) in Lab that a table implies, by least squares over the directions."""
    table = np.asarray(table, np.float64)
    variance = np.square(table - (table @ WEIGHTS)[:, None]) @ WEIGHTS
    x, y, z = DIRECTIONS.T
    design = np.stack([x * x, y * y, z * z, 2 * x * y, 2 * x * z, 2 * y * z], axis=1)
    a, b, c, d, e, f = np.linalg.lstsq(design, variance, rcond=None)[0]
    return np.array([[a, d, e], [d, b, f], [e, f, c]])


def split_toning(lab: NDArray[np.floating]) -> Array:
    """Mean L, a, b and chroma of each fifth of the pixels by lightness: N x 3 Lab -> 5 x 4."""
    ordered = lab[np.argsort(lab[:, 0], kind="stable")]
    rows = []
    for centre in BANDS:
        first = int((centre - 0.1) * len(ordered))
        last = max(first + 1, round((centre + 0.1) * len(ordered)))
        band = ordered[min(first, len(ordered) - 1) : last]
        rows.append([*band.mean(axis=0), float(np.hypot(band[:, 1], band[:, 2]).mean())])
    return np.asarray(rows, np.float64)


def robust_mean(items: Sequence[NDArray[np.floating]], rounds: int = 60) -> Array:
    """Geometric median (Weiszfeld 1937) of equally shaped arrays: a few odd pictures do not move it.

    One array gives itself; two give their mean.  The order of the items does not matter beyond rounding.
    """
    stack = np.stack([np.asarray(item, np.float64) for item in items])
    centre: Array = stack.mean(axis=0)
    if len(stack) <= 2:
        return centre
    axes = tuple(range(1, stack.ndim))
    for _ in range(rounds):
        distance = np.sqrt(np.square(stack - centre).mean(axis=axes))
        weight = 1.0 / np.maximum(distance, 1e-3 + 0.05 * float(np.median(distance)))
        moved = np.tensordot(weight / weight.sum(), stack, axes=1)
        if float(np.abs(moved - centre).max()) < 1e-6:
            return moved
        centre = moved
    return centre
