"""Numbers kept in a byte each: blocks of them share the size of a step."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BLOCK = 256


def rounded(numbers: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Numbers, float32 (n,), as int8 (n,) and the step of every ``BLOCK`` of them, float32 (ceil(n / BLOCK),).

    An error is at most half a step, which is 1/254 of the block's largest magnitude.
    """
    blocks = np.pad(numbers, (0, -len(numbers) % BLOCK)).reshape(-1, BLOCK)
    steps = (np.abs(blocks).max(axis=1) / 127).astype(np.float32)
    counts = np.rint(blocks / np.maximum(steps, np.float32(1e-12))[:, None])
    return counts.astype(np.int8).reshape(-1)[: len(numbers)].copy(), steps


def unrounded(counts: NDArray[np.int8], steps: NDArray[np.float32]) -> NDArray[np.float32]:
    """What :func:`rounded` kept, float32 (n,)."""
    return counts.astype(np.float32) * np.repeat(steps, BLOCK)[: len(counts)]
