"""Peak signal-to-noise ratio."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

HIGHER_IS_BETTER = True


def psnr(first: NDArray[np.generic], second: NDArray[np.generic], *, data_range: float | None = None) -> float:
    """10 log10(range² / mean squared error), in decibels.

    Args:
        first, second: arrays of one shape, of any dtype; pixels in any colour space.
        data_range: distance of the smallest from the largest possible value; by default that of the dtype
            for unsigned integers (255, 65535) and 1 for floats.

    Returns:
        decibels; infinity when the two are equal.

    Raises:
        ValueError: the shapes differ or are empty.
    """
    if first.shape != second.shape or first.size == 0:
        raise ValueError(f"psnr: expected two arrays of one shape, got {first.shape} and {second.shape}")
    error = float(np.mean(np.square(first.astype(np.float64) - second.astype(np.float64))))
    if error == 0:
        return math.inf
    return 10.0 * math.log10(range_of(first, data_range) ** 2 / error)


def range_of(pixels: NDArray[np.generic], data_range: float | None = None) -> float:
    """``data_range`` when it is given, else the range that the dtype of the pixels stands for."""
    if data_range is not None:
        return float(data_range)
    return float(2 ** (8 * pixels.dtype.itemsize) - 1) if pixels.dtype.kind == "u" else 1.0
