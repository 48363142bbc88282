"""Pictures moved, resized and read, as training does it: with OpenCV, RGB, uint8."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]


def read_rgb(path: Path) -> Picture | None:
    """H x W x 3 RGB, or None where there is no picture that can be decoded."""
    bgr = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
    return None if bgr is None else np.ascontiguousarray(bgr[..., ::-1], np.uint8)


def warped(
    rgb: Picture, matrix: NDArray[np.float64], side: tuple[int, int] | int, border: int = cv2.BORDER_CONSTANT
) -> Picture:
    """A picture through a 2 x 3 matrix, bilinear.

    Args:
        side: of the result: pixels, or (width, height).
        border: what lies outside: black, or as OpenCV names it.
    """
    size = (side, side) if isinstance(side, int) else side
    return np.asarray(cv2.warpAffine(rgb, matrix, size, flags=cv2.INTER_LINEAR, borderMode=border), np.uint8)


def inside(shape: tuple[int, ...], matrix: NDArray[np.float64], side: tuple[int, int] | int) -> Picture:
    """Where a picture of a shape comes to lie: 255 there, 0 elsewhere."""
    size = (side, side) if isinstance(side, int) else side
    full = np.full(shape[:2], 255, np.uint8)
    return np.asarray(cv2.warpAffine(full, matrix, size, flags=cv2.INTER_NEAREST), np.uint8)


def resized(rgb: Picture, width: int, height: int) -> Picture:
    """Averaged where it shrinks, bilinear where it grows."""
    how = cv2.INTER_AREA if width < rgb.shape[1] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(rgb, (width, height), interpolation=how), np.uint8)


def bordered(rgb: Picture, pad: int) -> Picture:
    """The edge repeated ``pad`` pixels to every side."""
    return np.pad(rgb, ((pad, pad), (pad, pad), (0, 0)), mode="edge")
