"""What a picture looks like in 64 bits: two whose hashes differ in a few bits are copies of one another.

The package ImageHash computes the same and would bring SciPy and PyWavelets, 130 MB, for these ten lines.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from looksmith.media.colour import luma
from looksmith.media.resize import resize

SIDE = 32
KEPT = 8


def perceptual_hash(rgb: NDArray[np.uint8]) -> int:
    """64 bits of the low frequencies of lightness: the 8 x 8 DCT of the picture at 32 x 32, over its median or not.

    Zauner (2010), "Implementation and benchmarking of perceptual image hash functions"; the constant term is left out.
    Resaved, resized, slightly toned pictures differ in a few bits, others in about 32.

    Args:
        rgb: H x W x 3 uint8 sRGB.
    """
    return hash_of_light(resize(luma(rgb), SIDE, SIDE))


def hash_of_light(light: NDArray[np.float32]) -> int:
    """The hash of a picture of which the luma at 32 x 32 is at hand."""
    low = (_COSINES @ light.astype(np.float64) @ _COSINES.T).ravel()
    bits = low > np.median(low[1:])
    bits[0] = False
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def _cosines() -> NDArray[np.float64]:
    row, column = np.arange(KEPT)[:, None], np.arange(SIDE)[None]
    scale = np.where(row == 0, np.sqrt(1 / SIDE), np.sqrt(2 / SIDE))
    return np.asarray(scale * np.cos(np.pi * (column + 0.5) * row / SIDE))


_COSINES = _cosines()
"""The first rows of the orthonormal DCT-II."""
