"""Blocks of 2 x 2 pixels: every pixel once, and back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from looksmith.facets import blocks as module
from looksmith.facets.blocks import from_blocks, to_blocks


@given(st.integers(1, 41), st.integers(1, 41), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_blocks_go_there_and_back(height: int, width: int, seed: int) -> None:
    rgb = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    blocks = to_blocks(rgb)
    assert blocks.shape == (12, -(-height // 2), -(-width // 2)) and blocks.dtype == np.uint8
    again = from_blocks(blocks, height, width)
    assert again.flags.c_contiguous and np.array_equal(again, rgb)


def test_planes_are_channels_then_rows_then_columns() -> None:
    rgb = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
    blocks = to_blocks(rgb)
    for c, y, x in np.ndindex(3, 2, 2):
        assert np.array_equal(blocks[4 * c + 2 * y + x], rgb[y::2, x::2, c])


def test_last_pixels_of_odd_sides_are_there_twice() -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (5, 3, 3), np.uint8)
    blocks = to_blocks(rgb).reshape(3, 2, 2, 3, 2)
    assert np.array_equal(blocks[:, 0, :, -1], blocks[:, 1, :, -1])
    assert np.array_equal(blocks[:, :, 0, :, -1], blocks[:, :, 1, :, -1])


def test_strips_leave_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    rgb = np.random.default_rng(1).integers(0, 256, (37, 24, 3), np.uint8)
    whole = to_blocks(rgb)
    strips = module.in_strips
    monkeypatch.setattr(module, "in_strips", lambda work, h, w: strips(work, h, w, pixels=40))
    assert np.array_equal(to_blocks(rgb), whole)
    assert np.array_equal(from_blocks(whole, 37, 24), rgb)
