"""Differentiable augmentation: each picture with its probability, gradients, and how the probability adapts."""

import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")

from looksmith.training.networks.augmentation import AdaptiveAugmentation  # noqa: E402


def _generator(seed: int) -> "torch.Generator":
    return torch.Generator().manual_seed(seed)


def test_probability_nought_changes_nothing_and_one_changes_all() -> None:
    x = torch.rand(16, 3, 32, 32) * 2 - 1
    assert torch.equal(AdaptiveAugmentation(start=0.0)(x, _generator(0)), x)
    made = AdaptiveAugmentation(start=1.0)(x, _generator(0))
    assert all(not torch.allclose(a, b) for a, b in zip(x, made, strict=True))
    assert made.shape == x.shape and torch.isfinite(made).all()


def test_about_the_share_of_pictures_that_the_probability_says_is_left_alone() -> None:
    x = torch.rand(400, 3, 8, 8)
    made = AdaptiveAugmentation(start=0.1)(x, _generator(1))
    alone = sum(torch.allclose(a, b, atol=1e-6) for a, b in zip(x, made, strict=True)) / 400
    assert alone == pytest.approx(0.9**6, abs=0.08)
    assert torch.equal(AdaptiveAugmentation(start=0.5)(x, _generator(2), factor=0.0), x)


def test_the_same_numbers_vary_real_and_made_alike_and_gradients_pass() -> None:
    augment = AdaptiveAugmentation(start=0.8)
    x = (torch.rand(4, 3, 16, 16) * 2 - 1).requires_grad_()
    one = augment(x, _generator(3))
    assert torch.equal(one, augment(x, _generator(3))) and not torch.equal(one, augment(x, _generator(4)))
    one.square().sum().backward()
    assert torch.isfinite(x.grad).all() and (x.grad.abs().flatten(1).sum(1) > 0).all()


def test_second_derivatives_exist_for_r1() -> None:
    x = (torch.rand(4, 3, 16, 16) * 2 - 1).requires_grad_()
    conv = torch.nn.Conv2d(3, 1, 3)
    scores = torch.tanh(conv(AdaptiveAugmentation(start=0.8)(x, _generator(3)))).sum()
    (g,) = torch.autograd.grad(scores, x, create_graph=True)
    g.square().sum().backward()
    assert torch.isfinite(conv.weight.grad).all()


def test_it_rises_while_the_discriminator_is_too_sure_and_falls_after() -> None:
    augment = AdaptiveAugmentation(target=0.6, pictures=100, limit=0.5)
    for _ in range(3):
        augment.adapt(torch.ones(10))
    assert float(augment.probability) == pytest.approx(0.3)
    for _ in range(9):
        augment.adapt(torch.ones(10))
    assert float(augment.probability) == pytest.approx(0.5), "never above the limit"
    augment.adapt(torch.tensor([1.0] * 7 + [-1.0] * 3))  # mean sign 0.4
    assert float(augment.probability) == pytest.approx(0.4)
    again = AdaptiveAugmentation()
    again.load_state_dict(augment.state_dict())
    assert float(again.probability) == pytest.approx(0.4)
