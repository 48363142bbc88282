"""Kernels of upsampling convolutions made even, so that a flat area stays flat.

A transposed convolution paints each phase of its stride with other weights of the kernel; where their sums differ, a
flat input becomes a grid (Odena, Dumoulin & Olah 2016; Sugawara, Shiota & Kiya 2018, "Super-resolution using
convolutional neural networks without any checkerboard artifacts").  Here the sums are brought to their mean by the
least change.  The same holds for the groups of a convolution before a pixel shuffle (Aitken et al. 2017).
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import nn


@torch.no_grad()
def even_out(module: nn.Module) -> int:
    """Even out every transposed convolution and every convolution before a pixel shuffle; return how many there are."""
    count = 0
    for layer in module.modules():
        if isinstance(layer, nn.ConvTranspose2d):
            count += _even_phases(layer)
        elif isinstance(layer, nn.Sequential):
            inner = list(layer)
            for before, after in pairwise(inner):
                if isinstance(before, nn.Conv2d) and isinstance(after, nn.PixelShuffle):
                    _even_groups(before, after.upscale_factor)
                    count += 1
    return count


def _even_phases(layer: nn.ConvTranspose2d) -> int:
    down, across = layer.stride[0], layer.stride[1]
    if (down, across) == (1, 1) or layer.kernel_size[0] < down or layer.kernel_size[1] < across:
        return 0
    phases = [layer.weight[:, :, i::down, j::across] for i in range(down) for j in range(across)]
    sums = [phase.sum(dim=(2, 3), keepdim=True) for phase in phases]
    mean = sum(sums) / len(sums)
    for phase, total in zip(phases, sums, strict=True):
        phase += (mean - total) / (phase.shape[2] * phase.shape[3])
    return 1


def _even_groups(layer: nn.Conv2d, factor: int) -> None:
    groups = layer.weight.view(-1, factor * factor, *layer.weight.shape[1:])
    sums = groups.sum(dim=(3, 4), keepdim=True)
    groups += (sums.mean(dim=1, keepdim=True) - sums) / (groups.shape[3] * groups.shape[4])
    if layer.bias is not None:
        biases = layer.bias.view(-1, factor * factor)
        biases += biases.mean(dim=1, keepdim=True) - biases
