"""Small sets of pictures that differ from each other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]


def drawing(number: int, height: int = 48, width: int = 64) -> Rgb:
    """A smooth picture that belongs to its number."""
    rng = np.random.default_rng(number)
    coarse = rng.integers(0, 255, (6, 8, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def write(path: Path, rgb: Rgb) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imencode(path.suffix, rgb[..., ::-1])[1].tofile(path)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Forty pictures in two folders."""
    for number in range(40):
        write(tmp_path / "set" / ("a" if number % 2 else "b b") / f"{number:03d}.png", drawing(number))
    return tmp_path / "set"


@pytest.fixture
def draw() -> Callable[..., Rgb]:
    return drawing


@pytest.fixture
def save() -> Callable[[Path, Rgb], Path]:
    return write
