"""When memory is short: a batch in parts whose gradients add up to the whole batch's."""

from __future__ import annotations

import dataclasses
import gc
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor

_WORDS = ("out of memory", "can't allocate memory", "not enough memory", "unable to allocate", "alloc_failed")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory is short, on any device."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(word in str(error).lower() for word in _WORDS)


def batch_size(batch: Any) -> int:
    """The length of the first dimension of a batch's tensors: the most frequent one; 1 when there is none."""
    lengths = [tensor.shape[0] for tensor in _tensors(batch) if tensor.ndim > 0]
    return max(set(lengths), key=lengths.count) if lengths else 1


def in_parts(batch: Any, parts: int) -> list[Any]:
    """A batch cut into at most ``parts`` along the first dimension, in order.

    Tensors of another first dimension, and everything that is no tensor, go into every part.
    """
    size = batch_size(batch)
    count = min(parts, size)
    if count <= 1:
        return [batch]
    edges = [round(k * size / count) for k in range(count + 1)]
    return [_cut(batch, size, edges[k], edges[k + 1]) for k in range(count)]


def shares(batch: Any, parts: int) -> list[float]:
    """What each part of :func:`in_parts` weighs: its pictures over all of them."""
    size = batch_size(batch)
    count = max(1, min(parts, size))
    edges = [round(k * size / count) for k in range(count + 1)]
    return [(b - a) / size for a, b in pairwise(edges)] if size else [1.0]


def let_go() -> None:
    """Give unused memory back."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()


def _tensors(batch: Any) -> list[Tensor]:
    if isinstance(batch, Tensor):
        return [batch]
    if isinstance(batch, dict):
        return [t for value in batch.values() for t in _tensors(value)]
    if isinstance(batch, list | tuple):
        return [t for value in batch for t in _tensors(value)]
    if dataclasses.is_dataclass(batch) and not isinstance(batch, type):
        return [t for field in dataclasses.fields(batch) for t in _tensors(getattr(batch, field.name))]
    return []


def _cut(batch: Any, size: int, first: int, last: int) -> Any:
    if isinstance(batch, Tensor):
        return batch[first:last] if batch.ndim > 0 and batch.shape[0] == size else batch
    if isinstance(batch, dict):
        return {key: _cut(value, size, first, last) for key, value in batch.items()}
    if isinstance(batch, tuple) and hasattr(batch, "_fields"):
        return type(batch)(*(_cut(value, size, first, last) for value in batch))
    if isinstance(batch, list | tuple):
        if len(batch) == size and size > 1 and not any(isinstance(value, Tensor) for value in batch):
            return batch[first:last]
        return type(batch)(_cut(value, size, first, last) for value in batch)
    if dataclasses.is_dataclass(batch) and not isinstance(batch, type):
        cut = {f.name: _cut(getattr(batch, f.name), size, first, last) for f in dataclasses.fields(batch) if f.init}
        return dataclasses.replace(batch, **cut)
    return batch
