"""A number of two sets with its interval and its floor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Resampled:
    """A number of two sets of pictures, and how sure it is.

    Attributes:
        value: the number itself.
        low, high: 95 % interval over the pictures drawn.
        floor: what two sets of these sizes score that differ in nothing.
    """

    value: float
    low: float
    high: float
    floor: float


def draws(rng: np.random.Generator, count: int) -> NDArray[np.float64]:
    """How often each of ``count`` rows comes when as many are drawn with replacement (Efron 1979)."""
    return np.bincount(rng.integers(0, count, count), minlength=count).astype(np.float64)


def recentred(
    value: float, drawn: Sequence[float], floors: Sequence[float], *, lowest: float | None = None
) -> Resampled:
    """The 95 % spread of the draws about their own mean, laid about the value."""
    spread = np.quantile(np.asarray(drawn) - np.mean(drawn), (0.025, 0.975))
    low, high = float(value + spread[0]), float(value + spread[1])
    return Resampled(value, low if lowest is None else max(low, lowest), high, float(np.mean(floors)))
