"""SSIM against scikit-image, in the paper's form and in scikit-image's own."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from skimage.data import astronaut, chelsea
from skimage.metrics import structural_similarity

from looksmith.evaluation.metrics.ssim import ssim

PAPER = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}


def changed(picture: np.ndarray) -> list[np.ndarray]:
    noise = np.random.default_rng(1).normal(0, 20, picture.shape)
    blurred = gaussian_filter(picture.astype(float), (2, 2, 0))
    darker = picture * 0.6
    return [np.clip(x, 0, 255).astype(np.uint8) for x in (picture + noise, blurred, darker, 255.0 - picture)]


@pytest.mark.parametrize("kind", range(4))
def test_agrees_with_scikit_image(kind: int) -> None:
    picture = chelsea()[::2, ::2]
    other = changed(picture)[kind]
    paper = structural_similarity(picture, other, channel_axis=2, data_range=255, **PAPER)
    assert ssim(picture, other) == pytest.approx(paper, abs=1e-7)
    uniform = structural_similarity(picture, other, channel_axis=2, data_range=255)
    assert ssim(picture, other, window="uniform") == pytest.approx(uniform, abs=1e-7)


def test_grey_floats_and_odd_sizes() -> None:
    grey = astronaut()[:75, :122, 1] / 255.0
    other = gaussian_filter(grey, 1.0)
    wanted = structural_similarity(grey, other, data_range=1.0, **PAPER)
    assert ssim(grey, other) == pytest.approx(wanted, abs=1e-7)


def test_equal_is_one_order_does_not_matter_and_sizes_are_checked() -> None:
    a = astronaut()[:40, :40]
    b = changed(a)[0]
    assert ssim(a, a) == pytest.approx(1.0, abs=1e-12)
    assert ssim(a, b) == pytest.approx(ssim(b, a), abs=1e-12)
    assert ssim(a[:11, :11], b[:11, :11]) < 1
    for bad in (a[:10], a[:, :30]):
        with pytest.raises(ValueError, match="ssim"):
            ssim(bad, a if bad.shape[1] == 30 else bad)
