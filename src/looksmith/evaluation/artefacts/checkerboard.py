"""Traces of a checkerboard: patterns that repeat every two or four pixels, as strided layers of networks leave them.

Odena, Dumoulin & Olah (2016), "Deconvolution and checkerboard artifacts".
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

_BLOCK = 64
_CLASSES: tuple[tuple[tuple[int, int], ...], ...] = (
    ((32, 32),),
    ((32, 0), (0, 32)),
    ((16, 16), (16, 48)),
    ((16, 32), (32, 16)),
    ((16, 0), (0, 16)),
    ((8, 0), (24, 0), (0, 8), (0, 24)),  # what the blocks of JPEG leave, for comparison
    ((8, 8), (8, 24), (24, 8), (24, 24)),
)
"""Frequencies, in cycles in 64 pixels down and across: period 2, then 4, then 8."""


def features(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """How far each kind of frequency stands out of its surroundings, as log10 of power ratios.

    Args:
        rgb: H x W x 3 uint8 at full size; the middle 1024 pixels count.  Below 64 pixels a side, edges are repeated.

    Returns:
        one number for every class of frequencies.
    """
    x = _middle(rgb, 1024).astype(np.float32)
    short = [max(0, _BLOCK - side) for side in x.shape[:2]]
    if any(short):
        x = np.pad(x, ((0, short[0]), (0, short[1]), (0, 0)), mode="reflect" if min(x.shape[:2]) > 32 else "edge")
    rows, columns = (side // _BLOCK for side in x.shape[:2])
    top, left = ((side - n * _BLOCK) // 2 for side, n in zip(x.shape[:2], (rows, columns), strict=True))
    x = x[top : top + rows * _BLOCK, left : left + columns * _BLOCK]
    blocks = x.reshape(rows, _BLOCK, columns, _BLOCK, 3).transpose(0, 2, 4, 1, 3).reshape(-1, _BLOCK, _BLOCK)
    window = np.hanning(_BLOCK + 1)[:_BLOCK].astype(np.float32)
    tapered = (blocks - blocks.mean(axis=(1, 2), keepdims=True)) * window[:, None] * window
    power = _whole(np.mean(np.abs(np.fft.rfft2(tapered)) ** 2, axis=0))
    least = 0.15**2 * float(np.square(window).sum()) ** 2  # what rounding to whole levels leaves
    return np.array([max(_stands_out(power, down, across, least) for down, across in kind) for kind in _CLASSES])


def _stands_out(power: NDArray[np.floating], down: int, across: int, least: float) -> float:
    """log10 of the power at a frequency over the median of those three to five steps away."""
    rows, columns = _ring(down, across)
    around = float(np.median(power[rows, columns]))
    return float(np.log10((float(power[down % _BLOCK, across % _BLOCK]) + least) / (around + least)))


@cache
def _ring(down: int, across: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Places three to five steps from a frequency, without those next to zero."""
    steps = range(-5, 6)
    places = [
        ((down + a) % _BLOCK, (across + b) % _BLOCK)
        for a in steps
        for b in steps
        if max(abs(a), abs(b)) >= 3 and max(abs(_wrapped(down + a)), abs(_wrapped(across + b))) > 2
    ]
    rows, columns = np.array(places, np.intp).T
    return rows, columns


def _whole(half: NDArray[np.floating]) -> NDArray[np.floating]:
    """Power of every frequency, 64 x 64, from the half that a real transform keeps."""
    mirrored = np.roll(half[::-1, 1 : _BLOCK // 2], 1, axis=0)[:, ::-1]
    return np.concatenate([half, mirrored], axis=1)


def _wrapped(frequency: int) -> int:
    return (frequency + _BLOCK // 2) % _BLOCK - _BLOCK // 2


def _middle(rgb: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    top, left = (max(0, (length - side) // 2) for length in rgb.shape[:2])
    return rgb[top : top + side, left : left + side]
