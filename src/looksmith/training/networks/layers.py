"""Layers that several generators and discriminators are made of."""

from __future__ import annotations

from typing import Any, Literal, TypeVar

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

Norm = Literal["instance", "batch", "none"]


def normalisation(kind: Norm, channels: int, affine: bool = True) -> nn.Module:
    """A normalisation layer; batch statistics are always affine."""
    if kind == "instance":
        return nn.InstanceNorm2d(channels, affine=affine)
    return nn.BatchNorm2d(channels) if kind == "batch" else nn.Identity()


def scaled(parameterised: nn.Module, spectral: bool) -> nn.Module:
    """The layer, with its weight divided by its largest singular value (Miyato et al. 2018) when asked for."""
    return spectral_norm(parameterised) if spectral else parameterised


class Separable(nn.Sequential):
    """A depthwise 3 x 3 convolution and a pointwise one (Chollet 2017): an eighth of a full one's weights and work."""

    def __init__(self, inward: int, outward: int, stride: int = 1, bias: bool = True) -> None:
        super().__init__(
            nn.Conv2d(inward, inward, 3, stride, 1, groups=inward, bias=False, padding_mode="reflect"),
            nn.Conv2d(inward, outward, 1, bias=bias),
        )


class ResizeConvolution(nn.Sequential):
    """Enlargement by two, then a convolution of stride 1 (Odena, Dumoulin & Olah 2016).

    Every output pixel is reached by the same number of weights, so that no checkerboard can arise, as it does behind
    transposed convolutions.

    Args:
        inward, outward: channels.
        light: the convolution is depthwise-separable.
        smooth: bilinear enlargement instead of nearest, whose blocks have edges that run across and down only.
    """

    def __init__(self, inward: int, outward: int, light: bool = False, smooth: bool = False) -> None:
        convolution = (
            Separable(inward, outward) if light else nn.Conv2d(inward, outward, 3, padding=1, padding_mode="reflect")
        )
        enlarge = (
            nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False)
            if smooth
            else nn.Upsample(scale_factor=2, mode="nearest")
        )
        super().__init__(enlarge, convolution)


class Residual(nn.Module):
    """x + f(x), f two convolutions of 3 x 3 with instance normalisation (He et al. 2016; as in CycleGAN)."""

    def __init__(self, channels: int, light: bool = False, affine: bool = False) -> None:
        super().__init__()
        self.body = nn.Sequential(
            _convolution(channels, light),
            nn.InstanceNorm2d(channels, affine=affine),
            nn.ReLU(inplace=True),
            _convolution(channels, light),
            nn.InstanceNorm2d(channels, affine=affine),
        )

    def forward(self, x: Tensor) -> Tensor:
        change: Tensor = self.body(x)
        return x + change


def _convolution(channels: int, light: bool) -> nn.Module:
    return (
        Separable(channels, channels) if light else nn.Conv2d(channels, channels, 3, padding=1, padding_mode="reflect")
    )


def around(picture: Tensor, change: Tensor) -> Tensor:
    """The picture, changed: tanh(artanh(0.98 x) + change), N x 3 x H x W in [-1, 1]; no change leaves 0.98 x.

    A generator that ends so begins near the identity, and keeps colours unless there is a reason to change them.
    """
    held = 0.98 * picture
    return torch.tanh(0.5 * torch.log((1 + held) / (1 - held)) + change)


def initialise(network: nn.Module, deviation: float | Literal["he"] = 0.02) -> None:
    """Weights of convolutions and linear layers from N(0, deviation²), biases 0 (Radford et al. 2016).

    "he" (He et al. 2015) is for light networks: depthwise kernels of deviation 0.02 would drown in the epsilon of the
    normalisation behind them.
    """
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            held: Any = module
            weight = held.parametrizations.weight.original if hasattr(module, "parametrizations") else held.weight
            if deviation == "he":
                nn.init.kaiming_normal_(weight, nonlinearity="relu")
            else:
                nn.init.normal_(weight, 0.0, deviation)
            if module.bias is not None:
                nn.init.zeros_(module.bias)


N = TypeVar("N", bound=nn.Module)


def channels_last(network: N) -> N:
    """The same network, its weights laid out with channels last: discriminators run up to a third quicker so."""
    placed: Any = network
    placed.to(memory_format=torch.channels_last)
    return network


def parameter_count(network: nn.Module) -> int:
    """How many numbers are trained."""
    return sum(p.numel() for p in network.parameters())
