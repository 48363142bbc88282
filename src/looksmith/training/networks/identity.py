"""The network that tells people apart: an aligned face becomes 128 numbers."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SIDE = 112
WIDTH = 128
SLOPE = 0.2


class Block(nn.Module):
    """a(x + f(x)): two 3 x 3 convolutions with batch normalisation, leaky rectifiers between and behind (He et al.
    2016)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels),
            nn.LeakyReLU(SLOPE),
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels),
        )
        self.after = nn.LeakyReLU(SLOPE)

    def forward(self, x: Tensor) -> Tensor:
        changed: Tensor = self.after(x + self.body(x))
        return changed


class IdentityNetwork(nn.Module):
    """Blocks of 4 x 4 pixels as channels, residual stages at 28, 14 and 7, and a depthwise 7 x 7 instead of a mean.

    Full convolutions on few, small maps run faster on processors than depthwise ones on large maps, in training above
    all.  The last maps are weighed place by place (Chen et al. 2018, MobileFaceNets): an eye is no cheek.

    Args:
        widths: channels of the three stages.
        depths: residual blocks of the three stages.
    """

    def __init__(self, widths: tuple[int, int, int] = (32, 80, 128), depths: tuple[int, int, int] = (0, 2, 2)) -> None:
        super().__init__()
        self.widths, self.depths = widths, depths
        layers: list[nn.Module] = [nn.PixelUnshuffle(4)]
        before = 48
        for stage, (width, depth) in enumerate(zip(widths, depths, strict=True)):
            step = 1 if stage == 0 else 2
            layers += [nn.Conv2d(before, width, 3, step, 1, bias=False), nn.BatchNorm2d(width), nn.LeakyReLU(SLOPE)]
            layers += [Block(width) for _ in range(depth)]
            before = width
        self.stages = nn.Sequential(*layers)
        side = SIDE // 16
        self.places = nn.Conv2d(before, before, side, groups=before, bias=False)
        self.settle = nn.BatchNorm2d(before)
        self.out = nn.Linear(before, WIDTH)
        self.register_buffer("centre", torch.zeros(WIDTH))
        self.centre: Tensor

    def features(self, faces: Tensor) -> Tensor:
        """N x 3 x 112 x 112 RGB in [0, 1] to N x 128, of free length."""
        x = self.settle(self.places(self.stages(2 * faces - 1)))
        out: Tensor = self.out(torch.flatten(x, 1))
        return out

    def forward(self, faces: Tensor) -> Tensor:
        """N x 128 of length 1: what differs from the mean of those whom training saw (``centre``, zero until then)."""
        return F.normalize(F.normalize(self.features(faces).float(), dim=1) - self.centre, dim=1)
