"""Strips of rows of a picture, worked on some at a time: the one place for it."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")

PIXELS = 1 << 17
"""Of a strip: so that what is worked out of it stays in the cache."""


def in_strips(
    work: Callable[[slice], Result], height: int, width: int, *, pixels: int = PIXELS, multiple: int = 1
) -> list[Result]:
    """``work`` of every strip of rows; what it gives, from top to bottom.

    Args:
        work: told the rows, from one up to but without another; called in up to four threads.
        height, width: of the picture.
        pixels: about so many in a strip.
        multiple: of rows in every strip but the last.
    """
    rows = max(multiple, pixels // max(1, width) // multiple * multiple)
    strips = [slice(top, min(top + rows, height)) for top in range(0, height, rows)]
    if len(strips) == 1:
        return [work(strips[0])]
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1, len(strips))) as pool:
        return list(pool.map(work, strips))
