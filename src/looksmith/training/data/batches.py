"""Batches drawn from a stock: crops as tensors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from looksmith.training.data.augment import Augment, crop
from looksmith.training.data.splits import Split
from looksmith.training.data.stock import Stock

Rgb = NDArray[np.uint8]
T = TypeVar("T")


def to_tensor(pictures: Iterable[Rgb]) -> Tensor:
    """H x W x 3 uint8 each, of one size, to N x 3 x H x W float32 in [-1, 1]."""
    stack = torch.from_numpy(np.stack(list(pictures)))
    return stack.permute(0, 3, 1, 2).contiguous().float() / 127.5 - 1.0


def to_unit(pictures: Tensor) -> Tensor:
    """[-1, 1] to sRGB in [0, 1], clipped."""
    return ((pictures + 1) / 2).clamp(0, 1)


def draw(
    stock: Stock,
    count: int,
    size: int,
    augment: Augment,
    rng: np.random.Generator,
    chances: NDArray[np.float64] | None = None,
) -> tuple[Tensor, list[int]]:
    """``count`` crops, N x 3 x size x size in [-1, 1], and the places in the stock that they are from.

    ``chances`` are those of the stock's pictures; None gives all of them the same.
    """
    places, made = [], []
    drawn = rng.integers(0, len(stock), count) if chances is None else rng.choice(len(stock), count, p=chances)
    for index in drawn:
        place, picture = stock.get(int(index))
        places.append(place)
        made.append(crop(picture, size, augment, rng))
    return to_tensor(made), places


def to_look_at(parts: Split[T]) -> tuple[T, ...]:
    """The validation part; of a set too small to have one, the training part."""
    return parts.val or parts.train
