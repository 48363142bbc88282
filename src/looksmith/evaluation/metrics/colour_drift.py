"""How far the colours of a picture went, place by place, in CIEDE2000."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from looksmith.evaluation.metrics.colour_difference import colour_difference
from looksmith.media.colour import rgb_to_lab

HIGHER_IS_BETTER = False


@dataclass(frozen=True)
class ColourDrift:
    """ΔE00 over the places of a picture.

    Attributes:
        mean: of all places.
        worst: the 95th percentile.
        overall: between the two mean colours in CIELAB: a cast, where ``mean`` also sees what moved about.
    """

    mean: float
    worst: float
    overall: float


def colour_drift(first: NDArray[Any], second: NDArray[Any], where: NDArray[np.floating] | None = None) -> ColourDrift:
    """CIEDE2000 between the pixels at each place (see :func:`colour_difference`).

    Args:
        first, second: H x W x 3 sRGB of one shape: uint8 or uint16 at full scale, or float in [0, 1].
        where: H x W weights, such as a mask; places with 0 do not count.

    Raises:
        ValueError: the shapes differ, or no place counts.
    """
    if first.shape != second.shape or first.ndim != 3:
        raise ValueError(f"colour_drift: expected two pictures of one shape, got {first.shape} and {second.shape}")
    a, b = rgb_to_lab(first).reshape(-1, 3), rgb_to_lab(second).reshape(-1, 3)
    weights = np.ones(len(a)) if where is None else where.reshape(-1).astype(np.float64)
    if len(weights) != len(a) or weights.sum() <= 0:
        raise ValueError("colour_drift: expected weights for every place, some of them above 0")
    chosen = weights > 0
    a, b, weights = a[chosen], b[chosen], weights[chosen]
    distances = colour_difference(a, b)
    middle = [np.average(lab.astype(np.float64), axis=0, weights=weights) for lab in (a, b)]
    return ColourDrift(
        float(np.average(distances, weights=weights)),
        float(np.quantile(distances, 0.95)),
        float(colour_difference(*middle)),
    )
