"""Fine light and dark, against scipy's filters, and the promises about giving it."""

import numpy as np
import pytest
from scipy import ndimage
from skimage.data import astronaut, coffee

from looksmith.facets import detail
from looksmith.facets.detail import MOST, SIDE, detail_of, give_detail

TAPS = np.array([1, 4, 6, 4, 1]) / 16


@pytest.fixture
def photo() -> np.ndarray:
    return np.ascontiguousarray(astronaut()[:300, 60:420])


def _bands(rgb: np.ndarray) -> list[np.ndarray]:
    """The same bands by another road: scipy, float64."""
    level = rgb.astype(np.float64) / 255 @ np.array([0.299, 0.587, 0.114])
    bands = []
    for step in (1, 2, 4):
        spread = np.zeros(4 * step + 1)
        spread[::step] = TAPS
        smooth = ndimage.convolve1d(ndimage.convolve1d(level, spread, 0, mode="mirror"), spread, 1, mode="mirror")
        bands.append(level - smooth)
        level = smooth
    return bands


def test_deviations_are_those_of_the_bands() -> None:
    square = np.ascontiguousarray(astronaut()[:, :512])
    assert square.shape[0] == SIDE
    np.testing.assert_allclose(detail_of(square), [band.std() for band in _bands(square)], rtol=1e-4)


def test_a_large_picture_is_measured_at_the_size_of_its_strokes() -> None:
    square = np.ascontiguousarray(astronaut())
    twice = np.repeat(np.repeat(square, 2, 0), 2, 1)
    np.testing.assert_allclose(detail_of(twice), detail_of(square), rtol=1e-3)


def test_bands_become_as_strong_as_wanted(photo: np.ndarray) -> None:
    before = np.array([band.std() for band in _bands(photo)])
    changed = photo.copy()
    give_detail(changed, np.float32(before * [1.6, 1.2, 1.1]))
    wanted = photo / 255 + (0.6 * _bands(photo)[0] + 0.2 * _bands(photo)[1] + 0.1 * _bands(photo)[2])[..., None]
    assert np.abs(changed / 255 - np.clip(wanted, 0, 1)).max() < 1.01 / 255


def test_nothing_is_made_weaker_and_nothing_beyond_the_most(photo: np.ndarray) -> None:
    soft, hard = photo.copy(), photo.copy()
    give_detail(soft, np.float32([0, 0, 0]))
    assert np.array_equal(soft, photo)
    give_detail(hard, np.float32([1, 1, 1]))
    limit = photo / 255 + (MOST - 1) * sum(_bands(photo))[..., None]
    assert np.abs(hard / 255 - np.clip(limit, 0, 1)).max() < 1.01 / 255


def test_channels_move_together(photo: np.ndarray) -> None:
    mild = (photo // 2 + 64).astype(np.uint8)  # nothing is clipped
    changed = mild.copy()
    give_detail(changed, 1.5 * detail_of(mild))
    step = changed.astype(int) - mild
    assert step.any() and not np.ptp(step, axis=2).any()


def test_strips_leave_no_trace(photo: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = np.float32([0.2, 0.1, 0.1])
    whole, cut = photo.copy(), photo.copy()
    monkeypatch.setattr(detail, "_STRIP", 1 << 30)
    give_detail(whole, wanted)
    monkeypatch.setattr(detail, "_STRIP", 7 * photo.shape[1])
    give_detail(cut, wanted)
    assert np.abs(whole.astype(int) - cut).max() <= 1  # the sums are added in another order
    assert (whole == cut).mean() > 0.999


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (2, 3), (5, 700)])
def test_any_size(shape: tuple[int, int]) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (*shape, 3), np.uint8)
    give_detail(rgb, np.float32([0.2, 0.2, 0.2]))
    assert np.isfinite(detail_of(rgb)).all() and rgb.shape == (*shape, 3)


def test_a_flat_picture_stays_flat() -> None:
    flat = np.full((64, 64, 3), 120, np.uint8)
    give_detail(flat, detail_of(np.ascontiguousarray(coffee())))
    assert (flat == 120).all()
