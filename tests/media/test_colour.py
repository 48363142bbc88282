"""Colour, against scikit-image and against the colour management module computed another way."""

from __future__ import annotations

import io

import cv2
import numpy as np
import skimage.color
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image, ImageCms

from looksmith.media.colour import from_srgb, lab_to_rgb, lightness, luma, narrowed, rgb_to_lab, to_srgb8
from looksmith.media.photo import Photo
from looksmith.media.read import photo_from_array


def test_lab_agrees_with_scikit_image_at_every_depth(picture: np.ndarray) -> None:
    expected = skimage.color.rgb2lab(picture)
    for rgb in (picture, picture.astype(np.uint16) * 257, picture / 255, (picture / 255).astype(np.float32)):
        lab, light = rgb_to_lab(rgb), lightness(rgb)
        assert lab.dtype == light.dtype == np.float32 and lab.shape == picture.shape
        assert np.abs(lab - expected).max() < 1e-3
        assert light.shape == picture.shape[:2] and np.abs(light - expected[..., 0]).max() < 1e-3


def test_lab_of_known_colours() -> None:
    # Lindbloom's calculator, sRGB primaries at D65
    rgb = np.array([[255, 255, 255], [0, 0, 0], [255, 0, 0], [0, 0, 255]], np.uint8)
    known = [[100, 0, 0], [0, 0, 0], [53.24, 80.09, 67.20], [32.30, 79.19, -107.86]]
    assert np.abs(rgb_to_lab(rgb) - known).max() < 0.02


@given(hnp.arrays(np.uint8, st.tuples(st.integers(1, 4), st.integers(1, 4), st.just(3))))
def test_lab_and_back_is_the_same_picture(rgb: np.ndarray) -> None:
    assert np.array_equal(np.rint(lab_to_rgb(rgb_to_lab(rgb)) * 255), rgb)


def test_lab_does_not_write_into_what_it_is_given() -> None:
    for shape in ((1, 3), (5, 1, 3), (3,)):
        for start in (np.full(shape, 0.4, np.float32), np.full(shape, 40.0, np.float32)):
            before = start.copy()
            (rgb_to_lab if start.max() < 1 else lab_to_rgb)(start)
            assert np.array_equal(start, before)


def test_luma_is_opencvs_without_its_rounding(picture: np.ndarray) -> None:
    for depth, full in ((np.uint8, 255), (np.uint16, 65535)):
        values = picture.astype(depth) * depth(full // 255)
        made = luma(values)
        assert made.dtype == np.float32
        assert np.abs(made * full - cv2.cvtColor(values, cv2.COLOR_RGB2GRAY)).max() < 0.51 + 4e-5 * full
        assert luma(np.full((2, 2, 3), full, depth)).min() == 1 and luma(np.zeros((2, 2, 3), depth)).max() == 0


def test_lab_outside_srgb_is_clipped_like_scikit_image() -> None:
    rng = np.random.default_rng(0)
    lab = rng.uniform([0, -100, -100], [100, 100, 100], (50, 50, 3))
    real = (lab[..., 0] + 16) / 116 - lab[..., 2] / 200 > 16 / 116  # no negative Z, which it would set to 0
    lab = np.where(real[..., None], lab, 50.0)
    assert real.mean() > 0.5
    assert np.abs(lab_to_rgb(lab) - skimage.color.lab2rgb(lab)).max() < 1e-4


def test_narrowing_is_rounding() -> None:
    wide = np.arange(65536, dtype=np.uint16)
    assert np.array_equal(narrowed(wide), np.rint(wide / 257).astype(np.uint8))
    assert np.array_equal(narrowed(np.arange(256, dtype=np.uint16) * 257), np.arange(256))


def test_a_photo_without_profile_or_with_srgb_keeps_its_numbers(picture: np.ndarray) -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert np.array_equal(to_srgb8(photo_from_array(picture)), picture)
    assert np.array_equal(to_srgb8(Photo(picture, icc=srgb)), picture)
    assert np.array_equal(to_srgb8(Photo(picture, icc=b"no profile at all")), picture)


def test_a_wide_profile_is_converted_and_the_way_back_returns(picture: np.ndarray, p3: bytes) -> None:
    wide = Photo(picture, icc=p3)
    srgb = to_srgb8(wide)
    assert np.abs(srgb.astype(int) - picture).max() > 10
    # the same by hand: gamma 2.2, P3 primaries to those of sRGB (both D65), then the sRGB curve
    matrix = np.array([[1.2249, -0.2247, 0.0], [-0.0420, 1.0419, 0.0], [-0.0197, -0.0786, 1.0979]])
    linear = np.clip((picture / 255) ** 2.2 @ matrix.T, 0, 1)
    encoded = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    assert np.percentile(np.abs(srgb - encoded * 255), 99) < 2
    inside = ((srgb > 12) & (srgb < 255)).all(-1)
    assert inside.mean() > 0.4
    back = from_srgb(srgb, wide)
    assert np.percentile(np.abs(back.astype(int) - picture)[inside], 99) <= 2
    assert np.array_equal(from_srgb((srgb / 255).astype(np.float32), wide), back)


def test_deep_photos_with_a_wide_profile(picture: np.ndarray, p3: bytes) -> None:
    deep = Photo(picture.astype(np.uint16) * 257, icc=p3)
    srgb = to_srgb8(Photo(picture, icc=p3))
    assert np.array_equal(to_srgb8(deep), srgb)
    back = from_srgb(srgb, deep)
    assert back.dtype == np.uint16
    assert np.array_equal(back, from_srgb(srgb, Photo(picture, icc=p3)).astype(np.uint16) * 257)


def test_the_way_back_costs_nothing_without_a_wide_profile(picture: np.ndarray) -> None:
    changed = (picture / 255).astype(np.float32)
    assert from_srgb(changed, photo_from_array(picture)) is changed
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert from_srgb(changed, Photo(picture, icc=srgb)) is changed


def test_the_same_conversion_by_pillow_alone(picture: np.ndarray, p3: bytes) -> None:
    expected = ImageCms.profileToProfile(
        Image.fromarray(picture),
        ImageCms.ImageCmsProfile(io.BytesIO(p3)),
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
    )
    got = to_srgb8(Photo(picture, icc=p3))
    assert np.abs(got.astype(int) - np.asarray(expected).astype(int)).max() <= 1
