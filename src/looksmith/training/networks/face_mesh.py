"""The mesh network: an upright crop of a face to 478 points and how sure it is of a face.

Points come as a weighted sum of shapes about a mean shape (Cootes et al. 1995): the last layer begins as the principal
components of the labels, so that the first guess is a face already.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

POINTS = 478


class Residual(nn.Module):
    """Depthwise 3x3, then a wide pointwise pair, added to what came in."""

    def __init__(self, channels: int, wide: int = 2) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1, groups=channels, bias=False),
            nn.BatchNorm2d(channels),
            nn.Conv2d(channels, channels * wide, 1, bias=False),
            nn.BatchNorm2d(channels * wide),
            nn.ReLU(inplace=True),
            nn.Conv2d(channels * wide, channels, 1, bias=False),
            nn.BatchNorm2d(channels),
        )

    def forward(self, x: Tensor) -> Tensor:
        made: Tensor = x + self.body(x)
        return made


def shrink(before: int, after: int) -> nn.Sequential:
    """3x3 of stride 2."""
    return nn.Sequential(
        nn.Conv2d(before, after, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU(inplace=True)
    )


class FaceMesh(nn.Module):
    """N x 3 x 128 x 128, RGB in [0, 1], to the mesh N x 478 x 3 in [0, 1] of the crop and a logit of presence (N,).

    Args:
        size: side of the crop, a multiple of 16.
        width: channels after the stem; doubled twice.
        depths: blocks at an eighth and at a sixteenth of the size.
        shapes: number of shapes that are weighed.
    """

    def __init__(
        self, size: int = 128, width: int = 32, depths: tuple[int, int] = (4, 4), shapes: int = 120, thin: int = 24
    ) -> None:
        super().__init__()
        self.size = size
        self.features = nn.Sequential(
            nn.PixelUnshuffle(2),
            shrink(12, width),
            shrink(width, 2 * width),
            *[Residual(2 * width) for _ in range(depths[0])],
            shrink(2 * width, 4 * width),
            *[Residual(4 * width) for _ in range(depths[1])],
        )
        cells = (size // 16) ** 2
        self.thin = nn.Sequential(
            nn.Conv2d(4 * width, thin, 1, bias=False), nn.BatchNorm2d(thin), nn.ReLU(inplace=True)
        )
        self.weigh = nn.Linear(thin * cells, shapes)
        self.shapes = nn.Linear(shapes, POINTS * 3)
        self.presence = nn.Sequential(nn.Linear(4 * width, 32), nn.ReLU(), nn.Linear(32, 1))
        nn.init.normal_(self.weigh.weight, std=0.3 / (thin * cells) ** 0.5)
        nn.init.zeros_(self.weigh.bias)

    @torch.no_grad()
    def begin_with(self, meshes: Tensor) -> None:
        """Take mean and principal components of meshes, n x 478 x 3 in [0, 1], for the last layer."""
        flat = meshes.reshape(len(meshes), -1)
        mean = flat.mean(dim=0)
        _, values, axes = torch.linalg.svd(flat - mean, full_matrices=False)
        count = min(self.shapes.in_features, len(values))
        self.shapes.weight.normal_(std=1e-4)
        self.shapes.weight[:, :count] = axes[:count].T * values[:count] / len(flat) ** 0.5
        self.shapes.bias.copy_(mean)

    def encode(self, crop: Tensor) -> tuple[Tensor, Tensor]:
        """Weights of the shapes, and the logit of presence; may run in bfloat16."""
        x = self.features((crop - 0.5) * 4)
        return self.weigh(self.thin(x).flatten(1)), self.presence(x.mean(dim=(2, 3)))[:, 0]

    def pooled(self, crop: Tensor) -> Tensor:
        """What presence is judged by, N x 4 width."""
        means: Tensor = self.features((crop - 0.5) * 4).mean(dim=(2, 3))
        return means

    def decode(self, weights: Tensor) -> Tensor:
        """The mesh of weights; in float32, since half a pixel counts."""
        mesh: Tensor = self.shapes(weights)
        return mesh.reshape(-1, POINTS, 3)

    def forward(self, crop: Tensor) -> tuple[Tensor, Tensor]:
        weights, presence = self.encode(crop)
        return self.decode(weights), presence
