"""Histogram loss: the values of each channel should be distributed as in the reference.

The optimal transport of one histogram onto another, in one dimension, joins equal quantiles.  With order 2 this is the
histogram-matching loss of BeautyGAN (Li et al. 2018), the squared distance of a picture to itself after histogram
matching; with order 1 it is the earth mover's distance.
"""

from __future__ import annotations

import torch
from torch import Tensor


def histogram_loss(x: Tensor, y: Tensor, where_x: Tensor | None = None, where_y: Tensor | None = None) -> Tensor:
    """The squared 2-Wasserstein distance of every channel's histogram, averaged over channels and batch, a scalar.

    Args:
        x: N x C x H x W, asking for gradients.
        y: N x C x h x w, the reference.
        where_x, where_y: masks N x 1 x H x W; values above 0.5 count, None is everywhere.  A picture whose mask is
            empty does not count.
    """
    terms = []
    for n in range(len(x)):
        one = _values(x[n], None if where_x is None else where_x[n])
        other = _values(y[n], None if where_y is None else where_y[n])
        if one.shape[1] and other.shape[1]:
            reference = _quantiles(other.sort(dim=1).values.detach(), one.shape[1])
            terms.append((one.sort(dim=1).values - reference).square().mean())
    return torch.stack(terms).mean() if terms else x.sum() * 0.0


def _values(picture: Tensor, where: Tensor | None) -> Tensor:
    """C x P values of a picture inside the mask."""
    return picture.flatten(1) if where is None else picture[:, where[0] > 0.5]


def _quantiles(ordered: Tensor, count: int) -> Tensor:
    """C x ``count`` values at the middle of every ``count``-th of sorted C x P values, the nearest below."""
    if ordered.shape[1] == count:
        return ordered
    place = (torch.arange(count, device=ordered.device) + 0.5) * ordered.shape[1] / count
    return ordered[:, place.long().clamp_max(ordered.shape[1] - 1)]
