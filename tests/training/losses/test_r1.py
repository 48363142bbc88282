"""R1 against a gradient known in closed form, and against finite differences."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")

from looksmith.training.losses.r1 import r1_penalty  # noqa: E402


def test_a_quadratic_discriminator_has_a_known_gradient() -> None:
    """D(x) = ½ xᵀ A x + b·x has the gradient A x + b."""
    rng = np.random.default_rng(0)
    a, b, x = rng.normal(size=(12, 12)), rng.normal(size=12), rng.normal(size=(5, 3, 2, 2))
    a = a + a.T
    flat = x.reshape(5, 12)
    wanted = 0.5 * ((flat @ a + b) ** 2).sum(1).mean()
    real = torch.from_numpy(x).requires_grad_()
    rows = real.flatten(1)
    scores = 0.5 * ((rows @ torch.from_numpy(a)) * rows).sum(1) + rows @ torch.from_numpy(b)
    assert float(r1_penalty(scores, real).detach()) == pytest.approx(wanted, rel=1e-5)


def test_against_finite_differences_and_its_own_gradient_reaches_the_weights() -> None:
    torch.manual_seed(0)
    net = torch.nn.Sequential(
        torch.nn.Conv2d(1, 4, 3), torch.nn.Softplus(), torch.nn.Flatten(), torch.nn.Linear(16, 1)
    ).double()
    x = torch.randn(2, 1, 4, 4, dtype=torch.float64)
    step = 1e-5
    slopes = torch.zeros(2, 16, dtype=torch.float64)
    for k in range(16):
        nudge = torch.zeros(16, dtype=torch.float64)
        nudge[k] = step
        nudge = nudge.view(1, 1, 4, 4)
        slopes[:, k] = ((net(x + nudge) - net(x - nudge)) / (2 * step)).detach()[:, 0]
    real = x.requires_grad_()
    penalty = r1_penalty(net(real), real)
    assert float(penalty.detach()) == pytest.approx(float(0.5 * slopes.square().sum(1).mean()), rel=1e-4)
    penalty.backward()
    weight = net[0].weight
    assert weight.grad is not None and weight.grad.abs().sum() > 0
    before = weight.grad[0, 0, 0, 0].item()
    ends = []
    for sign in (1, -1):
        with torch.no_grad():
            weight[0, 0, 0, 0] += sign * 1e-4
        again = x.detach().requires_grad_()
        ends.append(float(r1_penalty(net(again), again).detach()))
        with torch.no_grad():
            weight[0, 0, 0, 0] -= sign * 1e-4
    assert (ends[0] - ends[1]) / 2e-4 == pytest.approx(before, rel=2e-2, abs=1e-4)


def test_a_constant_discriminator_costs_nothing() -> None:
    real = torch.randn(2, 3, 4, 4, requires_grad=True)
    assert float(r1_penalty((real * 0).sum(dim=(1, 2, 3)) + 3, real)) == 0
