"""Colour profiles made by hand (ICC.1:2022), so that tests need no file of anybody's."""

from __future__ import annotations

import struct

import numpy as np
import pytest
import skimage.data
from PIL import Image


def _icc(space: bytes, tags: dict[bytes, bytes]) -> bytes:
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", 5) + b"test\0" + bytes(78),
        b"cprt": b"text\0\0\0\0CC0\0",
        b"wtpt": _xyz(0.9642, 1.0, 0.8249),
        **tags,
    }
    table, body = struct.pack(">I", len(tags)), b""
    offset = 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        data += bytes(-len(data) % 4)
        table += name + struct.pack(">II", offset + len(body), len(data))
        body += data
    head = struct.pack(">I4sI4s4s4s", offset + len(body), b"\0" * 4, 0x02400000, b"mntr", space, b"XYZ ")
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + _xyz(0.9642, 1.0, 0.8249)[8:]
    return head.ljust(128, b"\0") + table + body


def _xyz(*values: float) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in values))


def _gamma(value: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(value * 256))


@pytest.fixture(scope="session")
def p3() -> bytes:
    """Display P3 primaries with gamma 2.2."""
    curve = _gamma(2.2)
    primaries = {
        b"rXYZ": _xyz(0.51512, 0.24120, -0.00105),
        b"gXYZ": _xyz(0.29198, 0.69225, 0.04189),
        b"bXYZ": _xyz(0.15710, 0.06657, 0.78407),
    }
    return _icc(b"RGB ", primaries | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve))


@pytest.fixture(scope="session")
def grey_gamma1() -> bytes:
    """A grey profile in linear light."""
    return _icc(b"GRAY", {b"kTRC": _gamma(1.0)})


@pytest.fixture(scope="session")
def picture() -> np.ndarray:
    """A real photo, 100 x 150, uint8."""
    return np.asarray(Image.fromarray(skimage.data.coffee()).resize((150, 100), Image.Resampling.LANCZOS))
