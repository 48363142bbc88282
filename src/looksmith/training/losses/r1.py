"""R1: a penalty on the discriminator's gradient at real pictures (Mescheder, Geiger & Nowozin 2018)."""

from __future__ import annotations

import torch
from torch import Tensor


def r1_penalty(scores: Tensor, real: Tensor) -> Tensor:
    """½ E_x‖∇_x D(x)‖², a scalar; its own gradient reaches the discriminator.

    Computed every k-th step and weighed k times as much, it regularises as well for less (lazy regularisation,
    Karras et al. 2020).

    Args:
        scores: of the real pictures; a picture's scores are summed over its patches.
        real: N x C x H x W, asking for gradients, from which ``scores`` were computed.
    """
    (gradient,) = torch.autograd.grad(scores.float().sum(), real, create_graph=True)
    return 0.5 * gradient.float().flatten(1).square().sum(1).mean()
