"""Features of a picture as a condition: which colours and textures it has, from the shipped perceptual network."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from looksmith.training.losses.style import moments
from looksmith.training.networks.perceptual import WIDTHS, shipped_perceptual

_TAPS = ("relu2_2", "relu3_3", "relu4_3")
WIDTH = 2 * sum(WIDTHS[1:])


class PictureFeatures(nn.Module):
    """N x 3 x H x W in [-1, 1] to N x ``WIDTH``: channel means and deviations at three layers, standardised.

    ``fit`` sets centre and unit from a set; values are clipped at three deviations and divided by the square root of
    their number, so that a vector is about as long as a one-hot one.
    """

    centre: Tensor
    unit: Tensor

    def __init__(self, side: int = 64) -> None:
        super().__init__()
        self.side = side
        self.network = shipped_perceptual().requires_grad_(False)
        self.register_buffer("centre", torch.zeros(WIDTH))
        self.register_buffer("unit", torch.ones(WIDTH))

    def raw(self, picture: Tensor) -> Tensor:
        """The same, not standardised."""
        size = (self.side, self.side)
        small = interpolate((picture + 1) / 2, size=size, mode="bilinear", align_corners=False)
        features = self.network(small)
        return torch.cat([moments(features[tap]).flatten(1) for tap in _TAPS], 1)

    @torch.no_grad()
    def fit(self, raw: Tensor) -> None:
        """Take centre and unit from the ``raw`` features of a set, M x ``WIDTH``."""
        self.centre.copy_(raw.mean(0))
        self.unit.copy_(raw.std(0, unbiased=False) + 1e-4)

    def forward(self, picture: Tensor) -> Tensor:
        standard: Tensor = ((self.raw(picture) - self.centre) / self.unit).clamp(-3, 3)
        out: Tensor = standard / WIDTH**0.5
        return out
