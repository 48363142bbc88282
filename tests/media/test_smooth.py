"""Separable smoothing against OpenCV."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from looksmith.media.smooth import gaussian, smoothed


@pytest.mark.parametrize(("radius", "deviation"), [(3, 0.7), (8, 2.0)])
def test_a_gaussian_is_opencvs(radius: int, deviation: float) -> None:
    weights = gaussian(radius, deviation)
    assert weights.dtype == np.float32 and weights.sum() == pytest.approx(1, abs=1e-6)
    assert np.abs(weights - cv2.getGaussianKernel(2 * radius + 1, deviation, cv2.CV_64F)[:, 0]).max() < 1e-7
    plane = np.random.default_rng(0).random((41, 67), np.float32)
    made = smoothed(plane, weights)
    assert made.dtype == np.float32
    assert np.abs(made - cv2.GaussianBlur(plane, (2 * radius + 1,) * 2, deviation)).max() < 1e-6


def test_a_box_in_float64_is_opencvs_and_small_planes_work() -> None:
    plane = np.random.default_rng(0).random((33, 20))
    made = smoothed(plane, np.full(7, 1 / 7))
    assert made.dtype == np.float64 and np.abs(made - cv2.blur(plane, (7, 7))).max() < 1e-12
    np.testing.assert_array_equal(smoothed(plane, np.ones(1)), plane)
    for shape in ((1, 1), (1, 5), (2, 3)):
        assert np.allclose(smoothed(np.full(shape, 0.3), np.full(7, 1 / 7)), 0.3)


@pytest.mark.parametrize("deviation", [0.6, 1.5, 3.0, 7.0, 20.0])
def test_wide_blurs_are_near_the_gaussian(deviation: float) -> None:
    from scipy.ndimage import gaussian_filter
    from skimage import data

    from looksmith.media.smooth import blurred

    plane = data.camera()[:200, 100:360].astype(np.float32) / 255
    near, true = blurred(plane, deviation), gaussian_filter(plane, deviation, mode="mirror")
    inner = (slice(10, -10), slice(10, -10))
    assert near.shape == plane.shape and np.abs(near - true)[inner].max() < 0.06
    assert np.abs(near - true)[inner].mean() < 0.006
