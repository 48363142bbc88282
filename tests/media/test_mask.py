"""Painted masks."""

from __future__ import annotations

import numpy as np
import pytest

from looksmith.errors import UnreadableError
from looksmith.media.mask import read_mask
from looksmith.media.read import photo_from_array
from looksmith.media.write import encode_photo


def painted(values: np.ndarray) -> bytes:
    return encode_photo(photo_from_array(values), "png")


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_white_is_one_black_is_none_grey_between(dtype: type) -> None:
    full = np.iinfo(dtype).max
    row = np.array([0, full // 5, full], dtype)
    mask = read_mask(painted(np.repeat(np.tile(row, (4, 1))[..., None], 3, -1)), 4, 3)
    assert mask.dtype == np.float32 and mask.shape == (4, 3)
    assert np.array_equal(mask[:, 0], np.zeros(4)) and np.array_equal(mask[:, 2], np.ones(4))
    assert np.allclose(mask[:, 1], 0.2, atol=1e-4)


def test_clear_parts_do_not_act() -> None:
    values = np.full((4, 4, 4), 255, np.uint8)
    values[:2, :, 3] = 0
    values[2, :, 3] = 51
    mask = read_mask(painted(values), 4, 4)
    assert (mask[:2] == 0).all() and np.allclose(mask[2], 0.2) and (mask[3] == 1).all()


@pytest.mark.parametrize("factor", [0.5, 3])
def test_another_size_of_the_same_proportions_is_scaled_and_black_stays_exactly_zero(factor: float) -> None:
    values = np.zeros((80, 120, 3), np.uint8)
    values[:, 60:] = 255
    height, width = int(80 * factor), int(120 * factor)
    mask = read_mask(painted(values), height, width)
    assert mask.shape == (height, width)
    assert (mask[:, : int(width * 0.48)] == 0).all() and (mask[:, int(width * 0.52) :] == 1).all()
    assert mask.min() >= 0 and mask.max() <= 1


def test_other_proportions_and_no_picture_are_told() -> None:
    with pytest.raises(UnreadableError, match="does not fit"):
        read_mask(painted(np.zeros((80, 120, 3), np.uint8)), 120, 80)
    with pytest.raises(UnreadableError, match="not a picture"):
        read_mask(b"no picture", 2, 2)
