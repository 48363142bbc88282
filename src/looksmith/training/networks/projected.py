"""A discriminator on the features of a frozen network (Projected GANs, Sauer et al. 2021)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from looksmith.training.networks.efficientnet import STRIDES, EfficientNetLite0
from looksmith.training.networks.layers import scaled


class ProjectedDiscriminator(nn.Module):
    """Pictures, N x 3 x H x W in [-1, 1], to scores, N x P: all places of four feature maps side by side.

    The maps are mixed by fixed random 1 x 1 convolutions, across channels and, coarse to fine, across scales, so that
    no few features decide; each is judged by two small spectrally normalised convolutions.

    Args:
        features: the frozen network; None reads EfficientNet-Lite0 from its package.
        width: channels after the mixing.
        size: pictures are brought to this side first, a multiple of 32; features of smaller ones say little.
        seed: of the fixed mixing.
    """

    def __init__(self, features: nn.Module | None = None, width: int = 64, size: int = 128, seed: int = 0) -> None:
        super().__init__()
        self.size = size
        # Frozen and read from a package: it is no part of the checkpoint.
        self._features = (features if features is not None else EfficientNetLite0(),)
        generator = torch.Generator().manual_seed(seed)
        self.across = nn.ModuleDict()
        self.between = nn.ModuleDict()
        self.heads = nn.ModuleDict()
        for stride, inward in STRIDES.items():
            self.across[str(stride)] = _fixed(inward, width, generator)
            self.between[str(stride)] = _fixed(width, width, generator)
            head = nn.Sequential(
                scaled(nn.Conv2d(width, width, 3, padding=1), True),
                nn.LeakyReLU(0.2),
                scaled(nn.Conv2d(width, 1, 1), True),
            )
            self.heads[str(stride)] = head

    def forward(self, picture: Tensor) -> Tensor:
        network = self._features[0]
        if next(network.parameters()).device != picture.device:
            network.to(picture.device)
        brought = interpolate(picture, size=(self.size, self.size), mode="bilinear", align_corners=False)
        maps = network(brought)
        scores: list[Tensor] = []
        coarser: Tensor | None = None
        for stride in sorted(STRIDES, reverse=True):
            x = self.across[str(stride)](maps[stride])
            if coarser is not None:
                x = 0.7071 * (x + interpolate(coarser, scale_factor=2.0, mode="nearest"))
            coarser = self.between[str(stride)](x)
            scores.append(self.heads[str(stride)](coarser).flatten(1))
        return torch.cat(scores, 1)


def _fixed(inward: int, outward: int, generator: torch.Generator) -> nn.Module:
    conv = nn.Conv2d(inward, outward, 1, bias=False)
    with torch.no_grad():
        conv.weight.copy_(torch.randn(conv.weight.shape, generator=generator) * (1 / inward) ** 0.5)
    return conv.requires_grad_(False)
