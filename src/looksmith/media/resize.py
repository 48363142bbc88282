"""Pictures made smaller and larger: the one place for it.

Pillow's resampling (its ``reduce`` is the exact mean over areas) with what it does not do by itself: 16-bit colour,
and the choice of a filter that suits the direction.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = TypeVar(
    "Pixels", NDArray[np.uint8], NDArray[np.uint16], NDArray[np.float32], NDArray[np.uint8] | NDArray[np.uint16]
)

Enlarge = Literal["cubic", "linear"]

_FILTER = {"cubic": Image.Resampling.BICUBIC, "linear": Image.Resampling.BILINEAR}
_GAP = 3.0
"""How many times too large an exact mean over areas may leave a picture for the filter to finish: beyond, the
difference is under half a level, and 12 megapixels take a quarter of the time."""


def resize(pixels: Pixels, height: int, width: int, *, enlarge: Enlarge = "cubic") -> Pixels:
    """The picture at another size, its corners where they were (no shift by half a pixel).

    Smaller: the exact mean over areas when both ratios are whole numbers, otherwise a Hamming-windowed filter of the
    same width, which is as sharp and free of the steps that a mean over fractions of pixels leaves.  Larger: cubic
    convolution, or linear, which never leaves the range of its neighbours.

    Args:
        pixels: H x W or H x W x 3; uint8, uint16 or float32 of any range.
        height, width: the size wanted, at least 1.
        enlarge: how to go up; a picture that grows along either side is enlarged.

    Returns:
        height x width (x 3) of the same dtype, the caller's own; ``pixels`` itself when that is its size.
    """
    old_height, old_width = pixels.shape[:2]
    if (old_height, old_width) == (height, width):
        return pixels
    gap = None if pixels.dtype == np.uint16 else _GAP  # Pillow reduces 8 bits and floats only

    def change(image: Image.Image) -> Image.Image:
        if height > old_height or width > old_width:
            return image.resize((width, height), _FILTER[enlarge])
        if gap and old_height % height == 0 and old_width % width == 0:
            return image.reduce((old_width // width, old_height // height))
        return image.resize((width, height), Image.Resampling.HAMMING, reducing_gap=gap)

    made: Pixels = _each(pixels, change)
    return made


def shrink(pixels: Pixels, *, longest: int | None = None, shortest: int | None = None) -> Pixels:
    """The picture with its long (or short) side at most this many pixels; as it is when it is small enough already."""
    height, width = pixels.shape[:2]
    ratio = min(
        1.0 if longest is None else longest / max(height, width),
        1.0 if shortest is None else shortest / min(height, width),
    )
    return resize(pixels, max(1, round(height * ratio)), max(1, round(width * ratio))) if ratio < 1 else pixels


def _each(pixels: Any, change: Callable[[Image.Image], Image.Image]) -> Any:
    """``change`` of 8-bit pictures as they are, of all others plane by plane."""
    if pixels.dtype == np.uint8 or pixels.ndim == 2:
        return np.array(change(Image.fromarray(np.ascontiguousarray(pixels))))  # a copy, which can be written to
    planes = [change(Image.fromarray(np.ascontiguousarray(pixels[..., c]))) for c in range(pixels.shape[2])]
    return np.stack([np.asarray(plane) for plane in planes], axis=-1)
