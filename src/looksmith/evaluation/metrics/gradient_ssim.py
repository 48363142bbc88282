"""Structural similarity of edges: whether a change of tone left the structure alone."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from looksmith.evaluation.metrics.ssim import ssim

HIGHER_IS_BETTER = True


def gradient_ssim(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> float:
    """SSIM (7 x 7 uniform window, range 1) of the Sobel gradient magnitudes of the grey pictures.

    After the gradient-based similarity of Chen, Yang & Xie (2006), without its term for luminance: a grade
    may change how light a place is, but not where edges run nor how strong they are.

    Args:
        first, second: H x W x 3 uint8 sRGB of one size, at least 7 pixels a side.

    Returns:
        -1 to 1; 1 when the gradients are the same.

    Raises:
        ValueError: the shapes differ, or a picture is smaller than the window.
    """
    if first.shape != second.shape:
        raise ValueError(f"gradient_ssim: expected two pictures of one shape, got {first.shape} and {second.shape}")
    return ssim(gradient(first), gradient(second), data_range=1.0, window="uniform")


def gradient(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Sobel gradient magnitude of the grey levels (Rec. 601 luma, 0 to 1), H x W: at most about 1."""
    grey = cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2GRAY).astype(np.float64) / 255
    across, down = (
        np.asarray(cv2.Sobel(grey, cv2.CV_64F, *d, borderType=cv2.BORDER_REFLECT)) for d in ((1, 0), (0, 1))
    )
    return np.asarray(np.hypot(across, down) / np.sqrt(32.0), np.float64)
