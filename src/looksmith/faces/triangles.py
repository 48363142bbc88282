"""Which triangle of a flat mesh is seen at every pixel, all triangles at once.

A triangle is cut into the rows of pixels that it crosses, each row into the pixels whose centres lie in it (Pineda's
rule of half-open edges, SIGGRAPH 1988): triangles that share an edge share no pixel and leave none out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def drawn(corners: NDArray[np.floating], numbers: NDArray[np.integer], height: int, width: int) -> NDArray[np.int32]:
    """Numbers of the triangles that pixels' centres lie in, height x width; -1 in none, later ones lie on top.

    Args:
        corners: (n, 3, 2), x right and y down, in pixels.
        numbers: (n,), not negative.
    """
    order = np.argsort(corners[..., 1], axis=1)[..., None]
    (x0, y0), (x1, y1), (x2, y2) = np.take_along_axis(corners, order, axis=1).transpose(1, 2, 0)
    top = np.clip(np.ceil(y0 - 0.5), 0, height).astype(np.intp)
    rows = np.maximum(np.clip(np.ceil(y2 - 0.5), 0, height).astype(np.intp) - top, 0)
    whose = np.repeat(np.arange(len(rows)), rows)
    row = _counted(top, rows)
    steep = [_slope(*ends) for ends in ((x0, y0, x2, y2), (x0, y0, x1, y1), (x1, y1, x2, y2))]
    long = np.stack([x0, y0, steep[0]])[:, whose]
    upper = row + 0.5 < y1[whose]
    short = np.where(upper, np.stack([x0, y0, steep[1]])[:, whose], np.stack([x1, y1, steep[2]])[:, whose])
    ends = np.sort([x + (row + 0.5 - y) * step for x, y, step in (long, short)], axis=0)
    left, right = np.clip(np.ceil(ends - 0.5), 0, width).astype(np.intp)
    wide = right - left
    made = np.full(height * width, -1, np.int32)
    made[_counted(row * width + left, wide)] = np.repeat(np.asarray(numbers, np.int32)[whose], wide)
    return made.reshape(height, width)


def _slope(
    x0: NDArray[np.floating], y0: NDArray[np.floating], x1: NDArray[np.floating], y1: NDArray[np.floating]
) -> NDArray[np.floating]:
    """Of edges downwards; that of a level one, which no row of pixels crosses, means nothing."""
    return np.asarray((x1 - x0) / np.where(y1 > y0, y1 - y0, 1))


def _counted(start: NDArray[np.intp], count: NDArray[np.intp]) -> NDArray[np.intp]:
    """From each start on so many numbers, one after another."""
    return np.asarray(np.arange(int(count.sum())) + np.repeat(start - (np.cumsum(count) - count), count))
