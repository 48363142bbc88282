"""Cycle consistency (Zhu et al. 2017): there and back again is where one was."""

from __future__ import annotations

from torch import Tensor


def cycle_consistency(x: Tensor, x_again: Tensor, y: Tensor, y_again: Tensor) -> Tensor:
    """E_x‖G_BA(G_AB(x)) − x‖₁ + E_y‖G_AB(G_BA(y)) − y‖₁, a scalar; the norm is a mean over pixels and channels.

    Args:
        x, y: pictures of the two domains, N x C x H x W each.
        x_again: G_BA(G_AB(x)).
        y_again: G_AB(G_BA(y)).
    """
    return (x_again - x).abs().mean() + (y_again - y).abs().mean()
