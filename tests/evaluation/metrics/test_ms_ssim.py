"""MS-SSIM against scikit-image's SSIM maps scale by scale, and its limits."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from skimage.data import camera
from skimage.measure import block_reduce
from skimage.metrics import structural_similarity

from looksmith.evaluation.metrics.ms_ssim import WEIGHTS, ms_ssim

PICTURE = camera()[::2, ::2]


def by_the_paper(x: np.ndarray, y: np.ndarray) -> float:
    """Product of contrast-structure, which is SSIM over luminance; local means by scipy."""
    value = 1.0
    a, b = x.astype(float), y.astype(float)
    for level, weight in enumerate(WEIGHTS):
        if level:
            a, b = (block_reduce(p[: len(p) // 2 * 2, : p.shape[1] // 2 * 2], (2, 2), np.mean) for p in (a, b))
        options = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 255}
        _, whole = structural_similarity(a, b, full=True, **options)
        mean_a, mean_b = (gaussian_filter(p, 1.5, truncate=3.5, mode="reflect") for p in (a, b))
        c1 = (0.01 * 255) ** 2
        luminance = (2 * mean_a * mean_b + c1) / (mean_a**2 + mean_b**2 + c1)
        inside = (slice(5, -5), slice(5, -5))
        last = level == len(WEIGHTS) - 1
        value *= float((whole if last else whole / luminance)[inside].mean()) ** weight
    return value


@pytest.mark.parametrize("sigma", [0.8, 2.0])
def test_agrees_with_scikit_image_scale_by_scale(sigma: float) -> None:
    blurred = gaussian_filter(PICTURE, sigma)
    assert ms_ssim(PICTURE, blurred) == pytest.approx(by_the_paper(PICTURE, blurred), abs=2e-4)


def test_one_for_itself_and_the_mean_over_channels() -> None:
    noisy = np.clip(PICTURE + np.random.default_rng(0).normal(0, 20, PICTURE.shape), 0, 255).astype(np.uint8)
    assert ms_ssim(PICTURE, PICTURE) == pytest.approx(1, abs=1e-12)
    both = ms_ssim(np.stack([PICTURE, PICTURE], 2), np.stack([PICTURE, noisy], 2))
    assert both == pytest.approx((1 + ms_ssim(PICTURE, noisy)) / 2, abs=1e-9)


def test_opposites_count_as_nothing_and_small_pictures_are_refused() -> None:
    assert ms_ssim(PICTURE, 255 - PICTURE) == 0
    with pytest.raises(ValueError, match="176 pixels"):
        ms_ssim(PICTURE[:175], PICTURE[:175])
