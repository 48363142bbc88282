"""Painted masks: a picture that says where a look acts."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import UnreadableError
from looksmith.media.colour import luma
from looksmith.media.read import read_photo
from looksmith.media.resize import resize


def read_mask(source: str | Path | bytes | BinaryIO, height: int, width: int) -> NDArray[np.float32]:
    """Read a painted mask: white acts fully, black not at all, grey in between; clear parts (alpha) do not act.

    The value is luma (ITU-R BT.601) times alpha.  A mask of another size but the same proportions (within 2 %) is
    scaled; where a mask was black all around, it stays exactly 0.

    Args:
        source: a picture, as for ``read_photo``.
        height, width: the photo's size in pixels.

    Returns:
        H x W float32 in [0, 1].

    Raises:
        UnreadableError: the picture cannot be read, or its proportions are not the photo's.
    """
    photo = read_photo(source)
    value = luma(photo.pixels)
    if photo.alpha is not None:
        value *= photo.alpha.astype(np.float32) / np.float32(photo.full_scale)
    if value.shape == (height, width):
        return value
    stretch = (photo.width * height) / (photo.height * width)
    if not 1 / 1.02 <= stretch <= 1.02:
        raise UnreadableError(
            "the mask does not fit the photo",
            where=photo.source or "mask",
            expected=f"{width} x {height} pixels, or the same proportions",
            got=f"{photo.width} x {photo.height}",
            hint="paint the mask on a copy of the photo",
        )
    return np.clip(resize(value, height, width, enlarge="linear"), 0, 1)
