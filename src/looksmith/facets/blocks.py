"""Pictures as blocks of 2 x 2 pixels: twelve planes of half the size, which is how the painter takes and gives them.

Plane 4 c + 2 y + x holds channel c of the pixel in row y and column x of every block.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from looksmith.media.strips import in_strips

PLANES = 12


def to_blocks(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """H x W x 3 to 12 x ceil(H / 2) x ceil(W / 2); where a side is odd, its last pixels are there twice."""
    height, width = rgb.shape[:2]
    if height % 2 or width % 2:
        rgb = np.pad(rgb, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    out = np.empty((PLANES, (height + 1) // 2, (width + 1) // 2), np.uint8)

    def take_apart(rows: slice) -> None:
        part = rgb[2 * rows.start : 2 * rows.stop]
        for plane, (c, y, x) in enumerate(np.ndindex(3, 2, 2)):
            out[plane, rows] = part[y::2, x::2, c]

    in_strips(take_apart, *out.shape[1:])
    return out


def from_blocks(blocks: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    """12 x h x w back to ``height`` x ``width`` x 3; the sides are 2 h and 2 w, or one pixel less."""
    _, h, w = blocks.shape
    out = np.empty((2 * h, 2 * w, 3), np.uint8)

    def put_together(rows: slice) -> None:
        part = out[2 * rows.start : 2 * rows.stop]
        for plane, (c, y, x) in enumerate(np.ndindex(3, 2, 2)):
            part[y::2, x::2, c] = blocks[plane, rows]

    in_strips(put_together, h, w)
    return out if out.shape[:2] == (height, width) else np.ascontiguousarray(out[:height, :width])
