"""PSNR against scikit-image."""

from __future__ import annotations

import math

import numpy as np
import pytest
from skimage.data import astronaut, coffee
from skimage.metrics import peak_signal_noise_ratio

from looksmith.evaluation.metrics.psnr import psnr


@pytest.mark.parametrize("sigma", [1, 12, 60])
def test_agrees_with_scikit_image(sigma: float) -> None:
    picture = astronaut()[::4, ::4]
    noise = np.random.default_rng(0).normal(0, sigma, picture.shape)
    noisy = np.clip(picture + noise, 0, 255).astype(np.uint8)
    assert psnr(picture, noisy) == pytest.approx(peak_signal_noise_ratio(picture, noisy), abs=1e-9)


def test_bit_depth_and_floats_do_not_change_it() -> None:
    a, b = coffee()[:64, :64], coffee()[64:128, 64:128]
    wanted = psnr(a, b)
    assert psnr(a.astype(np.uint16) * 257, b.astype(np.uint16) * 257) == pytest.approx(wanted, abs=1e-9)
    assert psnr(a / 255.0, b / 255.0) == pytest.approx(wanted, abs=1e-9)
    assert psnr(a.astype(np.float64), b.astype(np.float64), data_range=255) == pytest.approx(wanted, abs=1e-9)


def test_equal_is_infinite_and_sizes_must_agree() -> None:
    a = coffee()[:16, :16]
    assert math.isinf(psnr(a, a.copy()))
    with pytest.raises(ValueError, match="one shape"):
        psnr(a, a[:8])
