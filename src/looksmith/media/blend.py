"""The one place for the arithmetic of strength and region: original and changed pixels mixed."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Pixels = TypeVar("Pixels", NDArray[np.uint8], NDArray[np.uint16])

_STRIP = 1 << 18
"""Values in a strip of rows: 1 MiB of float32, so that a strip stays in the cache."""


def mix(
    original: Pixels,
    changed: NDArray[Any],
    strength: float = 1.0,
    where: NDArray[np.float32] | None = None,
) -> Pixels:
    """Go from ``original`` towards ``changed`` by ``strength``, and only ``where``.

    ``changed`` is first rounded to the original's dtype; then ``out = round(original + strength * where *
    (changed - original))``.  As the difference is a whole number that float32 holds exactly, these hold exactly:

    - ``out == original`` wherever ``strength * where`` is 0;
    - ``out == changed`` (rounded) wherever ``strength * where`` is 1;
    - the distance to the original never shrinks in any pixel when ``strength`` or ``where`` grows;
    - one call over all rows equals calls over any split into rows.

    Args:
        original: H x W x C or H x W, uint8 or uint16.
        changed: the same shape; the same dtype, or float in [0, 1] (values outside are clipped), same colour space.
        strength: 0 (original) to 1 (changed).
        where: H x W in [0, 1], or None for everywhere.

    Returns:
        A new array with the original's shape and dtype.  Memory beside it: a few MiB, whatever the size.

    Raises:
        ValueError: shapes, dtypes, or strength do not fit.
    """
    _check(original, changed, strength, where)
    height = original.shape[0]
    if strength == 0:
        return original.copy()
    out = np.empty_like(original, order="C")
    rows = max(1, _STRIP * height // max(1, original.size))
    for top in range(0, height, rows):
        strip = slice(top, min(top + rows, height))
        aim = _rounded(changed[strip], original.dtype)
        if where is None and strength == 1:
            out[strip] = aim
            continue
        start = original[strip]
        step: NDArray[Any] = np.subtract(aim, start, dtype=np.float32)
        if where is None:
            step *= np.float32(strength)
        else:
            weight = np.multiply(where[strip], np.float32(strength), dtype=np.float32)
            if weight.max(initial=0.0) == 0:
                out[strip] = start
                continue
            step *= weight.reshape(weight.shape + (1,) * (start.ndim - 2))
        step += start
        np.rint(step, out=step)
        np.copyto(out[strip], step, casting="unsafe")
    return out


def _rounded(values: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """``values`` in ``dtype``: as they are, or from [0, 1] to full scale, rounded half to even and clipped."""
    if values.dtype == dtype:
        return values
    scaled: NDArray[Any] = np.multiply(values, np.float32(np.iinfo(dtype).max), dtype=np.float32)
    np.clip(scaled, 0, np.iinfo(dtype).max, out=scaled)
    np.rint(scaled, out=scaled)
    rounded: NDArray[Any] = scaled.astype(dtype)
    return rounded


def _check(original: NDArray[Any], changed: NDArray[Any], strength: float, where: NDArray[Any] | None) -> None:
    if original.dtype not in (np.uint8, np.uint16) or original.ndim not in (2, 3):
        raise ValueError(f"original: expected H x W x C uint8 or uint16, got {original.shape} {original.dtype}")
    if changed.shape != original.shape:
        raise ValueError(f"changed: expected the original's shape {original.shape}, got {changed.shape}")
    if changed.dtype != original.dtype and changed.dtype not in (np.float32, np.float64):
        raise ValueError(f"changed: expected {original.dtype} or float in [0, 1], got {changed.dtype}")
    if not 0 <= strength <= 1:
        raise ValueError(f"strength: expected 0 to 1, got {strength}")
    if where is not None and where.shape != original.shape[:2]:
        raise ValueError(f"where: expected {original.shape[:2]}, got {where.shape}")
