"""The U-Net of pix2pix (Isola et al. 2017; Ronneberger et al. 2015), and a light one."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

from looksmith.training.networks.layers import Residual, ResizeConvolution, Separable, around, initialise


class UNetGenerator(nn.Module):
    """Pictures to pictures, N x C x H x W in [-1, 1]; H and W multiples of 2 ** downs.

    With the defaults it is the U-Net-256 of pix2pix, 54.414 M parameters: eight halvings, 256 x 256 down to 1 x 1.

    Args:
        width: channels of the first halving, doubled each time, at most eight times as many.
        downs: how often the size is halved.
        dropout: share dropped in the innermost enlargements (the noise of pix2pix); at most three of them.
        inward, outward: channels.
    """

    def __init__(
        self, width: int = 64, downs: int = 8, dropout: float = 0.0, inward: int = 3, outward: int = 3
    ) -> None:
        super().__init__()
        if downs < 2:
            raise ValueError(f"downs: expected at least 2, got {downs}")
        self.multiple = 2**downs
        widths = [width * min(2**k, 8) for k in range(downs)]
        self.down = nn.ModuleList()
        self.up = nn.ModuleList()
        for k, wide in enumerate(widths):
            layers: list[nn.Module] = [] if k == 0 else [nn.LeakyReLU(0.2)]
            layers.append(nn.Conv2d(inward if k == 0 else widths[k - 1], wide, 4, 2, 1, bias=False))
            if 0 < k < downs - 1:
                layers.append(nn.BatchNorm2d(wide))
            self.down.append(nn.Sequential(*layers))
        # As in the original: its outermost convolution has no bias, its last transposed one has.
        for k in reversed(range(downs)):
            from_below = widths[k] if k == downs - 1 else 2 * widths[k]
            if k == 0:
                self.up.append(nn.Sequential(nn.ReLU(), nn.ConvTranspose2d(from_below, outward, 4, 2, 1)))
                continue
            layers = [
                nn.ReLU(),
                nn.ConvTranspose2d(from_below, widths[k - 1], 4, 2, 1, bias=False),
                nn.BatchNorm2d(widths[k - 1]),
            ]
            if dropout and downs - 4 <= k < downs - 1:
                layers.append(nn.Dropout(dropout))
            self.up.append(nn.Sequential(*layers))
        initialise(self)

    def forward(self, picture: Tensor) -> Tensor:
        kept = []
        x = picture
        for down in self.down:
            x = down(x)
            kept.append(x)
        for k, up in enumerate(self.up):
            x = up(x if k == 0 else torch.cat([kept[-1 - k], x], 1))
        return torch.tanh(x)


class LightUNet(nn.Module):
    """A U-Net for processors, N x C x H x W in [-1, 1], H and W multiples of 2 ** downs.

    Depthwise-separable convolutions, instance normalisation, resize-convolutions, residual blocks at the bottom.

    Args:
        width: channels at full size, doubled each time, at most eight times as many.
        downs: how often the size is halved.
        blocks: residual blocks at the bottom.
        skip: the output is the input, changed.
        inward, outward: channels.
    """

    def __init__(
        self, width: int = 24, downs: int = 4, blocks: int = 2, skip: bool = False, inward: int = 3, outward: int = 3
    ) -> None:
        super().__init__()
        if skip and inward != outward:
            raise ValueError(f"skip: expected as many channels in as out, got {inward} and {outward}")
        self.multiple = 2**downs
        self.skip = skip
        widths = [width * min(2**k, 8) for k in range(downs + 1)]
        self.first = nn.Sequential(nn.Conv2d(inward, width, 5, padding=2, padding_mode="reflect"), *_after(width))
        self.down = nn.ModuleList(nn.Sequential(Separable(a, b, 2), *_after(b)) for a, b in pairwise(widths))
        self.bottom = nn.Sequential(*[Residual(widths[-1], light=True, affine=True) for _ in range(blocks)])
        self.up = nn.ModuleList()
        self.join = nn.ModuleList()
        for k in reversed(range(downs)):
            self.up.append(nn.Sequential(ResizeConvolution(widths[k + 1], widths[k], light=True), *_after(widths[k])))
            self.join.append(nn.Sequential(Separable(2 * widths[k], widths[k]), *_after(widths[k])))
        self.last = nn.Conv2d(width, outward, 5, padding=2, padding_mode="reflect")
        initialise(self, "he")
        nn.init.normal_(self.last.weight, 0.0, 0.002 if skip else 0.02)

    def forward(self, picture: Tensor) -> Tensor:
        x = self.first(picture)
        kept = [x]
        for down in self.down:
            x = down(x)
            kept.append(x)
        x = self.bottom(x)
        for k, (up, join) in enumerate(zip(self.up, self.join, strict=True)):
            x = join(torch.cat([kept[-2 - k], up(x)], 1))
        change = self.last(x)
        return around(picture, change) if self.skip else torch.tanh(change)


def _after(channels: int) -> list[nn.Module]:
    return [nn.InstanceNorm2d(channels, affine=True), nn.ReLU(inplace=True)]
