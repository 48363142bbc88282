"""The generator of CycleGAN (Zhu et al. 2017, after Johnson et al. 2016): down twice, residual blocks, up twice."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from looksmith.training.networks.layers import Residual, ResizeConvolution, Separable, around, initialise


class ResNetGenerator(nn.Module):
    """Pictures to pictures, N x C x H x W in [-1, 1], H and W multiples of 4, at least 16.

    With the defaults it has the size of CycleGAN's ResNet-9, 11.378 M parameters; enlargement is by resizing and a
    convolution, which has as many weights as the transposed one and leaves no checkerboard.

    Args:
        width: channels at full size; twice and four times as many at half and a quarter.
        blocks: residual blocks at a quarter of the size.
        light: depthwise-separable convolutions but for the first and the last.
        skip: the output is the input, changed (for the same number of channels in and out), instead of painted anew.
        inward, outward: channels.
    """

    multiple = 4

    def __init__(
        self,
        width: int = 64,
        blocks: int = 9,
        light: bool = False,
        skip: bool = False,
        inward: int = 3,
        outward: int = 3,
    ) -> None:
        super().__init__()
        if skip and inward != outward:
            raise ValueError(f"skip: expected as many channels in as out, got {inward} and {outward}")
        self.skip = skip
        layers: list[nn.Module] = [
            nn.Conv2d(inward, width, 7, padding=3, padding_mode="reflect"),
            *_after(width, light),
        ]
        for k in (1, 2):
            down = (
                Separable(width * k, 2 * width * k, 2)
                if light
                else nn.Conv2d(width * k, 2 * width * k, 3, 2, 1, padding_mode="reflect")
            )
            layers += [down, *_after(2 * width * k, light)]
        layers += [Residual(4 * width, light, affine=light) for _ in range(blocks)]
        for k in (2, 1):
            layers += [ResizeConvolution(2 * width * k, width * k, light), *_after(width * k, light)]
        self.body = nn.Sequential(*layers)
        self.last = nn.Conv2d(width, outward, 7, padding=3, padding_mode="reflect")
        initialise(self, "he" if light else 0.02)
        nn.init.normal_(self.last.weight, 0.0, 0.002 if skip else 0.02)

    def forward(self, picture: Tensor) -> Tensor:
        change = self.last(self.body(picture))
        return around(picture, change) if self.skip else torch.tanh(change)


def _after(channels: int, affine: bool) -> list[nn.Module]:
    return [nn.InstanceNorm2d(channels, affine=affine), nn.ReLU(inplace=True)]
