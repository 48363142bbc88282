"""``texture``: a style encoder, and a painter whose weights the style vector writes.

A *mapping* turns the style vector into every weight of a small painter: each convolution is a mixture of a few bases
(Shen et al., "Neural Style Transfer via Meta Networks", CVPR 2018; Yang et al., "CondConv", NeurIPS 2019) and of many
terms of rank one, with a gain and a bias a channel.  At use the mixture is taken once a look, so that the photo meets
plain convolutions only: nothing in the painter depends on the rest of the picture, tiles join bit for bit, clips do not
flicker, and a look costs no more than a network trained for that one style.

The painter is a U-Net over 2x2 pixel blocks.  Instead of normalising by the statistics of a photo (Huang & Belongie,
"AdaIN", 2017) it knows what to expect of one: its input is the photo after the closed-form colour match to the
style (Pitié & Kokaram 2007), so its colours are distributed as the style's, and neighbouring pixels go together.
White noise gives flat areas their strokes (Ulyanov et al., "Texture Networks", ICML 2016).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

STYLE_SIZE = 64
GRID = 8
"""Height and width handed to the painter are multiples of this many pixels."""

FRAME = 16
"""Pixels of mirrored border around the picture that the painter needs and that are cut away again."""

NOISE_CHANNELS = 4

BASES = 6
"""Bases that each convolution's weights are mixed from, besides the one that all styles share."""

Noise = tuple[Tensor, Tensor]
"""White noise, N x ``NOISE_CHANNELS`` x H/4 x W/4 and x H/8 x W/8: where flat areas get their strokes from."""

Weights = dict[str, tuple[Tensor, Tensor | None]]
"""Of one style: each convolution's weight (out x in / groups x k x k) and bias (out), if it has one."""

TERMS = 48
"""Terms of rank one that each dense convolution's weights are mixed from besides: many directions in which styles can
differ, at the price of two vectors each (Hu et al., "LoRA", ICLR 2022)."""

HIDDEN = 96
"""Features of the style vector, not linear in it, that say how much of each term there is."""

_FARTHEST = 4.0
"""Numbers of a style vector have deviation 1 over the training styles; beyond this they are bent back."""

_HARDLY = 0.02
"""Of the deviation along the direction in which styles differ most."""

_BLUR = torch.tensor([[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]]) / 16.0

_QUANTILES = (0.02, 0.15, 0.32, 0.5, 0.68, 0.85, 0.98)


def _moments(x: Tensor) -> Tensor:
    variance, mean = torch.var_mean(x.float(), dim=(2, 3), unbiased=False)
    return torch.cat([mean, (variance + 1e-6).sqrt()], dim=1)


