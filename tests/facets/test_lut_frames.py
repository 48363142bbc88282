"""A table for frames gives the very bytes of the one for photos."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest

from looksmith.facets import lut_frames
from looksmith.facets.lut import Lut, apply_lut, identity_nodes
from looksmith.facets.lut_frames import LutOfFrames, whole


@pytest.fixture(scope="module")
def bent() -> Lut:
    nodes = identity_nodes(9)
    return Lut(np.clip(nodes[..., ::-1] ** np.float32(1.3) * 0.9 + 0.05, 0, 1).astype(np.float32))


def test_the_bytes_are_those_of_the_table_before_and_after(bent: Lut, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on, made = threading.Event(), lut_frames.whole

    def waits(lut: Lut) -> Any:
        go_on.wait(20)
        return made(lut)

    monkeypatch.setattr(lut_frames, "whole", waits)
    frames, rng = LutOfFrames(bent), np.random.default_rng(0)
    pictures = [rng.integers(0, 256, (60, 80, 3), np.uint8), rng.integers(0, 256, (7, 1, 3), np.uint8)]
    pictures.append(np.ascontiguousarray(pictures[0][:, ::-1]))
    expected = [apply_lut(bent, picture, dither=False) for picture in pictures]
    assert all(np.array_equal(frames(p), e) for p, e in zip(pictures, expected, strict=True))
    assert frames._whole is not None and not frames._whole.done()
    assert frames(np.zeros((0, 5, 3), np.uint8)).shape == (0, 5, 3)
    go_on.set()
    frames._whole.result()
    monkeypatch.setattr(lut_frames, "apply_lut", lambda lut, part, **k: part.copy())  # no longer asked
    for picture, aim in zip(pictures, expected, strict=True):
        before = picture.copy()
        made_of = frames(picture)
        assert made_of.dtype == np.uint8 and np.array_equal(made_of, aim) and np.array_equal(picture, before)


def test_every_colour_is_in_its_place(bent: Lut) -> None:
    table = whole(bent)
    assert table.shape == (1 << 24,)
    some = np.random.default_rng(3).integers(0, 256, (1, 500, 3), np.uint8)
    at = (some[0, :, 0].astype(int) << 16) | (some[0, :, 1].astype(int) << 8) | some[0, :, 2]
    assert np.array_equal(table[at].view(np.uint8).reshape(-1, 4)[:, :3], apply_lut(bent, some, dither=False)[0])
