"""The painter over real photos: tiles without seams, any size, the same bytes each time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.data import astronaut

from looksmith.facets.blocks import from_blocks
from looksmith.facets.painting import _reflected, _tiles, noise_at, paint, painter

VECTOR = np.random.default_rng(0).normal(size=64).astype(np.float32)
STYLE = VECTOR, np.full(3, 0.5, np.float32), 0.04 * np.eye(3, dtype=np.float32)
MATCH = 0.9 * np.eye(3), np.array([0.05, 0.02, 0.0])


@pytest.fixture(scope="module")
def photo() -> np.ndarray:
    return np.ascontiguousarray(astronaut()[:, 40:472])


def test_tiles_join_without_a_seam(photo: np.ndarray) -> None:
    wide = np.concatenate([photo, photo[:, ::-1]], axis=1)[:470, :850]
    whole = paint(wide, painter(*STYLE), *MATCH, tile=4096)
    tiled = paint(wide, painter(*STYLE), *MATCH, tile=256)
    assert np.abs(whole.astype(int) - tiled).max() <= 1


def test_the_same_inputs_give_the_same_bytes_and_the_seed_matters(photo: np.ndarray) -> None:
    one, again, other = (paint(photo[:200, :200], painter(*STYLE), *MATCH, seed) for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_a_painter_is_made_once_a_style_and_differs_between_styles(photo: np.ndarray) -> None:
    other = -VECTOR, *STYLE[1:]
    assert painter(*STYLE) is painter(*(part.copy() for part in STYLE))
    one, two = (paint(photo[:128, :128], painter(*style), *MATCH) for style in (STYLE, other))
    assert np.abs(one.astype(int) - two).mean() > 2


def test_a_style_of_one_colour_paints_without_a_fault(photo: np.ndarray) -> None:
    flat = VECTOR, np.full(3, 0.3, np.float32), np.zeros((3, 3), np.float32)
    out = paint(photo[:128, :128], painter(*flat), np.zeros((3, 3)), np.full(3, 0.3))
    assert out.shape == (12, 64, 64) and out.dtype == np.uint8


@pytest.mark.parametrize("size", [(1, 1), (1, 90), (7, 5), (31, 400), (145, 146), (257, 255)])
def test_any_size(size: tuple[int, int], photo: np.ndarray) -> None:
    part = np.ascontiguousarray(photo[: size[0], : size[1]])
    out = paint(part, painter(*STYLE), *MATCH)
    assert out.shape == (12, -(-size[0] // 2), -(-size[1] // 2)) and out.dtype == np.uint8


def test_blocks_lie_where_the_photo_does(photo: np.ndarray) -> None:
    sparse = np.full((299, 301, 3), 30, np.uint8)
    sparse[200:, 100:180] = 220
    painted = from_blocks(paint(sparse, painter(*STYLE), *MATCH), 299, 301).mean(2)
    bright = painted > (painted[250, 140] + painted[50, 50]) / 2
    assert bright[215:, 110:170].mean() > 0.9 and bright[:190].mean() < 0.1


@given(st.integers(1, 5000), st.integers(1, 5000), st.sampled_from([256, 512, 1408]))
@settings(max_examples=60, deadline=None)
def test_tiles_cover_every_pixel_once(height: int, width: int, tile: int) -> None:
    boxes = list(_tiles(height, width, tile))
    assert sum((b - t) * (r - left) for t, b, left, r in boxes) == height * width
    assert len({(t, left) for t, _, left, _ in boxes}) == len(boxes)
    assert all(t % 8 == 0 and left % 8 == 0 for t, _, left, _ in boxes)
    assert all(b <= height and r <= width for _, b, _, r in boxes)


@given(st.integers(1, 9), st.integers(-40, 40))
@settings(max_examples=50, deadline=None)
def test_mirroring_agrees_with_numpy(length: int, start: int) -> None:
    row = np.arange(length)
    padded = np.pad(row, 50, mode="reflect") if length > 1 else np.zeros(101, int)
    index = np.arange(start, start + length)
    assert np.array_equal(row[_reflected(index, length)], padded[index + 50])


def test_noise_is_a_function_of_place() -> None:
    whole = noise_at(3, -16, -16, 64, 96)
    part = noise_at(3, 0, 16, 32, 48)
    np.testing.assert_array_equal(whole[0][..., 4:12, 8:20], part[0])
    np.testing.assert_array_equal(whole[1][..., 2:6, 4:10], part[1])
    assert abs(whole[0].std() - 1) < 0.1
    with pytest.raises(ValueError, match="read-only"):
        whole[0][:] = 0  # kept for the next picture
