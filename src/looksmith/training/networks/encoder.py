"""Pictures to noise: the way back of a generator, for as long as it learns from reconstructions."""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn
from torch.nn.functional import leaky_relu

from looksmith.training.networks.stylegan import Down, EqualConv2d, EqualLinear, channels


class PictureEncoder(nn.Module):
    """Pictures, N x 3 x size x size in [-1, 1], to mean and log variance of their noise, N x ``noise`` each.

    Args:
        size, width, taper: as of the generator.
        noise: numbers that a picture is made of.
    """

    def __init__(self, size: int, width: int, noise: int, taper: int = 32) -> None:
        super().__init__()
        widths = channels(size, width, taper)[::-1]
        self.from_rgb = EqualConv2d(3, widths[0], 1)
        self.blocks = nn.ModuleList(Down(a, b) for a, b in pairwise(widths))
        self.flat = EqualLinear(widths[-1] * 16, 2 * width)
        self.last = EqualLinear(2 * width, 2 * noise)

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        x = leaky_relu(self.from_rgb(picture), 0.2)
        for block in self.blocks:
            x = block(x)
        mean, log_variance = self.last(leaky_relu(self.flat(x.flatten(1)), 0.2)).chunk(2, 1)
        return mean, log_variance.clamp(-8, 4)
