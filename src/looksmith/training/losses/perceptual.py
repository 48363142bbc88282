"""Perceptual loss (Johnson, Alahi & Fei-Fei 2016) on the features of a frozen network."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor


def perceptual_loss(x: Mapping[str, Tensor], y: Mapping[str, Tensor]) -> Tensor:
    """Σ_i 1/N_i ‖φ_i(x) − φ_i(y)‖₂², a scalar, N_i the number of values of layer i; the mean over the batch.

    Args:
        x: features of the made pictures by layer, N x C x H x W.
        y: features of what they should look like; its layers are those that count.
    """
    return torch.stack([(x[k].float() - y[k].float()).square().mean() for k in y]).sum()


def relative_perceptual(x: Mapping[str, Tensor], y: Mapping[str, Tensor]) -> Tensor:
    """The same with every layer's features in units of the target's own root mean square, averaged over layers.

    Layers then weigh alike whatever the scale of their features, and the value (about 0 to 2) means the same for
    every backbone.
    """
    terms = []
    for k, wanted in y.items():
        target = wanted.detach().float()
        power = target.square().mean(dim=(1, 2, 3), keepdim=True) + 1e-6
        terms.append(((x[k].float() - target).square() / power).mean())
    return torch.stack(terms).mean()
