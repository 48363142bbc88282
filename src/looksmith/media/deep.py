"""16-bit colour through Pillow, which decodes it but keeps 8 bits of it.

Pillow's unpackers "RGB;16B" and "RGB;16L" take the first and the second byte of every sample.  So a picture that is
decoded with the one and then with the other is there to the last bit, with filters, interlacing and every compression
done by Pillow and libtiff.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL.ImageFile import ImageFile

_UNPACKERS = ("B", "L")
"""Of the first byte, and of the second."""


def read_samples(opened: Callable[[], ImageFile], *, big_endian: bool) -> NDArray[np.uint16]:
    """The samples of a picture with three or four channels of 16 bits.

    Args:
        opened: opens the picture, anew at each call; its mode is RGB, RGBA or RGBX.
        big_endian: the order of the bytes as Pillow's unpackers meet them.

    Returns:
        H x W x 3 or 4 uint16.
    """
    high, low = _UNPACKERS if big_endian else _UNPACKERS[::-1]
    samples = _bytes(opened, high).astype(np.uint16)
    samples <<= 8
    samples |= _bytes(opened, low)
    return samples


def _bytes(opened: Callable[[], ImageFile], unpacker: str) -> NDArray[np.uint8]:
    with opened() as image:
        rawmode = f"{image.mode};16{unpacker}"
        image.tile = [tile._replace(args=_with_rawmode(tile.args, rawmode)) for tile in image.tile]
        image.load()
        return np.asarray(image)


def _with_rawmode(args: Any, rawmode: str) -> Any:
    """The decoder's arguments, which are its raw mode or begin with it."""
    return (rawmode, *args[1:]) if isinstance(args, tuple) else rawmode
