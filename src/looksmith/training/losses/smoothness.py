"""Total variation (Rudin, Osher & Fatemi 1992; as a regulariser Johnson et al. 2016)."""

from __future__ import annotations

from torch import Tensor


def total_variation(x: Tensor) -> Tensor:
    """Mean absolute difference of neighbours, both axes, of N x C x H x W."""
    down = (x[:, :, 1:] - x[:, :, :-1]).abs().mean()
    across = (x[:, :, :, 1:] - x[:, :, :, :-1]).abs().mean()
    return down + across
