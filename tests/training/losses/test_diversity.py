"""Diversity losses against numpy."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")

from looksmith.training.losses.diversity import mode_seeking, style_diversity  # noqa: E402


def test_against_numpy() -> None:
    rng = np.random.default_rng(0)
    x, o, z, zo = rng.random((3, 3, 4, 4)), rng.random((3, 3, 4, 4)), rng.normal(size=(3, 8)), rng.normal(size=(3, 8))
    apart, codes = np.abs(x - o).mean((1, 2, 3)), np.abs(z - zo).mean(1)
    args = [torch.from_numpy(a) for a in (x, o, z, zo)]
    assert float(mode_seeking(*args)) == pytest.approx((codes / (apart + 0.01)).mean(), rel=1e-9)
    assert float(style_diversity(*args[:2])) == pytest.approx(-np.abs(x - o).mean(), rel=1e-9)


def test_collapse_costs_most_and_its_gradient_is_bounded() -> None:
    x, z, other = torch.rand(2, 3, 4, 4), torch.randn(2, 8), torch.randn(2, 8)
    same = x.clone().requires_grad_()
    near, far = mode_seeking(x, same, z, other), mode_seeking(x, 1 - x, z, other)
    assert float(near.detach()) > float(far)
    (g,) = torch.autograd.grad(mode_seeking(x, same + 1e-9, z, other), same)
    assert torch.isfinite(g).all()
