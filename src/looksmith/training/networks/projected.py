"""A discriminator on the features of a frozen network (Projected GANs, Sauer et al. 2021)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, leaky_relu

from looksmith.training.networks.efficientnet import STRIDES, EfficientNetLite0
from looksmith.training.networks.layers import scaled


class ProjectedDiscriminator(nn.Module):
    """Pictures, N x 3 x H x W in [-1, 1], to scores, N x P: all places of four feature maps side by side.

    The maps are mixed by fixed random 1 x 1 convolutions, across channels and, coarse to fine, across scales, so that
    no few features decide; each is judged by two small spectrally normalised convolutions.  A condition is projected
    onto what the first of them found (Miyato & Koyama 2018), so that every place tells how well it fits.

    Args:
        features: the frozen network; None reads EfficientNet-Lite0 from its package.
        width: channels after the mixing.
        size: pictures are brought to this side first, a multiple of 32; features of smaller ones say little.
        seed: of the fixed mixing.
        condition: width of a condition vector, 0 for none.
        labels: how many labels it shall also tell apart (an auxiliary classifier, Odena et al. 2017), 0 for none.
    """

    def __init__(
        self,
        features: nn.Module | None = None,
        width: int = 64,
        size: int = 128,
        seed: int = 0,
        condition: int = 0,
        labels: int = 0,
    ) -> None:
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
            self.heads[str(stride)] = _Head(width, condition)
        self.tell = nn.Linear(len(STRIDES) * width, labels) if labels else None

    def forward(self, picture: Tensor, condition: Tensor | None = None) -> Tensor:
        return self.judge(self.maps(picture), condition)

    def maps(self, picture: Tensor) -> list[Tensor]:
        """The mixed maps, coarse to fine; nothing in them learns, so that several conditions may share them."""
        network = self._features[0]
        if next(network.parameters()).device != picture.device:
            network.to(picture.device)
        brought = interpolate(picture, size=(self.size, self.size), mode="bilinear", align_corners=False)
        found = network(brought)
        mixed: list[Tensor] = []
        for stride in sorted(STRIDES, reverse=True):
            x = self.across[str(stride)](found[stride])
            if mixed:
                x = 0.7071 * (x + interpolate(mixed[-1], scale_factor=2.0, mode="nearest"))
            mixed.append(self.between[str(stride)](x))
        # In units of each map's own size: as the network gives them, they are large enough to tell anything apart.
        return [x * (x.square().mean((1, 2, 3), keepdim=True) + 1e-4).rsqrt() for x in mixed]

    def judge(self, maps: list[Tensor], condition: Tensor | None = None) -> Tensor:
        """Scores, N x P, of mixed maps."""
        strides = sorted(STRIDES, reverse=True)
        scores = [self.heads[str(stride)](x, condition) for stride, x in zip(strides, maps, strict=True)]
        return torch.cat(scores, 1)

    def told(self, maps: list[Tensor]) -> Tensor:
        """Logits, N x ``labels``, of the means of mixed maps."""
        if self.tell is None:
            raise ValueError("projected discriminator: expected labels, got none")
        logits: Tensor = self.tell(torch.cat([x.mean((2, 3)) for x in maps], 1))
        return logits


class _Head(nn.Module):
    def __init__(self, width: int, condition: int) -> None:
        super().__init__()
        self.look = scaled(nn.Conv2d(width, width, 3, padding=1), True)
        self.score = scaled(nn.Conv2d(width, 1, 1), True)
        self.embed = scaled(nn.Linear(condition, width, bias=False), True) if condition else None

    def forward(self, x: Tensor, condition: Tensor | None) -> Tensor:
        x = leaky_relu(self.look(x), 0.2)
        scores: Tensor = self.score(x)
        if self.embed is not None:
            if condition is None:
                raise ValueError("projected discriminator: expected a condition, got none")
            scores = scores + (self.embed(condition)[:, :, None, None] * x).sum(1, keepdim=True)
        return scores.flatten(1)


def _fixed(inward: int, outward: int, generator: torch.Generator) -> nn.Module:
    conv = nn.Conv2d(inward, outward, 1, bias=False)
    with torch.no_grad():
        conv.weight.copy_(torch.randn(conv.weight.shape, generator=generator) * (1 / inward) ** 0.5)
    return conv.requires_grad_(False)
