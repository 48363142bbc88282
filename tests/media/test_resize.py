"""Resizing against OpenCV and against means taken by hand; nothing moves, nothing overshoots where it must not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import skimage.data
from hypothesis import given, settings
from hypothesis import strategies as st

from looksmith.media.resize import resize, shrink

COFFEE = np.ascontiguousarray(skimage.data.coffee())


def psnr(a: np.ndarray, b: np.ndarray, full: float) -> float:
    return float(10 * np.log10(full**2 / max(1e-12, np.square(a.astype(float) - b.astype(float)).mean())))


def of_kind(kind: type) -> tuple[np.ndarray, float]:
    if kind is np.float32:
        return (COFFEE / np.float32(255)).astype(np.float32), 1.0
    return (COFFEE.astype(kind) * (257 if kind is np.uint16 else 1)).astype(kind), float(np.iinfo(kind).max)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("colour", [True, False])
def test_whole_ratios_are_the_mean_over_areas(kind: type, colour: bool) -> None:
    pixels, full = of_kind(kind)
    pixels = pixels if colour else np.ascontiguousarray(pixels[..., 1])
    made = resize(pixels, 100, 150)
    mean = pixels.reshape(100, 4, 150, 4, -1).astype(float).mean(axis=(1, 3)).reshape(made.shape)
    assert made.dtype == kind
    if kind is np.uint16:  # by the filter of other ratios: Pillow has no mean over areas of 16 bits
        assert psnr(made, mean, full) > 44
    else:
        assert np.abs(made - mean).max() <= (0.51 if kind is np.uint8 else 1e-6)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("factor", [1.5, 2.7, 4.6, 11.3])
def test_other_ratios_are_near_the_mean_over_areas(kind: type, factor: float) -> None:
    pixels, full = of_kind(kind)
    size = (round(600 / factor), round(400 / factor))
    made, wanted = resize(pixels, size[1], size[0]), cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    assert made.dtype == kind and made.shape == wanted.shape
    assert psnr(made, wanted, full) > 42  # Pillow's own BOX: 36 to 44
    assert float(made.std()) == pytest.approx(float(wanted.std()), rel=0.01)
    assert np.abs(made.mean(axis=(0, 1), dtype=float) - wanted.mean(axis=(0, 1), dtype=float)).max() < 0.002 * full


@pytest.mark.parametrize("factor", [0.43, 0.9, 1.7, 3.0])
@pytest.mark.parametrize("enlarge", ["cubic", "linear"])
def test_nothing_moves(factor: float, enlarge: str) -> None:
    """A ramp stays the ramp through the same corners: value at the centre of a pixel is its place."""
    ramp = (np.arange(120, dtype=np.float32) + 0.5)[None].repeat(40, axis=0)
    width = round(120 * factor)
    made = resize(ramp, 40, width, enlarge=enlarge)  # type: ignore[arg-type]
    wanted = (np.arange(width) + 0.5) * (120 / width)
    inside = slice(4, -4)
    off = (made[20] - wanted)[inside]
    assert np.abs(off).max() < 0.15 and abs(off.mean()) < 0.01  # of a pixel of the picture before


def test_larger_is_what_opencv_makes_linearly_and_sharper_cubically() -> None:
    size = (900, 620)
    linear = resize(COFFEE, 620, 900, enlarge="linear")
    assert np.abs(linear.astype(int) - cv2.resize(COFFEE, size, interpolation=cv2.INTER_LINEAR)).max() <= 2
    cubic = resize(COFFEE, 620, 900)
    assert psnr(cubic, cv2.resize(COFFEE, size, interpolation=cv2.INTER_CUBIC), 255) > 38
    sharp = [float(np.abs(np.diff(p.astype(int), axis=1)).mean()) for p in (cubic, linear)]
    assert sharp[0] > 1.05 * sharp[1]


@given(
    st.sampled_from([np.uint8, np.uint16, np.float32]),
    st.tuples(st.integers(1, 40), st.integers(1, 40)),
    st.tuples(st.integers(1, 40), st.integers(1, 40)),
    st.sampled_from(["cubic", "linear"]),
)
@settings(deadline=None)
def test_every_size_to_every_size_and_a_flat_picture_stays_flat(
    kind: type, before: tuple[int, int], after: tuple[int, int], enlarge: str
) -> None:
    value = 0.3 if kind is np.float32 else 200
    flat = np.full((*before, 3), value, kind)
    made = resize(flat, *after, enlarge=enlarge)  # type: ignore[arg-type]
    assert made.shape == (*after, 3) and made.dtype == kind and made.flags.writeable
    assert np.abs(made.astype(float) - flat[0, 0, 0]).max() < 1e-5


def test_the_same_size_is_the_same_array_and_views_work() -> None:
    assert resize(COFFEE, 400, 600) is COFFEE
    view = COFFEE[::2, ::-2]
    assert np.array_equal(resize(view, 50, 75), resize(np.ascontiguousarray(view), 50, 75))


def test_shrink_keeps_proportions_and_never_enlarges() -> None:
    assert shrink(COFFEE, longest=300).shape == (200, 300, 3)
    assert shrink(COFFEE, shortest=100).shape == (100, 150, 3)
    assert shrink(COFFEE, longest=600) is COFFEE and shrink(COFFEE, shortest=4000) is COFFEE
    assert shrink(np.zeros((2, 3000), np.uint8), longest=300).shape == (1, 300)


def test_linear_enlarging_and_shrinking_stay_within_the_range() -> None:
    steps = np.zeros((60, 60), np.float32)
    steps[20:40, 20:40] = 1
    for side in (23, 30, 150):
        made = resize(steps, side, side, enlarge="linear")
        assert made.min() == 0 and made.max() <= 1 + 1e-6
        assert (made[: side // 4] == 0).all()
