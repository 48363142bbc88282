"""Difference of colours as people see it, near CIEDE2000 and smooth where that is not."""

from __future__ import annotations

import torch
from torch import Tensor

FAINT = 0.05
"""Added to the square, so that the gradient ends at 0."""


def colour_difference(found: Tensor, true: Tensor) -> Tensor:
    """How far colours are from true ones: ... x 3 CIELAB to ....

    The weights of lightness and chroma of CIEDE2000 (Sharma, Wu and Dalal 2005), one for hue, without its turn of blues
    and its stretch of greys: within a quarter of it for colours of skin and makeup; no less than the square root of
    :data:`FAINT`.
    """
    apart = found - true
    chroma = [torch.sqrt(torch.square(one[..., 1:]).sum(dim=-1) + 1e-3) for one in (found, true)]
    of_chroma = chroma[0] - chroma[1]
    of_hue = (torch.square(apart[..., 1:]).sum(dim=-1) - torch.square(of_chroma)).clamp_min(0)
    from_middle = torch.square((true[..., 0] + found[..., 0].detach()) / 2 - 50)
    mean = (chroma[1] + chroma[0].detach()) / 2
    light, colourful, hue = (
        1 + 0.015 * from_middle / torch.sqrt(20 + from_middle), 1 + 0.045 * mean, 1 + 0.0125 * mean,
    )  # fmt: skip
    return torch.sqrt(
        torch.square(apart[..., 0] / light) + torch.square(of_chroma / colourful) + of_hue / torch.square(hue) + FAINT
    )
