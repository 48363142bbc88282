"""A small generator in the line of StyleGAN2 (Karras et al. 2020), and its discriminator.

Mapping network, modulated and demodulated convolutions, per-layer noise, RGB skips; truncation and style mixing.
Weights are scaled at run time (equalised learning rate, Karras et al. 2018).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, conv2d, interpolate, leaky_relu, linear, normalize

from looksmith.training.networks.eigen import EigenPictures

_GAIN = math.sqrt(2.0)


class EqualLinear(nn.Module):
    """A linear layer whose weight is of unit deviation and is scaled when it is used."""

    def __init__(self, inward: int, outward: int, bias: float = 0.0, rate: float = 1.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outward, inward) / rate)
        self.bias = nn.Parameter(torch.full((outward,), bias / rate))
        self.scale, self.rate = rate / math.sqrt(inward), rate

    def forward(self, x: Tensor) -> Tensor:
        return linear(x, self.weight * self.scale, self.bias * self.rate)


class EqualConv2d(nn.Module):
    """A convolution of the same kind; its size stays."""

    def __init__(self, inward: int, outward: int, kernel: int, bias: bool = True) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outward, inward, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(outward)) if bias else None
        self.scale, self.padding = 1 / math.sqrt(inward * kernel * kernel), kernel // 2

    def forward(self, x: Tensor) -> Tensor:
        return conv2d(x, self.weight * self.scale, self.bias, padding=self.padding)


class Mapping(nn.Module):
    """Noise z, N x ``noise``, and a condition, N x ``condition`` (or none), to the style w, N x ``style``."""

    def __init__(self, noise: int, style: int, layers: int, condition: int = 0, rate: float = 0.1) -> None:
        super().__init__()
        self.embed = EqualLinear(condition, style) if condition else None
        inward = noise + (style if condition else 0)
        self.layers = nn.ModuleList(EqualLinear(inward if k == 0 else style, style, rate=rate) for k in range(layers))

    def forward(self, noise: Tensor, condition: Tensor | None = None) -> Tensor:
        x = _unit(noise)
        if self.embed is not None:
            if condition is None:
                raise ValueError("mapping: expected a condition, got none")
            x = torch.cat([x, _unit(self.embed(condition))], 1)
        for layer in self.layers:
            x = leaky_relu(layer(x), 0.2) * _GAIN
        return x


class ModulatedConv2d(nn.Module):
    """A convolution whose input channels are scaled by a style, and whose output is brought back to unit deviation."""

    def __init__(self, inward: int, outward: int, kernel: int, style: int, demodulate: bool = True) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outward, inward, kernel, kernel))
        self.affine = EqualLinear(style, inward, bias=1.0)
        self.scale, self.padding, self.demodulate = 1 / math.sqrt(inward * kernel * kernel), kernel // 2, demodulate

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        weight = self.weight * self.scale
        scales = self.affine(style)
        x = conv2d(x * scales[:, :, None, None], weight, padding=self.padding)
        if self.demodulate:
            # Of the sum over inputs and kernel of (w s)², without a weight of its own for each picture.
            # The norm squared, not the sum of squares: the exporter folds it to a constant of few numbers.
            power = linear(scales.float().square(), torch.linalg.vector_norm(weight.float(), dim=(2, 3)).square())
            x = x * (power + 1e-8).rsqrt().to(x.dtype)[:, :, None, None]
        return x


class _Layer(nn.Module):
    def __init__(self, inward: int, outward: int, style: int, up: bool) -> None:
        super().__init__()
        self.up = up
        self.conv = ModulatedConv2d(inward, outward, 3, style)
        self.strength = nn.Parameter(torch.zeros(()))
        self.bias = nn.Parameter(torch.zeros(outward))

    def forward(self, x: Tensor, style: Tensor, noise: Tensor | None) -> Tensor:
        if self.up:
            x = interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
        x = self.conv(x, style)
        if noise is not None:
            x = x + noise * self.strength
        return leaky_relu(x + self.bias[:, None, None], 0.2) * _GAIN


class Synthesis(nn.Module):
    """Styles, N x L x ``style``, to pictures, N x 3 x size x size in [-1, 1] or a little beyond.

    With a ``ground``, the side of a picture to begin from, every size up to it sees that picture, and the result is the
    picture, changed.
    """

    def __init__(self, size: int, widths: Sequence[int], style: int, ground: int = 0) -> None:
        super().__init__()
        self.size, self.ground = size, ground
        self.first = nn.Parameter(torch.randn(1, widths[0], 4, 4))
        self.layers = nn.ModuleList([_Layer(widths[0], widths[0], style, up=False)])
        self.to_rgb = nn.ModuleList([ModulatedConv2d(widths[0], 3, 1, style, demodulate=False)])
        for inward, outward in pairwise(widths):
            self.layers += [_Layer(inward, outward, style, up=True), _Layer(outward, outward, style, up=False)]
            self.to_rgb.append(ModulatedConv2d(outward, 3, 1, style, demodulate=False))
        sides = [4] + [4 * 2 ** (k // 2 + 1) for k in range(len(self.layers) - 1)]
        for k, side in enumerate(sides):
            still = torch.randn(1, 1, side, side, generator=torch.Generator().manual_seed(k))
            self.register_buffer(f"noise{k}", still)
        seen = [width for k, width in enumerate(widths) if 4 * 2**k <= ground]
        self.sees = nn.ModuleList(EqualConv2d(3, width, 3, bias=False) for width in seen)
        if ground:
            for rgb in self.to_rgb:
                nn.init.normal_(rgb.get_parameter("weight"), 0.0, 0.05)

    @property
    def styles(self) -> int:
        """How many styles it takes, L: one a layer."""
        return len(self.layers)

    def forward(self, styles: Tensor, generator: torch.Generator | None = None, ground: Tensor | None = None) -> Tensor:
        """Pictures.

        Args:
            styles: N x L x ``style``.
            generator: of the layers' noise, on the CPU; None takes the same noise always.
            ground: N x 3 x ``ground`` x ``ground``, where there is one.
        """
        x = self.first.expand(len(styles), -1, -1, -1)
        picture: Tensor | None = None
        for k, layer in enumerate(self.layers):
            noise = self.get_buffer(f"noise{k}")
            if generator is not None:
                noise = torch.randn(len(styles), *noise.shape[1:], generator=generator).to(noise)
            x = layer(x, styles[:, k], noise)
            level = (k + 1) // 2
            if ground is not None and level < len(self.sees) and (k == 0 or k % 2):
                x = x + self.sees[level](avg_pool2d(ground, self.ground // (4 * 2**level)))
            if k % 2 == 0:
                rgb = self.to_rgb[level](x, styles[:, k])
                if picture is not None:
                    rgb = rgb + interpolate(picture, scale_factor=2.0, mode="bilinear", align_corners=False)
                picture = rgb if ground is None or level != len(self.sees) - 1 else rgb + ground
        assert picture is not None
        return picture


class StyleGenerator(nn.Module):
    """Pictures from noise: z, N x ``noise``, to N x 3 x size x size in [-1, 1].

    Args:
        size: a power of two, at least 8.
        width: channels at small sizes.
        taper: above so many pixels they are halved with every doubling, to no fewer than 16.
        noise, style: width of z and of w.
        layers: of the mapping network.
        condition: width of a condition vector, 0 for none.
        ground: side of the principal components that pictures begin from, a power of two below ``size``; 0 for none.
    """

    centre: Tensor

    def __init__(
        self,
        size: int = 64,
        width: int = 128,
        noise: int = 64,
        style: int = 128,
        layers: int = 4,
        condition: int = 0,
        taper: int = 32,
        ground: int = 0,
    ) -> None:
        super().__init__()
        self.noise, self.condition = noise, condition
        self.mapping = Mapping(noise, style, layers, condition)
        self.synthesis = Synthesis(size, channels(size, width, taper), style, ground)
        self.eigen = EigenPictures(noise, ground) if ground else None
        self.register_buffer("centre", torch.zeros(style))

    def forward(
        self,
        noise: Tensor,
        condition: Tensor | None = None,
        *,
        truncation: float | Tensor = 1.0,
        other: Tensor | None = None,
        crossover: int | Tensor | None = None,
        generator: torch.Generator | None = None,
    ) -> Tensor:
        """Pictures.

        Args:
            noise: z.
            condition: N x ``condition``, when the generator takes one.
            truncation: w moves to ``centre`` by 1 minus this; 1 leaves it, 0 gives the mean picture (Karras 2019).
            other: a second z for style mixing; its styles take over at layer ``crossover``.
            crossover: 0 takes all from ``other``; the number of layers, none; or N x 1 of such numbers.
            generator: of the layers' noise; None takes the same noise always.
        """
        layers, first = self.synthesis.styles, noise
        styles = self.mapping(noise, condition)[:, None].expand(-1, layers, -1)
        if other is not None:
            place = (
                noise.new_tensor([[layers if crossover is None else crossover]])
                if not isinstance(crossover, Tensor)
                else crossover
            )
            second = self.mapping(other, condition)[:, None]
            takes = (torch.arange(layers, device=noise.device) >= place).to(styles)[:, :, None]
            styles = styles + takes * (second - styles)
            first = noise + (place <= 0).to(noise) * (other - noise)
        if isinstance(truncation, Tensor) or truncation != 1.0:
            styles = self.centre + truncation * (styles - self.centre)
        ground = None
        if self.eigen is not None:
            share = truncation.flatten(1) if isinstance(truncation, Tensor) else truncation
            ground = self.eigen(first * share)
        picture: Tensor = self.synthesis(styles, generator, ground)
        return picture

    @torch.no_grad()
    def follow_centre(self, noise: Tensor, condition: Tensor | None = None, decay: float = 0.995) -> None:
        """Let ``centre`` follow the mean of w."""
        self.centre.lerp_(self.mapping(noise, condition).float().mean(0), 1 - decay)


class StyleDiscriminator(nn.Module):
    """Pictures, N x 3 x size x size, to scores, N; residual, with the batch's deviation as a feature (Karras 2018).

    Args:
        size, width, taper: as of the generator.
        condition: width of a condition vector; its embedding is projected onto the features (Miyato & Koyama 2018).
        group: pictures that are compared with each other for the deviation.
    """

    def __init__(self, size: int = 64, width: int = 128, condition: int = 0, group: int = 4, taper: int = 32) -> None:
        super().__init__()
        widths = channels(size, width, taper)[::-1]
        self.group = group
        self.from_rgb = EqualConv2d(3, widths[0], 1)
        self.blocks = nn.ModuleList(Down(a, b) for a, b in pairwise(widths))
        self.last = EqualConv2d(widths[-1] + 1, widths[-1], 3)
        self.flat = EqualLinear(widths[-1] * 16, widths[-1])
        self.score = EqualLinear(widths[-1], 1)
        self.embed = EqualLinear(condition, widths[-1]) if condition else None

    def forward(self, picture: Tensor, condition: Tensor | None = None) -> Tensor:
        x = leaky_relu(self.from_rgb(picture), 0.2) * _GAIN
        for block in self.blocks:
            x = block(x)
        x = torch.cat([x, _deviation(x, self.group)], 1)
        x = leaky_relu(self.last(x), 0.2) * _GAIN
        x = leaky_relu(self.flat(x.flatten(1)), 0.2) * _GAIN
        score: Tensor = self.score(x)[:, 0]
        if self.embed is not None:
            if condition is None:
                raise ValueError("discriminator: expected a condition, got none")
            score = score + (self.embed(condition) * x).sum(1) / math.sqrt(x.shape[1])
        return score


class Down(nn.Module):
    """Half the size, residual; N x C x H x W."""

    def __init__(self, inward: int, outward: int) -> None:
        super().__init__()
        self.one = EqualConv2d(inward, inward, 3)
        self.two = EqualConv2d(inward, outward, 3)
        self.skip = EqualConv2d(inward, outward, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        y = leaky_relu(self.one(x), 0.2) * _GAIN
        y = leaky_relu(self.two(avg_pool2d(y, 2)), 0.2) * _GAIN
        out: Tensor = (y + self.skip(avg_pool2d(x, 2))) / _GAIN
        return out


def channels(size: int, width: int, taper: int = 32) -> list[int]:
    """Channels at 4, 8, ... ``size`` pixels: ``width`` up to ``taper``, then halved each time, at least 16."""
    if size < 8 or size & (size - 1):
        raise ValueError(f"size: expected a power of two, at least 8, got {size}")
    return [max(16, min(width, width * taper // side)) for side in (2**k for k in range(2, size.bit_length()))]


def _deviation(x: Tensor, group: int) -> Tensor:
    """N x 1 x H x W: the mean deviation of features within groups of the batch."""
    n = len(x)
    size = next(k for k in range(min(group, n), 0, -1) if n % k == 0)
    y = x.float().view(size, n // size, *x.shape[1:])
    deviation = (y.var(0, unbiased=False) + 1e-8).sqrt().mean((1, 2, 3))
    return deviation.repeat(size).view(n, 1, 1, 1).expand(-1, 1, *x.shape[2:]).to(x.dtype)


def _unit(x: Tensor) -> Tensor:
    """Rows of mean square 1."""
    return normalize(x, dim=1) * math.sqrt(x.shape[1])