def white_noise(count: int, height: int, width: int, generator: torch.Generator | None = None) -> Noise:
    """Noise for pictures of ``height`` x ``width`` pixels (multiples of ``GRID``)."""
    return (
        torch.randn(count, NOISE_CHANNELS, height // 4, width // 4, generator=generator),
        torch.randn(count, NOISE_CHANNELS, height // 8, width // 8, generator=generator),
    )


class StyleEncoder(nn.Module):
    """A style picture becomes a style vector.

    Input: RGB, N x 3 x 256 x 256 in [0, 1].  Output: N x ``STYLE_SIZE``.
    The descriptors are channel means and deviations at four depths of a narrow VGG, which starts
    from the ``perceptual`` network, and the colours: seven quantiles a channel, mean, covariance.
    """

    widths = (16, 32, 64, 128)
    depths = (2, 2, 3, 1)

    def __init__(self) -> None:
        super().__init__()
        self.blocks = nn.ModuleList()
        channels = 3
        for width, depth in zip(self.widths, self.depths, strict=True):
            block = nn.ModuleList()
            for _ in range(depth):
                conv = nn.Conv2d(channels, width, 3, padding=1)
                nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")
                conv.bias = nn.Parameter(torch.zeros(width))
                block.append(conv)
                channels = width
            self.blocks.append(block)
        size = 2 * sum(self.widths) + 3 * len(_QUANTILES) + 9
        self.norm = nn.LayerNorm(size)
        self.mlp = nn.Sequential(nn.Linear(size, 160), nn.SiLU(), nn.Linear(160, STYLE_SIZE))

    def start_from(self, perceptual: dict[str, Tensor]) -> None:
        """Copy the convolutions that the ``perceptual`` state dict shares with this encoder."""
        own = self.state_dict()
        own.update({k: v for k, v in perceptual.items() if k in own and k.startswith("blocks.")})
        self.load_state_dict(own)

    @torch.no_grad()
    def whiten(self, vectors: Tensor) -> tuple[Tensor, Tensor]:
        """Turn the last layer so that these style vectors (N x ``STYLE_SIZE``) would be uncorrelated, of deviation 1.

        Directions along which styles hardly differ stay small: they would be noise.

        Returns:
            Matrix and offset of the way back: old vector = matrix @ new vector + offset.
        """
        last = self.mlp[-1]
        assert isinstance(last, nn.Linear)
        mean = vectors.mean(dim=0)
        variance, axes = torch.linalg.eigh(torch.cov((vectors - mean).T.double()))
        spread = (variance.clamp_min(0) + _HARDLY**2 * variance.max()).sqrt()
        turn, back = (axes / spread).T.float(), (axes * spread).float()
        last.weight.copy_(turn @ last.weight)
        last.bias.copy_(turn @ (last.bias - mean))
        return back, mean

    def forward(self, rgb: Tensor) -> Tensor:
        parts = []
        x = (rgb - 0.45) * 4.0
        for b, block in enumerate(self.blocks):
            if b:
                x = nn.functional.max_pool2d(x, 2)
            assert isinstance(block, nn.ModuleList)
            for conv in block:
                x = torch.relu(conv(x))
            moments = _moments(x)
            parts.append(moments / (moments.square().mean(dim=1, keepdim=True) + 1e-6).sqrt())
        pixels = rgb.flatten(2)
        ordered = pixels.sort(dim=2).values
        places = [min(ordered.shape[2] - 1, int(q * ordered.shape[2])) for q in _QUANTILES]
        quantiles = ordered[:, :, places].flatten(1)
        mean = pixels.mean(dim=2)
        centred = pixels - mean[:, :, None]
        covariance = centred @ centred.transpose(1, 2) / pixels.shape[2]
        deviation = covariance.diagonal(dim1=1, dim2=2).clamp_min(1e-6).sqrt()
        correlation = covariance / (deviation[:, :, None] * deviation[:, None, :] + 1e-4)
        off = torch.stack([correlation[:, 0, 1], correlation[:, 0, 2], correlation[:, 1, 2]], dim=1)
        parts += [4 * (quantiles - 0.5), 4 * (mean - 0.5), 8 * deviation - 1, 2 * off]
        vector: Tensor = self.mlp(self.norm(torch.cat(parts, dim=1)))
        return vector


@dataclass(frozen=True)
class _Convolution:
    inputs: int
    outputs: int
    kernel: int = 1
    stride: int = 1
    groups: int = 1
    gain: bool = True
    """Whether the style sets a gain and a bias a channel; not for depthwise ones, which the next one scales."""

    @property
    def shape(self) -> tuple[int, int, int, int]:
        return self.outputs, self.inputs // self.groups, self.kernel, self.kernel


class Mapping(nn.Module):
    """From style vector and colours of a style to the weights of its painter.

    Args:
        fine, middle, coarse: channels at 1/2, 1/4 and 1/8 of the picture's side.
        blocks: residual blocks at 1/4, at 1/8 and again at 1/4.
    """

    kinship: Tensor

    def __init__(
        self, fine: int = 16, middle: int = 64, coarse: int = 128, blocks: tuple[int, int, int] = (0, 6, 1)
    ) -> None:
        super().__init__()
        plan = {
            "enter": _Convolution(12, fine, 3),
            "noise1": _Convolution(NOISE_CHANNELS, middle),
            "down1": _Convolution(fine, middle, 3, stride=2),
            "noise2": _Convolution(NOISE_CHANNELS, coarse),
            "down2": _Convolution(middle, coarse, 3, stride=2),
        }
        for level, (width, count) in enumerate(zip((middle, coarse, middle), blocks, strict=True)):
            for k in range(2 * count):
                plan[f"depthwise{level}_{k}"] = _Convolution(width, width, 3, groups=width, gain=False)
                plan[f"pointwise{level}_{k}"] = _Convolution(width, width)
        plan["up2"] = _Convolution(coarse, middle)
        plan["up1"] = _Convolution(middle, fine)
        plan["refine"] = _Convolution(fine, fine, 3)
        plan["leave"] = _Convolution(fine, 12, 3)
        self.plan = plan
        self.shared, self.bases, self.bias = nn.ParameterDict(), nn.ParameterDict(), nn.ParameterDict()
        for name, conv in plan.items():
            size = math.sqrt((1.0 if name.startswith("depthwise") else 2.0) / math.prod(conv.shape[1:]))
            if name.startswith(("noise", "pointwise")):
                size *= 0.3
            if name == "leave":
                size *= 0.1
            self.shared[name] = nn.Parameter(size * torch.randn(conv.shape))
            self.bases[name] = nn.Parameter(0.3 * size * torch.randn(BASES, *conv.shape))
            if conv.gain:
                self.bias[name] = nn.Parameter(torch.zeros(conv.outputs))
        self.keep = nn.Parameter(torch.cat([torch.full((12,), 4.0), torch.full((12,), -2.0)]))
        self.mixture = nn.Linear(STYLE_SIZE, BASES * len(plan))
        nn.init.normal_(self.mixture.weight, std=0.5 / math.sqrt(STYLE_SIZE * BASES))
        nn.init.zeros_(self.mixture.bias)
        self.gains = nn.Linear(STYLE_SIZE, 24 + 2 * sum(c.outputs for c in plan.values() if c.gain))
        nn.init.normal_(self.gains.weight, std=0.01)
        nn.init.zeros_(self.gains.bias)
        self.dense = [name for name, conv in plan.items() if conv.groups == 1 and not name.startswith("noise")]
        self.left, self.right = nn.ParameterDict(), nn.ParameterDict()
        for name in self.dense:
            outputs, inputs = plan[name].outputs, math.prod(plan[name].shape[1:])
            part = math.sqrt(0.2 * math.sqrt(2.0 / inputs) / math.sqrt(TERMS))
            self.left[name] = nn.Parameter(part * torch.randn(TERMS, outputs))
            self.right[name] = nn.Parameter(part * torch.randn(TERMS, inputs))
        self.hidden = nn.Linear(STYLE_SIZE, HIDDEN)
        self.terms = nn.Linear(HIDDEN, TERMS * len(self.dense))
        self.swing = nn.Linear(HIDDEN, self.gains.out_features)
        for layer in (self.terms, self.swing):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)
        self.register_buffer("kinship", _kinship())

    def forward(self, style: Tensor, mean: Tensor, covariance: Tensor) -> Weights:
        """Weights for one style.

        Args:
            style: (``STYLE_SIZE``,) style vector.
            mean, covariance: (3,) and (3, 3), of the style's colours, RGB in [0, 1].
        """
        style = _FARTHEST * torch.tanh(style / _FARTHEST)
        mixture = self.mixture(style).view(len(self.plan), BASES)
        hidden = nn.functional.silu(self.hidden(style))
        # Products are written out where the weights shall keep their names in ONNX.
        shares = self.terms.weight @ hidden + self.terms.bias
        terms = dict(zip(self.dense, shares.view(len(self.dense), TERMS), strict=True))
        gains = self.gains.weight @ style + self.gains.bias + self.swing.weight @ hidden + self.swing.bias
        place = 24
        weights: Weights = {}
        for row, (name, conv) in enumerate(self.plan.items()):
            weight = self.shared[name] + (mixture[row] @ self.bases[name].flatten(1)).view(conv.shape)
            if name in terms:
                weight = weight + ((self.left[name] * terms[name][:, None]).T @ self.right[name]).view(conv.shape)
            if not conv.gain:
                weights[name] = weight, None
                continue
            gain, shift = gains[place : place + conv.outputs], gains[place + conv.outputs : place + 2 * conv.outputs]
            place += 2 * conv.outputs
            if name == "enter":
                weight = weight / self.expected_deviation(weight, covariance)[:, None, None, None]
            weight, bias = weight * (1.0 + gain)[:, None, None, None], self.bias[name] + shift
            if name == "enter":
                bias = bias - torch.einsum("oikl,i->o", weight, mean.repeat_interleave(4))
            if name == "leave":
                weight, bias = alike(weight), bias.view(3, 4).mean(1).repeat_interleave(4)
            weights[name] = weight, bias
        keep = (self.keep + gains[:24]).view(6, 4).mean(1).repeat_interleave(4)
        weights["skip"] = (torch.eye(12) * keep[:12])[:, :, None, None], keep[12:]
        return weights

    @torch.no_grad()
    def follow(self, matrix: Tensor, offset: Tensor) -> None:
        """Expect style vectors v from now on where ``matrix @ v + offset`` came before (as from ``whiten``)."""
        for layer in (self.mixture, self.gains, self.hidden):
            layer.bias.add_(layer.weight @ offset)
            layer.weight.copy_(layer.weight @ matrix)

    @torch.no_grad()
    def calm(self, share: float) -> None:
        """Hear ``share`` of the noise from now on.

        Trained with all of it, used with less: the marks that are made of noise alone get fainter, those that follow
        the photo stay (as truncation does for pictures made from noise; Brock et al., "BigGAN", ICLR 2019).
        """
        for name in self.plan:
            if name.startswith("noise"):
                self.shared[name].mul_(share)
                self.bases[name].mul_(share)

    def expected_deviation(self, weight: Tensor, covariance: Tensor) -> Tensor:
        """Deviation of each channel of a 3x3 convolution (N x 12 x 3 x 3) over a photo in these colours."""
        pixels = weight.view(-1, 3, 4 * 9)
        near = torch.einsum("ocp,pq,odq->ocd", pixels, self.kinship, pixels)
        return (torch.einsum("ocd,cd->o", near, covariance + 1e-4 * torch.eye(3)) + 1e-8).sqrt()


def alike(weight: Tensor) -> Tensor:
    """Weights (12 x in x 3 x 3) whose four pixels of a block answer alike to a flat feature: no lattice of 2 pixels."""
    phases = weight.view(3, 4, *weight.shape[1:])
    sums = phases.sum(dim=(3, 4), keepdim=True)
    return (phases - (sums - sums.mean(dim=1, keepdim=True)) / 9.0).flatten(0, 1)


def _kinship() -> Tensor:
    """Correlation of the 6 x 6 pixels that a 3x3 convolution over 2x2 blocks sees, 36 x 36, as in everyday photos.

    An exponential in the distance, with a length of 25 pixels.
    """
    blocks, taps = torch.arange(4), torch.arange(9)
    y = (2 * (taps // 3)[None, :] + (blocks // 2)[:, None]).flatten().float()
    x = (2 * (taps % 3)[None, :] + (blocks % 2)[:, None]).flatten().float()
    return torch.exp(-torch.hypot(y[:, None] - y[None], x[:, None] - x[None]) / 25.0)


def paint(matched: Tensor, noise: Noise, weights: Weights) -> Tensor:
    """Repaint colour-matched photos of one style.

    Args:
        matched: RGB, N x 3 x H x W in [0, 1], H and W multiples of ``GRID``, with a mirrored border of ``FRAME``.
        noise: as from :func:`white_noise`.
        weights: as from :class:`Mapping`.

    Returns:
        RGB, same shape, in [0, 1].
    """
    blocks = nn.functional.pixel_unshuffle(matched, 2)
    return nn.functional.pixel_shuffle(paint_blocks(blocks, noise, weights), 2)


def paint_blocks(blocks: Tensor, noise: Noise, weights: Weights) -> Tensor:
    """:func:`paint` over 2 x 2 pixel blocks, N x 12 x H/2 x W/2 in and out."""

    def conv(name: str, x: Tensor, stride: int = 1) -> Tensor:
        weight, bias = weights[name]
        groups = x.shape[1] // weight.shape[1]
        return nn.functional.conv2d(x, weight, bias, stride, weight.shape[2] // 2, 1, groups)

    def level(number: int, x: Tensor) -> Tensor:
        k = 0
        while f"pointwise{number}_{k}" in weights:
            y = torch.relu(conv(f"pointwise{number}_{k}", conv(f"depthwise{number}_{k}", x)))
            x = x + conv(f"pointwise{number}_{k + 1}", conv(f"depthwise{number}_{k + 1}", y))
            k += 2
        return x

    def twice(x: Tensor) -> Tensor:
        """Twice the size, without the highest frequency: no lattice can arise on the coarser grid."""
        channels = int(x.shape[1])
        x = nn.functional.conv2d(x, _BLUR.expand(channels, 1, 3, 3), None, 1, 1, 1, channels)
        return nn.functional.interpolate(x, scale_factor=2.0, mode="bilinear")

    fine = torch.relu(conv("enter", blocks))
    middle = level(0, torch.relu(conv("down1", fine, 2) + conv("noise1", noise[0])))
    coarse = level(1, torch.relu(conv("down2", middle, 2) + conv("noise2", noise[1])))
    y = level(2, torch.relu(twice(conv("up2", coarse)) + middle))
    y = torch.relu(twice(conv("up1", y)) + fine)
    return torch.sigmoid(conv("leave", torch.relu(conv("refine", y))) + conv("skip", blocks))
