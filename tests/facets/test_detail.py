"""Fine differences, against scipy's filters, and the promises about giving them."""

import cv2
import numpy as np
import pytest
from scipy import ndimage
from skimage.data import astronaut, coffee

from looksmith.facets import detail
from looksmith.facets.blocks import from_blocks, to_blocks
from looksmith.facets.detail import GROUND, MOST, NUMBERS, SHARE, SIDE, detail_of, give_detail, unpacked

TAPS = np.array([1, 4, 6, 4, 1]) / 16
LUMA = np.array([77, 150, 29]) / 256


@pytest.fixture
def photo() -> np.ndarray:
    return np.ascontiguousarray(astronaut()[:300, 60:420])


def _apart(level: np.ndarray, count: int) -> list[np.ndarray]:
    """Bands, and what is left, by another road: scipy, float64."""
    found = []
    for step in (2**k for k in range(count)):
        spread = np.zeros(4 * step + 1)
        spread[::step] = TAPS
        smooth = level
        for axis in (0, 1):
            smooth = ndimage.convolve1d(smooth, spread, axis, mode="mirror")
        found.append(level - smooth)
        level = smooth
    return [*found, level]


def _halved(rgb: np.ndarray) -> np.ndarray:
    height, width = rgb.shape[:2]
    return rgb.reshape(height // 2, 2, width // 2, 2, 3).mean((1, 3)) / 255


def _given(rgb: np.ndarray, wanted: np.ndarray, mean: np.ndarray) -> np.ndarray:
    blocks = to_blocks(rgb)
    give_detail(blocks, wanted, mean)
    return from_blocks(blocks, *rgb.shape[:2])


def _mean(rgb: np.ndarray) -> np.ndarray:
    return (rgb.reshape(-1, 3).mean(0) / 255).astype(np.float32)


def _weak(photo: np.ndarray) -> np.ndarray:
    """What asks for nothing: no band, and the ground as it is."""
    wanted = detail_of_itself(photo)
    wanted[:-6] = 0
    return wanted


def detail_of_itself(rgb: np.ndarray) -> np.ndarray:
    """The numbers of the picture at its own size."""
    upper = np.triu_indices(3)
    near, level = _apart(_halved(rgb), 1)
    parts = [near, *_apart(level[::2, ::2], 2)]  # what is smooth: at every second pixel
    covariances = [np.cov(part.reshape(-1, 3).T, bias=True)[upper] for part in parts]
    return np.float32([_apart(rgb / 255 @ LUMA, 1)[0].std(), *np.concatenate(covariances)])


def test_numbers_are_those_of_the_bands() -> None:
    square = np.ascontiguousarray(astronaut()[:, :512])
    assert square.shape[0] == SIDE
    np.testing.assert_allclose(detail_of(square), detail_of_itself(square), rtol=2e-3, atol=1e-6)


def test_numbers_come_apart_into_covariances() -> None:
    finest, covariances = unpacked(np.arange(NUMBERS, dtype=np.float32))
    assert finest == 0 and covariances.shape == (4, 3, 3)
    assert covariances[1].tolist() == [[7, 8, 9], [8, 10, 11], [9, 11, 12]]


def test_a_large_picture_is_measured_at_the_size_of_its_strokes() -> None:
    square = np.ascontiguousarray(astronaut())
    twice = np.repeat(np.repeat(square, 2, 0), 2, 1)
    np.testing.assert_allclose(detail_of(twice), detail_of(square), rtol=1e-3)


def test_the_finest_band_becomes_as_strong_as_wanted_in_all_channels_alike(photo: np.ndarray) -> None:
    mild = (photo // 2 + 64).astype(np.uint8)  # nothing is clipped
    band, _ = _apart(mild / 255 @ LUMA, 1)
    step = detail._fine_step(to_blocks(mild), float(1.6 * band.std()))
    expected = 0.6 * band.reshape(150, 2, 180, 2).transpose(1, 3, 0, 2).reshape(4, 150, 180)
    assert np.abs(step / (16 * 255) - expected).max() < 0.25 / 255
    wanted = _weak(mild)
    wanted[0] = 1.6 * band.std()
    changed = _given(mild, wanted, _mean(mild)).astype(int) - mild
    # what else is done takes back what shows at half size, in all channels alike
    assert changed.any() and np.ptp(changed, axis=2).max() <= 1
    assert np.corrcoef(changed.mean(2).ravel(), band.ravel())[0, 1] > 0.98


def test_the_other_bands_take_the_colours_wanted(photo: np.ndarray) -> None:
    mild = (photo // 2 + 64).astype(np.uint8)
    wanted = _weak(mild)
    parts = _apart(_halved(mild), 3)
    target = np.diag([1.5, 1.0, 1.2])
    covariance = target @ np.cov(parts[1].reshape(-1, 3).T, bias=True) @ target
    wanted[7:13] = covariance[np.triu_indices(3)]
    changed = _given(mild, wanted, _mean(mild))
    more = _halved(changed) - _halved(mild)
    expected = parts[1] @ (target - np.eye(3))
    # bilinear enlarging and rounding soften it, but it is that band in these colours and nothing else
    assert np.corrcoef(more[..., 0].ravel(), expected[..., 0].ravel())[0, 1] > 0.97
    np.testing.assert_allclose(more.std((0, 1)), expected.std((0, 1)), rtol=0.2, atol=2e-3)


def test_the_ground_goes_half_of_the_way(photo: np.ndarray) -> None:
    mild = (photo // 2 + 64).astype(np.uint8)
    wanted, mean = _weak(mild), _mean(mild)
    wanted[-6:] *= 0.25 * GROUND[0] ** 2  # asks for less than the least
    changed = _given(mild, wanted, mean + np.float32([0.1, 0, -0.1]))
    ground = _apart(_halved(mild), 3)[-1]
    spread = 1 + SHARE * (GROUND[0] - 1)
    expected = (spread - 1) * (ground - ground.mean((0, 1))) + SHARE * np.array([0.1, 0, -0.1])
    assert np.abs(_halved(changed) - _halved(mild) - expected).max() < 4 / 255


def test_nothing_is_made_weaker_and_nothing_beyond_the_most(photo: np.ndarray) -> None:
    mild = (photo // 8 + 112).astype(np.uint8)
    still = _given(mild, _weak(mild), _mean(mild))
    assert np.abs(still.astype(int) - mild).max() <= 1
    wanted = _weak(mild)
    wanted[0], wanted[[1, 4, 6, 7, 10, 12, 13, 16, 18]] = 1, 1
    strong = _given(mild, wanted, _mean(mild))
    light = mild / 255 @ LUMA
    finest = mild / 255 + (MOST - 1) * _apart(light, 1)[0][..., None]
    bands = cv2.resize(sum(_apart(_halved(finest * 255), 3)[:3]), photo.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    apart = np.abs(strong / 255 - (finest + (MOST - 1) * bands))
    assert apart.max() < 4.5 / 255 and apart.mean() < 0.5 / 255  # what is smooth is drawn between every second pixel


def test_strips_leave_no_trace(photo: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = detail_of(np.ascontiguousarray(coffee())) * 3
    monkeypatch.setattr(detail, "_STRIP", 1 << 30)
    whole = _given(photo, wanted, np.float32([0.5, 0.4, 0.3]))
    for rows in (1, 7):
        monkeypatch.setattr(detail, "_STRIP", rows * photo.shape[1])
        cut = _given(photo, wanted, np.float32([0.5, 0.4, 0.3]))
        assert np.abs(whole.astype(int) - cut).max() <= 1  # sums in another order
        assert (whole != cut).mean() < 1e-3


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (2, 3), (5, 701)])
def test_any_size(shape: tuple[int, int]) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (*shape, 3), np.uint8)
    wanted = detail_of(np.ascontiguousarray(coffee()))
    changed = _given(rgb, wanted, np.float32([0.2, 0.2, 0.2]))
    assert np.isfinite(detail_of(rgb)).all() and changed.shape == (*shape, 3)


def test_a_flat_picture_stays_flat() -> None:
    flat = np.full((64, 64, 3), 120, np.uint8)
    changed = _given(flat, detail_of(np.ascontiguousarray(coffee())), np.float32([120 / 255] * 3))
    assert (changed == 120).all()


def test_black_beside_white_stays_in_range() -> None:
    board = np.zeros((64, 96, 3), np.uint8)
    board[::2, ::2] = board[1::2, 1::2] = 255
    board[:, :48, 1] = 255 - board[:, :48, 1]
    wanted = np.ones(NUMBERS, np.float32)
    changed = _given(board, wanted, np.float32([1, 0, 0.5])).astype(int)
    assert changed[::2, ::2, 0].min() > changed[1::2, ::2, 0].max()  # no number wraps: white stays above black


def test_numbers_that_no_picture_has_do_no_harm(photo: np.ndarray) -> None:
    wanted = np.float32([-1] * NUMBERS)
    changed = _given(photo, wanted, np.float32([0, 5, -5]))
    assert changed.dtype == np.uint8 and changed.shape == photo.shape
