"""Structural similarity."""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from looksmith.evaluation.metrics.psnr import range_of

HIGHER_IS_BETTER = True

Window = Literal["gaussian", "uniform"]
_K1, _K2 = 0.01, 0.03


def ssim(
    first: NDArray[np.generic],
    second: NDArray[np.generic],
    *,
    data_range: float | None = None,
    window: Window = "gaussian",
) -> float:
    """SSIM of Wang, Bovik, Sheikh & Simoncelli (2004), averaged over places and channels.

    (2 μx μy + c1)(2 σxy + c2) / ((μx² + μy² + c1)(σx² + σy² + c2)), c1 = (0.01 range)², c2 = (0.03 range)²,
    over the places whose window lies wholly in the picture.

    Args:
        first, second: H x W or H x W x C of one shape, of any dtype, at least one window a side.
        data_range: as for :func:`looksmith.evaluation.metrics.psnr.psnr`.
        window: ``gaussian``, 11 x 11 with deviation 1.5 and plain covariances, as in the paper; or
            ``uniform``, 7 x 7 with sample covariances, what scikit-image does when it is not told otherwise.

    Returns:
        -1 to 1; 1 for equal pictures.

    Raises:
        ValueError: the shapes differ, or the picture is smaller than the window.
    """
    side = 11 if window == "gaussian" else 7
    if first.shape != second.shape or first.ndim not in (2, 3) or min(first.shape[:2]) < side:
        raise ValueError(
            f"ssim: expected two pictures of one shape, {side} pixels a side or more, got {first.shape}, {second.shape}"
        )
    scale = range_of(first, data_range)
    channels = first.shape[2] if first.ndim == 3 else 1
    x = first.astype(np.float64).reshape(*first.shape[:2], channels)
    y = second.astype(np.float64).reshape(*first.shape[:2], channels)
    values = []
    for c in range(channels):
        a, b = np.ascontiguousarray(x[..., c]), np.ascontiguousarray(y[..., c])
        luminance, structure = similarity_maps(a, b, scale, window)
        values.append(float((luminance * structure).mean()))
    return float(np.mean(values))


def similarity_maps(
    a: NDArray[np.float64], b: NDArray[np.float64], data_range: float, window: Window
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The two factors of SSIM at every place whose window lies wholly in the planes: luminance, contrast and structure.

    Args:
        a, b: planes of one shape, H x W, in the unit of ``data_range``.

    Returns:
        (2 μx μy + c1) / (μx² + μy² + c1) and (2 σxy + c2) / (σx² + σy² + c2).
    """
    c1, c2 = (_K1 * data_range) ** 2, (_K2 * data_range) ** 2
    unbiased = 1.0 if window == "gaussian" else 49 / 48
    mean_a, mean_b = _local_mean(a, window), _local_mean(b, window)
    var_a = unbiased * (_local_mean(a * a, window) - mean_a**2)
    var_b = unbiased * (_local_mean(b * b, window) - mean_b**2)
    cov = unbiased * (_local_mean(a * b, window) - mean_a * mean_b)
    luminance = (2 * mean_a * mean_b + c1) / (mean_a**2 + mean_b**2 + c1)
    return luminance, (2 * cov + c2) / (var_a + var_b + c2)


def _local_mean(plane: NDArray[np.float64], window: Window) -> NDArray[np.float64]:
    """The window's mean where it lies wholly in the plane."""
    if window == "gaussian":
        blurred, edge = cv2.GaussianBlur(plane, (11, 11), 1.5), 5
    else:
        blurred, edge = cv2.blur(plane, (7, 7)), 3
    return np.asarray(blurred, np.float64)[edge : plane.shape[0] - edge, edge : plane.shape[1] - edge]
