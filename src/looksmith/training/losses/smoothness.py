"""Total variation (Rudin, Osher & Fatemi 1992; as a regulariser Johnson et al. 2016), a decoder's lattice, shading."""

from __future__ import annotations

import torch
from torch import Tensor, nn

_BINOMIAL = {2: (1.0, 2.0, 1.0), 4: (1.0, 2.0, 3.0, 4.0, 3.0, 2.0, 1.0)}
"""Low passes that keep ramps and have a zero at the lattice: what they take away is what a lattice is looked for in."""


def total_variation(x: Tensor) -> Tensor:
    """Mean absolute difference of neighbours, both axes, of N x C x H x W."""
    down = (x[:, :, 1:] - x[:, :, :-1]).abs().mean()
    across = (x[:, :, :, 1:] - x[:, :, :, :-1]).abs().mean()
    return down + across


def lattice(x: Tensor, period: int = 2, window: int = 32) -> Tensor:
    """Mean amplitude of a pattern that is locked to a grid of ``period`` pixels (2 or 4), of N x C x H x W.

    A decoder that enlarges leaves checkerboards: the same step at every block (Odena et al., "Deconvolution and
    Checkerboard Artifacts", 2016).  The mean over a ``window`` (pixels) of each place in the block keeps such steps;
    strokes, noise and edges average out.  H and W are multiples of ``window``, at least twice as large.
    """
    taps = torch.tensor(_BINOMIAL[period], dtype=x.dtype)
    kernel = torch.outer(taps, taps) / taps.sum().square()
    channels, reach = x.shape[1], len(taps) // 2
    smooth = nn.functional.conv2d(
        nn.functional.pad(x, (reach,) * 4, mode="reflect"), kernel.expand(channels, 1, -1, -1), groups=channels
    )
    places = nn.functional.pixel_unshuffle(x - smooth, period)
    return nn.functional.avg_pool2d(places, window // period).abs().mean()


def shading(x: Tensor, wanted: Tensor) -> Tensor:
    """Mean absolute difference of luma seen through windows of 16 and of 32 pixels, of N x 3 x H x W each."""
    gap = ((x - wanted) * torch.tensor([0.299, 0.587, 0.114], dtype=x.dtype)[None, :, None, None]).sum(1, keepdim=True)
    fine, coarse = (nn.functional.avg_pool2d(gap, window, window // 4).abs().mean() for window in (16, 32))
    return (fine + coarse) / 2
