"""Networks on the canonical face: one takes makeup off, one puts another face's makeup on (for training alone)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SLOPE = 0.2


class Block(nn.Module):
    """x + f(x): two 3 x 3 convolutions, without normalisation."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1),
            nn.LeakyReLU(SLOPE, inplace=True),
            nn.Conv2d(channels, channels, 3, padding=1),
        )

    def forward(self, x: Tensor) -> Tensor:
        changed: Tensor = x + self.body(x)
        return changed


class MakeupNetwork(nn.Module):
    """Textures of faces to the same with a change: N x 3 x 128 x 128 in [-1, 1] (and what else there is) to the like.

    Down to 8 x 8 and up again (Ronneberger et al. 2015), on blocks of 4 x 4 texels.  A face has its parts in the same
    place in every texture, so learned planes tell every convolution where it is.

    Args:
        pictures: that come in, the first of which is changed.
        widths: channels at 32, 16 and 8.
        blocks: residual, at 8.
        side: of the textures.
    """

    def __init__(
        self, pictures: int = 1, widths: tuple[int, int, int] = (40, 56, 72), blocks: int = 2, side: int = 128
    ) -> None:
        super().__init__()
        a, b, c = widths
        self.where = nn.Parameter(0.1 * torch.randn(1, 8, side // 4, side // 4))
        self.fine = nn.Conv2d(48 * pictures + 8, a, 3, padding=1)
        self.down_half = nn.Sequential(nn.Conv2d(a, b, 3, 2, 1), nn.LeakyReLU(SLOPE, inplace=True), Block(b))
        self.down_quarter = nn.Conv2d(b, c, 3, 2, 1)
        self.deep = nn.Sequential(*(Block(c) for _ in range(blocks)))
        self.whole = nn.Linear(c, c)
        self.to_half, self.at_half = nn.Conv2d(c, b, 1), Block(b)
        self.to_fine = nn.Conv2d(b, a, 1)
        self.at_fine = Block(a)
        self.out = nn.Conv2d(a, 48, 1)
        nn.init.normal_(self.out.weight, 0, 0.005)
        assert self.out.bias is not None
        nn.init.zeros_(self.out.bias)

    def forward(self, *pictures: Tensor) -> Tensor:
        made = pictures[0] + self.change(*pictures)
        return made + (made.clamp(-1, 1) - made).detach()  # beyond the range the gradient leads back into it

    def change(self, *pictures: Tensor) -> Tensor:
        """What is added to the first picture."""
        packed = F.pixel_unshuffle(torch.cat(pictures, 1), 4)
        places = self.where + torch.zeros_like(packed[:, :1])  # for any number of pictures, in ONNX too
        fine = F.leaky_relu(self.fine(torch.cat([packed, places], 1)), SLOPE)
        half = self.down_half(fine)
        deep = F.leaky_relu(self.down_quarter(half), SLOPE)
        deep = self.deep(deep + self.whole(deep.mean(dim=(2, 3)))[:, :, None, None])
        half = self.at_half(half + _twice(self.to_half(deep)))
        fine = self.at_fine(fine + _twice(self.to_fine(half)))
        return F.pixel_shuffle(self.out(F.leaky_relu(fine, SLOPE)), 4)


class Bare(nn.Module):
    """What is exported: the change of sRGB in [0, 1] that leaves a bare face."""

    def __init__(self, network: MakeupNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, texture: Tensor) -> Tensor:
        made: Tensor = self.network(2 * texture - 1)
        return (made + 1) / 2 - texture


def _twice(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
