"""The closing of a painting as training sees it: the same arithmetic as ``looksmith.facets.detail``, with gradients."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from looksmith.facets.detail import LEVELS, MOST

_LUMA = torch.tensor([0.299, 0.587, 0.114])[None, :, None, None]
_TAPS = torch.tensor([1.0, 4.0, 6.0, 4.0, 1.0]) / 16
_LEAST = 1e-3


def bands(rgb: Tensor) -> list[Tensor]:
    """Bands of luma, finest first, N x 1 x H x W each, of RGB, N x 3 x H x W in [0, 1]."""
    found, level = [], (rgb * _LUMA).sum(1, keepdim=True)
    for step in (2**k for k in range(LEVELS)):
        framed = nn.functional.pad(level, (2 * step,) * 4, mode="reflect")
        across = nn.functional.conv2d(framed, _TAPS[None, None, None], dilation=step)
        smooth = nn.functional.conv2d(across, _TAPS[None, None, :, None], dilation=step)
        found.append(level - smooth)
        level = smooth
    return found


def deviations(rgb: Tensor) -> Tensor:
    """Of the bands of every picture, N x ``LEVELS``; see :func:`looksmith.facets.detail.detail_of`."""
    return torch.stack([band.flatten(1).std(1, correction=0) for band in bands(rgb)], 1)


def with_detail(rgb: Tensor, wanted: Tensor) -> Tensor:
    """Paintings as :func:`looksmith.facets.detail.give_detail` leaves them; clipping passes gradients.

    Args:
        rgb: RGB, N x 3 x H x W in [0, 1].
        wanted: deviations, N x ``LEVELS``.
    """
    out = rgb
    for k, band in enumerate(bands(rgb)):
        have = band.flatten(1).std(1, correction=0).clamp_min(_LEAST)
        gain = (wanted[:, k] / have).clamp(1.0, MOST)
        out = out + (gain - 1)[:, None, None, None] * band
    return out + (out.clamp(0, 1) - out).detach()
