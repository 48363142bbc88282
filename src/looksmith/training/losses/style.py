"""Style losses on feature maps: Gram (Gatys 2015) and moments (Huang & Belongie 2017)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor


def gram(features: Tensor) -> Tensor:
    """Gram matrix F Fᵀ / (H W) of N x C x H x W features: N x C x C, float32."""
    flat = features.flatten(2)
    return (flat @ flat.transpose(1, 2)).float() / flat.shape[2]


def gram_loss(x: Mapping[str, Tensor], target: Mapping[str, Tensor]) -> Tensor:
    """Gatys 2015: sum over layers of the mean squared difference of Gram matrices (N C C given)."""
    return torch.stack([(gram(x[k]) - target[k]).square().mean() for k in target]).sum()


def relative_gram(x: Mapping[str, Tensor], target: Mapping[str, Tensor], gentle_above: float = math.inf) -> Tensor:
    """Mean over layers and pictures of ‖G(x) − G(a)‖_F / ‖G(a)‖_F; every layer weighs alike.

    Above ``gentle_above`` a layer's term grows at a twentieth of its slope: an almost blank style, whose Gram matrix is
    next to nothing, must not outweigh all others in training.
    """
    terms = []
    for k, wanted in target.items():
        difference = (gram(x[k]) - wanted).flatten(1).norm(dim=1)
        terms.append(_gentle(difference / (wanted.flatten(1).norm(dim=1) + 1e-6), gentle_above).mean())
    return torch.stack(terms).mean()


def _gentle(term: Tensor, above: float) -> Tensor:
    return term if above == math.inf else torch.where(term > above, above + (term - above) / 20, term)


def moments(features: Tensor) -> Tensor:
    """Channel means and standard deviations of N x C x H x W features: N x 2 x C, float32."""
    flat = features.flatten(2)
    mean = flat.sum(dim=2, dtype=torch.float32) / flat.shape[2]
    power = torch.linalg.vector_norm(flat, dim=2, dtype=torch.float32).square() / flat.shape[2]
    return torch.stack([mean, ((power - mean.square()).clamp_min(0) + 1e-6).sqrt()], dim=1)


def relative_moments(x: Mapping[str, Tensor], target: Mapping[str, Tensor], gentle_above: float = math.inf) -> Tensor:
    """Mean over layers of the relative distance of means and of deviations, averaged over the two.

    ``gentle_above``: as in :func:`relative_gram`.
    """
    terms = []
    for k, wanted in target.items():
        difference = (moments(x[k]) - wanted).norm(dim=2)
        terms.append(_gentle(difference / (wanted.norm(dim=2) + 1e-6), gentle_above).mean())
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


SHIFTS = ((0, 2), (2, 0), (0, 4), (4, 0), (3, 3), (3, -3))
"""Where :func:`autocorrelation` looks, in pixels of the feature map: rows, columns."""


def autocorrelation(features: Tensor, shifts: Sequence[tuple[int, int]] = SHIFTS) -> Tensor:
    """Each channel's correlation with itself, shifted: N x C x S in [-1, 1], float32.

    Gram matrices say which marks there are, not how they are spaced (Sendik & Cohen-Or, "Deep Correlations for
    Texture Synthesis", 2017): woven, brick-like patterns that no brush leaves show up here.
    """
    x = features - features.mean(dim=(2, 3), keepdim=True)
    height, width = x.shape[2:]
    power = x.square().mean(dim=(2, 3), dtype=torch.float32) + 1e-6
    found = []
    for down, right in shifts:
        one = x[:, :, : height - down, max(0, -right) : width - max(0, right)]
        other = x[:, :, down:, max(0, right) : width + min(0, right)]
        found.append((one * other).mean(dim=(2, 3), dtype=torch.float32) / power)
    return torch.stack(found, dim=2)


def spacing(x: Mapping[str, Tensor], target: Mapping[str, Tensor], every: int = 4) -> Tensor:
    """Mean absolute difference of :func:`autocorrelation` to the style's (N x C x S given); layers weigh alike.

    Looks at each ``every``-th channel: the channels of a feature map are in no order, and this is slow.
    """
    terms = [(autocorrelation(x[k][:, ::every]) - wanted[:, ::every]).abs().mean() for k, wanted in target.items()]
    return torch.stack(terms).mean()
