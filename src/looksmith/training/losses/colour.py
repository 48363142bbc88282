"""Colour losses."""

from __future__ import annotations

import torch
from torch import Tensor

_RGB_TO_XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_WHITE = (0.95047, 1.0, 1.08883)


def rgb_to_lab(rgb: Tensor) -> Tensor:
    """sRGB in [0, 1], N x 3 x ..., to CIELAB (D65): L in 0..100, a and b about ±110."""
    linear = torch.where(rgb > 0.04045, ((rgb.clamp_min(0.04045) + 0.055) / 1.055) ** 2.4, rgb / 12.92)
    matrix = rgb.new_tensor(_RGB_TO_XYZ) / rgb.new_tensor(_WHITE)[:, None]
    xyz = torch.einsum("ij,nj...->ni...", matrix, linear)
    f = torch.where(xyz > 0.008856, xyz.clamp_min(0.008856) ** (1 / 3), 7.787 * xyz + 16 / 116)
    x, y, z = f.unbind(1)
    return torch.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], dim=1)


def sliced_wasserstein(x: Tensor, y: Tensor, directions: Tensor) -> Tensor:
    """Mean 1-Wasserstein distance over projections (Bonneel et al. 2015).

    x, y: N x C x P samples (the same P); directions: D x C unit rows.  Unit: that of x.
    """
    px = torch.einsum("dc,ncp->ndp", directions, x).sort(dim=2).values
    py = torch.einsum("dc,ncp->ndp", directions, y).sort(dim=2).values
    return (px - py).abs().mean()
