"""Colour losses against scikit-image and scipy."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")

from scipy.stats import wasserstein_distance  # noqa: E402
from skimage.color import rgb2lab  # noqa: E402

from looksmith.training.losses.colour import rgb_to_lab, sliced_wasserstein  # noqa: E402


def test_lab_agrees_with_scikit_image() -> None:
    rgb = np.random.default_rng(0).random((1, 3, 20, 20)).astype(np.float32)
    wanted = rgb2lab(rgb[0].transpose(1, 2, 0)).transpose(2, 0, 1)
    np.testing.assert_allclose(rgb_to_lab(torch.from_numpy(rgb))[0].numpy(), wanted, atol=0.02)


def test_lab_has_finite_gradients_at_black_and_white() -> None:
    rgb = torch.tensor([0.0, 1.0, 0.5]).repeat(1, 3, 1).requires_grad_()
    rgb_to_lab(rgb).sum().backward()
    assert rgb.grad is not None and torch.isfinite(rgb.grad).all()


def test_sliced_wasserstein_is_the_mean_over_projections() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(3, 200)).astype(np.float32), rng.normal(1, 2, size=(3, 200)).astype(np.float32)
    directions = rng.normal(size=(5, 3)).astype(np.float32)
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    wanted = np.mean([wasserstein_distance(d @ x, d @ y) for d in directions])
    got = sliced_wasserstein(torch.from_numpy(x[None]), torch.from_numpy(y[None]), torch.from_numpy(directions))
    assert float(got) == pytest.approx(wanted, rel=1e-4)
