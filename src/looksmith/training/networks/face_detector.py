"""The detector: a picture of any size to a map of faces, one cell for every 8 x 8 pixels, without anchors.

Each cell says whether a face's middle is near (Zhou et al. 2019, "Objects as Points"), and how the face's box and its
five points lie about the cell, in units of the face's size, so that one map serves small faces and large ones.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from looksmith.training.networks.face_mesh import Residual, shrink

STRIDE = 8
CHANNELS = 15
"""Score; middle of the box (x, y); logarithm of its width and height over 32 pixels; five points (x, y)."""


class FaceDetector(nn.Module):
    """N x 3 x H x W, RGB in [0, 1], H and W multiples of 32, to N x 15 x H/8 x W/8; the score is a logit.

    Args:
        widths: channels at a quarter, an eighth, a sixteenth and a thirty-second of the size.
        depths: blocks at an eighth, a sixteenth and a thirty-second.
        joined: channels where the three are joined (Lin et al. 2017, "Feature Pyramid Networks").
    """

    def __init__(
        self,
        widths: tuple[int, int, int, int] = (16, 32, 64, 96),
        depths: tuple[int, int, int] = (2, 3, 3),
        joined: int = 48,
    ) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.PixelUnshuffle(2), shrink(12, widths[0]))
        self.stages = nn.ModuleList(
            nn.Sequential(shrink(before, after), *[Residual(after) for _ in range(depth)])
            for before, after, depth in zip(widths[:-1], widths[1:], depths, strict=True)
        )
        self.joins = nn.ModuleList(
            nn.Sequential(nn.Conv2d(width, joined, 1, bias=False), nn.BatchNorm2d(joined)) for width in widths[1:]
        )
        self.mixes = nn.ModuleList([Residual(joined), Residual(joined)])
        self.head = nn.Sequential(
            nn.Conv2d(joined, joined, 3, padding=1, groups=joined, bias=False),
            nn.BatchNorm2d(joined),
            nn.ReLU(inplace=True),
        )
        self.tell = nn.Conv2d(joined, CHANNELS, 1)
        nn.init.normal_(self.tell.weight, std=0.01)
        with torch.no_grad():
            self.tell.bias = nn.Parameter(torch.tensor([-4.0] + [0.0] * (CHANNELS - 1)))

    def forward(self, picture: Tensor) -> Tensor:
        x = self.stem((picture - 0.5) * 4)
        levels = []
        for stage, join in zip(self.stages, self.joins, strict=True):
            x = stage(x)
            levels.append(join(x))
        top = levels.pop()
        for level, mix in zip(reversed(levels), self.mixes, strict=True):
            top = mix(level + interpolate(top, scale_factor=2.0, mode="nearest"))
        made: Tensor = self.tell(self.head(top))
        return made
