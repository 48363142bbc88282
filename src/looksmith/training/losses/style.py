"""Style losses on feature maps: Gram (Gatys 2015) and moments (Huang & Belongie 2017)."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor


def gram(features: Tensor) -> Tensor:
    """Gram matrix F Fᵀ / (H W) of N x C x H x W features: N x C x C, float32."""
    flat = features.flatten(2)
    return (flat @ flat.transpose(1, 2)).float() / flat.shape[2]


def gram_loss(x: Mapping[str, Tensor], target: Mapping[str, Tensor]) -> Tensor:
    """Gatys 2015: sum over layers of the mean squared difference of Gram matrices (N C C given)."""
    return torch.stack([(gram(x[k]) - target[k]).square().mean() for k in target]).sum()


def relative_gram(x: Mapping[str, Tensor], target: Mapping[str, Tensor]) -> Tensor:
    """Mean over layers and pictures of ‖G(x) − G(a)‖_F / ‖G(a)‖_F; every layer weighs alike."""
    terms = []
    for k, wanted in target.items():
        difference = (gram(x[k]) - wanted).flatten(1).norm(dim=1)
        terms.append((difference / (wanted.flatten(1).norm(dim=1) + 1e-6)).mean())
    return torch.stack(terms).mean()


def moments(features: Tensor) -> Tensor:
    """Channel means and standard deviations of N x C x H x W features: N x 2 x C, float32."""
    flat = features.flatten(2)
    mean = flat.sum(dim=2, dtype=torch.float32) / flat.shape[2]
    power = torch.linalg.vector_norm(flat, dim=2, dtype=torch.float32).square() / flat.shape[2]
    return torch.stack([mean, ((power - mean.square()).clamp_min(0) + 1e-6).sqrt()], dim=1)


def relative_moments(x: Mapping[str, Tensor], target: Mapping[str, Tensor]) -> Tensor:
    """Mean over layers of the relative distance of means and of deviations, averaged over the two."""
    terms = []
    for k, wanted in target.items():
        difference = (moments(x[k]) - wanted).norm(dim=2)
        terms.append((difference / (wanted.norm(dim=2) + 1e-6)).mean())
    return torch.stack(terms).mean()


def local_deviations(features: Tensor, cell: int) -> Tensor:
    """Channel deviations inside windows of ``cell`` x ``cell``: N x C x h x w, float32."""
    x = features.float()
    mean = torch.nn.functional.avg_pool2d(x, cell)
    power = torch.nn.functional.avg_pool2d(x.square(), cell)
    return ((power - mean.square()).clamp_min(0) + 1e-6).sqrt()


def missing_activity(
    x: Mapping[str, Tensor], target: Mapping[str, Tensor], cells: Mapping[str, int], share: float = 0.7
) -> Tensor:
    """How far windows of the picture fall short of ``share`` of the style's usual activity, relative to it.

    Gram matrices do not ask *where* the marks are; this does: a flat wall must be painted too.  ``target`` holds
    each layer's mean local deviation over the style (N x C), ``cells`` the window of each layer in feature pixels.
    """
    terms = []
    for k, usual in target.items():
        short = (share * usual[:, :, None, None] - local_deviations(x[k], cells[k])).clamp_min(0)
        terms.append((short.square().sum(1) + 1e-8).sqrt().mean((1, 2)) / (usual.norm(dim=1) + 1e-6))
    return torch.stack(terms).mean()
