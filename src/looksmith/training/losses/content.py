"""Content losses on feature maps."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor


def instance_normalised(features: Tensor) -> Tensor:
    """Each channel of N x C x H x W features with zero mean and unit deviation, float32."""
    x = features.float()
    variance, mean = torch.var_mean(x, dim=(2, 3), keepdim=True, unbiased=False)
    return (x - mean) * (variance + 1e-5).rsqrt()


def content_loss(x: Mapping[str, Tensor], y: Mapping[str, Tensor]) -> Tensor:
    """Gatys 2015: mean squared difference of the features, averaged over layers."""
    return torch.stack([(x[k].float() - y[k].float()).square().mean() for k in y]).mean()


def cosine_content(x: Mapping[str, Tensor], normalised: Mapping[str, Tensor], weight: Tensor | None = None) -> Tensor:
    """1 − cosine between instance-normalised feature maps, averaged over layers and pictures.

    ``normalised`` holds the target's maps after :func:`instance_normalised`.  ``weight``
    (N x 1 x h x w, non-negative) counts some places more than others.
    """
    terms = []
    for k, wanted in normalised.items():
        got = instance_normalised(x[k])
        wanted = wanted.float()
        if weight is None:
            w = torch.ones_like(got[:, :1])
        else:
            w = torch.nn.functional.interpolate(weight, got.shape[2:], mode="area")
        dot = (w * got * wanted).flatten(1).sum(1)
        norms = (w * got * got).flatten(1).sum(1) * (w * wanted * wanted).flatten(1).sum(1)
        terms.append((1.0 - dot / (norms + 1e-12).sqrt()).mean())
    return torch.stack(terms).mean()
