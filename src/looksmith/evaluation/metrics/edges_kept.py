"""Whether edges run where they ran: the F-measure of edge maps."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

HIGHER_IS_BETTER = True

SHARE = 0.1
"""Of the pixels: those with the steepest gradients may start an edge."""

FAINTEST = 16.0
"""Sobel response (a slope of two levels a pixel) that can start an edge, whatever else there is."""


def edges_kept(first: NDArray[np.uint8], second: NDArray[np.uint8], *, tolerance: int = 2) -> float:
    """Harmonic mean of the share of each picture's edges that the other has within ``tolerance`` pixels.

    The F-measure of the Berkeley segmentation benchmark (Martin, Fowlkes & Malik 2004), its one-to-one matching
    replaced by dilation.  Edges are Canny's (1986); its upper threshold is each picture's own 90th percentile of
    gradients (at least a slope of two levels a pixel) and its lower one 0.4 of that, so that less contrast alone loses
    no edge.

    Args:
        first, second: H x W x 3 uint8 sRGB of one size.
        tolerance: in pixels, along rows and columns.

    Returns:
        0 to 1; 1 when the edges are the same, and when neither picture has any.

    Raises:
        ValueError: the shapes differ.
    """
    if first.shape != second.shape:
        raise ValueError(f"edges_kept: expected two pictures of one shape, got {first.shape} and {second.shape}")
    a, b = edges(first), edges(second)
    if not a.any() and not b.any():
        return 1.0
    if not a.any() or not b.any():
        return 0.0
    near = np.ones((2 * tolerance + 1,) * 2, np.uint8)
    recall = float(cv2.dilate(b, near)[a > 0].mean())
    precision = float(cv2.dilate(a, near)[b > 0].mean())
    return 2 * recall * precision / (recall + precision) if recall + precision else 0.0


def edges(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Edge map of the grey levels, H x W: 1 on an edge, 0 elsewhere."""
    grey = cv2.GaussianBlur(cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2GRAY), (5, 5), 1.0)
    across, down = (cv2.Sobel(grey, cv2.CV_16S, *d) for d in ((1, 0), (0, 1)))
    steep = float(np.quantile(np.hypot(across.astype(np.float32), down.astype(np.float32)), 1 - SHARE))
    steep = max(steep, FAINTEST)
    return np.asarray(cv2.Canny(across, down, 0.4 * steep, steep, L2gradient=True) > 0, np.uint8)
