"""Strips of rows of a picture, worked on some at a time: the one place for it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

Result = TypeVar("Result")

PIXELS = 1 << 17
"""Of a strip: so that what is worked out of it stays in the cache."""

_THREADS = min(4, os.cpu_count() or 1)
_here = threading.local()


def in_strips(
    work: Callable[[slice], Result], height: int, width: int, *, pixels: int = PIXELS, multiple: int = 1
) -> list[Result]:
    """``work`` of every strip of rows; what it gives, from top to bottom.

    Args:
        work: told the rows, from one up to but without another; called in up to four threads, and in the caller's own
            where that is one of them.
        height, width: of the picture.
        pixels: about so many in a strip.
        multiple: of rows in every strip but the last.
    """
    rows = max(multiple, pixels // max(1, width) // multiple * multiple)
    strips = [slice(top, min(top + rows, height)) for top in range(0, height, rows)]
    if len(strips) == 1 or _THREADS == 1 or getattr(_here, "works", False):
        return [work(strip) for strip in strips]
    return list(_pool().map(work, strips))


@cache
def _pool() -> ThreadPoolExecutor:
    """Kept: to start threads takes longer than many a strip."""
    return ThreadPoolExecutor(_THREADS, "strips", initializer=lambda: setattr(_here, "works", True))


if hasattr(os, "register_at_fork"):  # a forked process has none of its parent's threads
    os.register_at_fork(after_in_child=_pool.cache_clear)
