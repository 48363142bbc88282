"""The gradient penalty of the Wasserstein form (Gulrajani et al. 2017)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


def gradient_penalty(critic: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, between: Tensor) -> Tensor:
    """E[(‖∇ D(x̂)‖₂ − 1)²] at x̂ = u · real + (1 − u) · fake, a scalar.

    Args:
        critic: pictures to scores; a picture's scores are averaged over its patches, so that D is one number.
        real, fake: N x C x H x W; neither gets a gradient.
        between: u in [0, 1], N, drawn uniformly by the caller (whose seed it is).
    """
    u = between.to(real).view(-1, 1, 1, 1)
    mixed = (u * real.detach() + (1 - u) * fake.detach()).requires_grad_(True)
    scores = critic(mixed)
    per_picture = scores.float().reshape(len(mixed), -1).mean(1).sum()
    (gradient,) = torch.autograd.grad(per_picture, mixed, create_graph=True)
    norm = (gradient.float().flatten(1).square().sum(1) + 1e-12).sqrt()
    return (norm - 1).square().mean()
