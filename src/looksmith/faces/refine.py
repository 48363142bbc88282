"""Soft masks from coarse ones: edges go where the photo's edges are.

The guided filter (He, Sun & Tang 2013) in its fast form (He & Sun 2015): a mask is a linear function of the photo's
luma in every window; the two numbers of a window are found small and used large.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from looksmith.media.resize import resize

Plane = NDArray[np.float32]

NOTHING, ALL = 0.04, 0.96
"""Values beyond these become exactly 0 and 1."""


def box_mean(plane: Plane, radius: int) -> Plane:
    """Mean over windows of (2 radius + 1) squared pixels, smaller at the rim."""
    out = plane.astype(np.float64)
    for axis in (0, 1):
        size = out.shape[axis]
        sums = np.concatenate([np.zeros_like(out.take([0], axis)), np.cumsum(out, axis)], axis)
        first = np.maximum(np.arange(size) - radius, 0)
        last = np.minimum(np.arange(size) + radius + 1, size)
        count = (last - first).reshape((-1, 1) if axis == 0 else (1, -1))
        out = (sums.take(last, axis) - sums.take(first, axis)) / count
    return out.astype(np.float32)


def refined(coarse: Plane, guide: Plane, radius: int, softness: float = 2e-3) -> Plane:
    """A mask at the photo's size whose edges follow the photo's.

    Args:
        coarse: h x w in [0, 1].
        guide: H x W in [0, 1], the photo's luma, at least as large.
        radius: of the windows, in pixels of the coarse mask.
        softness: variance of the luma below which a window counts as even.

    Returns:
        H x W in [0, 1]; exactly 0 and 1 where the mask is sure.
    """
    height, width = coarse.shape
    small = np.asarray(resize(guide, height, width), np.float32)
    mean, aim = box_mean(small, radius), box_mean(coarse, radius)
    variance = box_mean(np.square(small), radius) - mean * mean
    together = box_mean(small * coarse, radius) - mean * aim
    slope = np.asarray(together / (np.maximum(variance, 0) + np.float32(softness)), np.float32)
    rest = box_mean(np.asarray(aim - slope * mean, np.float32), radius)
    slope = box_mean(slope, radius)
    whole = guide.shape
    made = resize(slope, *whole, enlarge="linear") * guide + resize(rest, *whole, enlarge="linear")
    made = np.clip((made - NOTHING) / (ALL - NOTHING), 0, 1)
    reach = resize(
        np.ascontiguousarray(box_mean((coarse > NOTHING).astype(np.float32), radius)), *whole, enlarge="linear"
    )
    made[reach <= 1e-4] = 0  # far from the coarse mask nothing is left of chance likeness
    return np.asarray(made, np.float32)
