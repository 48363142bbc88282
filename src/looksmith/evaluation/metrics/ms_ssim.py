"""Structural similarity at several scales."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from looksmith.evaluation.metrics.psnr import range_of
from looksmith.evaluation.metrics.ssim import similarity_maps

HIGHER_IS_BETTER = True

WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
"""Of the five scales, the finest first (Wang, Simoncelli & Bovik 2003)."""

SMALLEST = 11 * 2 ** (len(WEIGHTS) - 1)
"""Pixels a side that five scales need."""


def ms_ssim(first: NDArray[np.generic], second: NDArray[np.generic], *, data_range: float | None = None) -> float:
    """MS-SSIM of Wang, Simoncelli & Bovik (2003), averaged over channels.

    The product over five scales of the mean of contrast times structure, at the coarsest of luminance too, each to
    the power of its weight.  The next scale is the mean of 2 x 2 pixels (an odd last row or column is left out);
    negative means count as 0.

    Args:
        first, second: H x W or H x W x C of one shape, of any dtype, at least 176 pixels a side.
        data_range: as for :func:`looksmith.evaluation.metrics.psnr.psnr`.

    Returns:
        0 to 1; 1 for equal pictures.

    Raises:
        ValueError: the shapes differ, or the picture is too small for five scales.
    """
    if first.shape != second.shape or first.ndim not in (2, 3) or min(first.shape[:2]) < SMALLEST:
        raise ValueError(
            f"ms_ssim: expected two pictures of one shape, {SMALLEST} pixels a side or more, "
            f"got {first.shape}, {second.shape}"
        )
    scale = range_of(first, data_range)
    channels = first.shape[2] if first.ndim == 3 else 1
    x, y = (p.astype(np.float64).reshape(*first.shape[:2], channels) for p in (first, second))
    values = []
    for c in range(channels):
        a, b = np.ascontiguousarray(x[..., c]), np.ascontiguousarray(y[..., c])
        value = 1.0
        for level, weight in enumerate(WEIGHTS):
            if level:
                a, b = _halved(a), _halved(b)
            luminance, structure = similarity_maps(a, b, scale, "gaussian")
            last = level == len(WEIGHTS) - 1
            mean = float((luminance * structure).mean() if last else structure.mean())
            value *= max(mean, 0.0) ** weight
        values.append(value)
    return float(np.mean(values))


def _halved(plane: NDArray[np.float64]) -> NDArray[np.float64]:
    """Means of 2 x 2 pixels."""
    height, width = (side // 2 for side in plane.shape)
    even = np.ascontiguousarray(plane[: 2 * height, : 2 * width])
    return np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA), np.float64)
