"""Whether an exported network makes what the trained one makes, and how fast."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
import onnxruntime as ort
import torch
from numpy.typing import NDArray
from torch.nn.functional import avg_pool2d

from looksmith.models.load import session_of

Array = NDArray[np.float32]
Feeds = Mapping[str, Array]


@dataclass(frozen=True)
class Parity:
    """How an exported network compares with the one it was made of.

    Attributes:
        largest: largest absolute difference of a value, of full scale.
        mean: mean absolute difference.
        ssim: structural similarity of the outputs, 1 for the same.
        bytes: of the file.
        milliseconds: of one picture of the size that it was trained on, on this processor.
    """

    largest: float
    mean: float
    ssim: float
    bytes: int
    milliseconds: float


def compare(wanted: list[Array], data: bytes, feeds: list[Feeds]) -> Parity:
    """Run ONNX bytes and compare with what is wanted.

    Args:
        wanted: outputs, N x 3 x H x W in [0, 1] each.
        data: of the ONNX file.
        feeds: the inputs that belong to them, by name.
    """
    session = session_of(data)
    made = [run(session, each) for each in feeds]
    differences = [np.abs(a.astype(np.float64) - b) for a, b in zip(wanted, made, strict=True)]
    return Parity(
        largest=float(max(d.max() for d in differences)),
        mean=float(np.mean([d.mean() for d in differences])),
        ssim=float(np.mean([ssim(a, b) for a, b in zip(wanted, made, strict=True)])),
        bytes=len(data),
        milliseconds=1000 * _seconds(session, feeds[0]),
    )


def run(session: ort.InferenceSession, feeds: Feeds) -> Array:
    """The first output."""
    made: Any = session.run(None, dict(feeds))[0]
    return np.asarray(made, np.float32)


def ssim(first: Array, second: Array) -> float:
    """SSIM of Wang et al. (2004) with a uniform window of 7 x 7 and sample covariances, averaged.

    N x C x H x W in [0, 1], at least 7 pixels a side.
    """
    x, y = (torch.from_numpy(np.asarray(a, np.float64)) for a in (first, second))
    unbiased = 49 / 48
    mean_x, mean_y = (avg_pool2d(a, 7, 1) for a in (x, y))
    var_x = unbiased * (avg_pool2d(x * x, 7, 1) - mean_x**2)
    var_y = unbiased * (avg_pool2d(y * y, 7, 1) - mean_y**2)
    both = unbiased * (avg_pool2d(x * y, 7, 1) - mean_x * mean_y)
    c1, c2 = 0.01**2, 0.03**2
    value = (2 * mean_x * mean_y + c1) * (2 * both + c2) / ((mean_x**2 + mean_y**2 + c1) * (var_x + var_y + c2))
    return float(value.mean())


def _seconds(session: ort.InferenceSession, feeds: Feeds, times: int = 5) -> float:
    one = {name: array[:1] for name, array in feeds.items()}
    session.run(None, one)
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        session.run(None, one)
        taken.append(time.perf_counter() - began)
    return median(taken)
