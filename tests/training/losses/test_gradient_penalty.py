"""The gradient penalty of a linear critic is known: its gradient is the same everywhere."""

import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")

from looksmith.training.losses.gradient_penalty import gradient_penalty  # noqa: E402


def test_a_linear_critic() -> None:
    weight = torch.randn(3 * 4 * 4, generator=torch.Generator().manual_seed(0))
    real, fake = torch.randn(6, 3, 4, 4), torch.randn(6, 3, 4, 4)
    got = gradient_penalty(lambda x: x.flatten(1) @ weight, real, fake, torch.rand(6))
    assert float(got) == pytest.approx((float(weight.norm()) - 1) ** 2, rel=1e-4)


def test_it_looks_between_real_and_made() -> None:
    """D(x) = ½‖x‖² has the gradient x: at u of real ones and 1 − u of zeros, its norm is u times theirs."""
    real, fake = torch.ones(2, 1, 3, 3), torch.zeros(2, 1, 3, 3)
    u = torch.tensor([0.25, 1.0])
    got = gradient_penalty(lambda x: 0.5 * x.flatten(1).square().sum(1), real, fake, u)
    assert float(got.detach()) == pytest.approx(((0.25 * 3 - 1) ** 2 + (3 - 1) ** 2) / 2, rel=1e-5)


def test_patches_count_as_their_mean_and_the_gradient_reaches_the_critic() -> None:
    conv = torch.nn.Conv2d(1, 1, 1, bias=False)
    torch.nn.init.constant_(conv.weight, 2.0)
    got = gradient_penalty(conv, torch.randn(2, 1, 2, 2), torch.randn(2, 1, 2, 2), torch.rand(2))
    assert float(got.detach()) == pytest.approx(0, abs=1e-9), (
        "the mean over 4 patches has the slope 2/4 in each: norm 1"
    )
    torch.nn.init.constant_(conv.weight, 6.0)
    gradient_penalty(conv, torch.randn(2, 1, 2, 2), torch.randn(2, 1, 2, 2), torch.rand(2)).backward()
    assert float(conv.weight.grad) == pytest.approx(2 * (3 - 1) * 0.5, rel=1e-4)
