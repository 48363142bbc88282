"""The feed-forward generator of the recipe ``fast`` (Johnson et al. 2016), narrow, with instance normalisation."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from looksmith.training.networks.layers import Residual, ResizeConvolution, initialise


class FastGenerator(nn.Module):
    """One style in one network: N x 3 x H x W sRGB in [0, 1] to the same; H and W multiples of 4, at least 16.

    Johnson's network with instance normalisation (Ulyanov et al. 2016) and resize-convolutions; 0.27 M parameters with
    the defaults, 1.7 M with Johnson's widths.  Few channels and whole convolutions: as many weights in depthwise-
    separable blocks of 112 channels learned no more from a step, and a step took them half as long again.  Bilinear
    enlargement: behind nearest, flat places were woven of stripes that run across and down.

    Args:
        widths: channels at full, half and quarter size.
        blocks: residual blocks at a quarter of the size.
    """

    multiple = 4

    def __init__(self, widths: tuple[int, int, int] = (16, 48, 48), blocks: int = 5) -> None:
        super().__init__()
        a, b, c = widths
        self.body = nn.Sequential(
            nn.Conv2d(3, a, 9, padding=4, padding_mode="reflect"),
            *_after(a),
            nn.Conv2d(a, b, 3, 2, 1, padding_mode="reflect"),
            *_after(b),
            nn.Conv2d(b, c, 3, 2, 1, padding_mode="reflect"),
            *_after(c),
            *[Residual(c, affine=True) for _ in range(blocks)],
            ResizeConvolution(c, b, smooth=True),
            *_after(b),
            ResizeConvolution(b, a, smooth=True),
            *_after(a),
        )
        self.last = nn.Conv2d(a, 3, 9, padding=4, padding_mode="reflect")
        initialise(self, "he")
        nn.init.normal_(self.last.weight, 0.0, 0.01)

    def forward(self, picture: Tensor) -> Tensor:
        return torch.sigmoid(self.last(self.body(2 * picture - 1)))


def _after(channels: int) -> list[nn.Module]:
    return [nn.InstanceNorm2d(channels, affine=True), nn.ReLU(inplace=True)]
