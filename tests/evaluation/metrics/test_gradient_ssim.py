"""Gradient SSIM against scikit-image's Sobel filter and SSIM, and its point: tone passes, structure does not."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from skimage.data import astronaut, coffee
from skimage.filters import sobel
from skimage.metrics import structural_similarity

from looksmith.evaluation.metrics.gradient_ssim import gradient, gradient_ssim


def grey_of(rgb: np.ndarray) -> np.ndarray:
    return np.floor(rgb.astype(float) @ [0.299, 0.587, 0.114] + 0.5) / 255


def test_the_gradient_is_scikit_images_sobel() -> None:
    picture = coffee()[::3, ::3]
    assert np.abs(gradient(picture) - sobel(grey_of(picture))).max() < 1.2 / 255  # grey levels rounded at ties


@pytest.mark.parametrize("sigma", [0.7, 2.0])
def test_agrees_with_scikit_image(sigma: float) -> None:
    picture = astronaut()[::2, ::2]
    blurred = np.clip(gaussian_filter(picture.astype(float), (sigma, sigma, 0)), 0, 255).astype(np.uint8)
    wanted = structural_similarity(sobel(grey_of(picture)), sobel(grey_of(blurred)), data_range=1.0)
    assert gradient_ssim(picture, blurred) == pytest.approx(wanted, abs=1e-3)


def test_a_lift_of_lightness_passes_and_lost_detail_does_not() -> None:
    picture = (astronaut()[::2, ::2] * 0.7).astype(np.uint8)
    lifted = picture + 60
    blurred = gaussian_filter(picture, (2, 2, 0))
    assert gradient_ssim(picture, picture) == pytest.approx(1.0, abs=1e-12)
    assert gradient_ssim(picture, lifted) > 0.99
    assert gradient_ssim(picture, blurred) < 0.7
    with pytest.raises(ValueError, match="one shape"):
        gradient_ssim(picture, picture[:-1])
