"""The closing of a painting as training sees it: the same arithmetic as ``looksmith.facets.detail``, with gradients.

What is measured of a painting, and so the matrices made of it, count as constants: gradients pass to the pixels alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from looksmith.facets.detail import BANDS, GROUND, LEAST, LEAST_FINE, MOST, SHARE, unpacked
from looksmith.facets.gaussian import monge

_TAPS = torch.tensor([1.0, 4.0, 6.0, 4.0, 1.0]) / 16
_LUMA = torch.tensor([0.299, 0.587, 0.114])[:, None, None]


def levels(planes: Tensor, count: int) -> list[Tensor]:
    """The picture and ``count`` ever smoother ones, N x C x H x W each."""
    found = [planes]
    for step in (2**k for k in range(count)):
        channels = planes.shape[1]
        framed = nn.functional.pad(found[-1], (2 * step,) * 4, mode="reflect")
        down, across = (_TAPS.view(shape).expand(channels, *shape[1:]) for shape in ((1, 1, 5, 1), (1, 1, 1, 5)))
        smooth = nn.functional.conv2d(framed, across, dilation=step, groups=channels)
        found.append(nn.functional.conv2d(smooth, down, dilation=step, groups=channels))
    return found


def with_detail(rgb: Tensor, wanted: Tensor, mean: Tensor) -> Tensor:
    """Paintings as :func:`looksmith.facets.detail.give_detail` leaves them; clipping passes gradients.

    Args:
        rgb: RGB, N x 3 x H x W in [0, 1], H and W even.
        wanted: of each picture's style, N x ``NUMBERS``.
        mean: N x 3, mean colours of the styles.
    """
    apart = [unpacked(each) for each in wanted.numpy()]
    fine = rgb + _finest(rgb, torch.tensor([deviation for deviation, _ in apart]))
    below = levels(_clipped(nn.functional.avg_pool2d(fine, 2)), BANDS)
    parts = [above - smooth for above, smooth in pairwise(below)] + [below[-1]]
    more = torch.zeros_like(below[0])
    for k, part in enumerate(parts):
        ground = k == BANDS
        limits, share = (GROUND, SHARE) if ground else ((1.0, MOST), 1.0)
        moved = part - part.mean((2, 3), keepdim=True) if ground else part
        matrices = share * (_monge(part, [covariances[k] for _, covariances in apart], limits) - torch.eye(3))
        more = more + torch.einsum("nij,njhw->nihw", matrices, moved)
    more = more + SHARE * (mean - below[-1].mean((2, 3)))[..., None, None]
    return _clipped(fine + nn.functional.interpolate(more, scale_factor=2, mode="bilinear", align_corners=False))


def _finest(rgb: Tensor, wanted: Tensor) -> Tensor:
    light, smooth = levels((rgb * _LUMA).sum(1, keepdim=True), 1)
    band = light - smooth
    have = band.detach().flatten(1).std(1, correction=0).clamp_min(LEAST_FINE)
    gain = (wanted / have).clamp(1.0, MOST)
    return (gain - 1)[:, None, None, None] * band


def _monge(band: Tensor, wanted: Sequence[NDArray[np.float64]], limits: tuple[float, float]) -> Tensor:
    pairs = zip(band.detach().flatten(2).numpy(), wanted, strict=True)
    made = [monge(np.cov(have, bias=True), target, least=LEAST, limits=limits) for have, target in pairs]
    return torch.from_numpy(np.stack(made)).to(band.dtype)


def _clipped(rgb: Tensor) -> Tensor:
    return rgb + (rgb.clamp(0, 1) - rgb).detach()
