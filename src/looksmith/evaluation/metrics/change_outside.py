"""Whether a picture was left alone outside a region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

HIGHER_IS_BETTER = False


@dataclass(frozen=True)
class ChangeOutside:
    """What changed where nothing may.

    Attributes:
        share: of the pixels outside the region, those with any change: 0 is right, anything else is not.
        largest: the largest change of a channel, in levels of the pixels' own dtype.
        pixels: how many lie outside the region.
    """

    share: float
    largest: float
    pixels: int


def change_outside(picture: NDArray[Any], original: NDArray[Any], where: NDArray[np.floating]) -> ChangeOutside:
    """Compare the pixels at which the mask is exactly 0.

    Args:
        picture, original: H x W x C of one shape and dtype.
        where: H x W, the mask: 0 outside.

    Raises:
        ValueError: the shapes or dtypes differ.
    """
    if picture.shape != original.shape or picture.dtype != original.dtype or where.shape != picture.shape[:2]:
        raise ValueError(
            f"change_outside: expected pictures of one shape and dtype and a mask of their size, got "
            f"{picture.shape} {picture.dtype}, {original.shape} {original.dtype}, {where.shape}"
        )
    outside = where == 0
    count = int(outside.sum())
    if not count:
        return ChangeOutside(0.0, 0.0, 0)
    gap = np.abs(picture[outside].astype(np.float64) - original[outside].astype(np.float64)).max(axis=-1)
    return ChangeOutside(float((gap > 0).mean()), float(gap.max()), count)
