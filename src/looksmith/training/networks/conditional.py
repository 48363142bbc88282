"""One generator for many domains, steered by a style code (StarGAN v2, Choi et al. 2020), small.

A style code comes from the mapping network (noise and a condition), or from a reference picture and its condition.
A condition is any vector: a label (one-hot, or a blend of several), a hashed bag of a text's n-grams, features of a
picture.  Every network that takes one begins with a linear layer of its own on it, which for a bag of n-grams is an
embedding bag, trained with the rest.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, interpolate, leaky_relu

from looksmith.training.networks.layers import around
from looksmith.training.networks.stylegan import EqualLinear, channels


class ConditionalGenerator(nn.Module):
    """A picture, N x 3 x H x W in [-1, 1], and a style code, N x ``style``, to the picture in that style.

    Residual blocks with instance normalisation on the way down, with adaptive instance normalisation (the code) on the
    way up; the output is the input, changed.  H and W are multiples of 4.

    Args:
        width: channels at full size, doubled twice.
        style: width of the code.
        middle: adaptive blocks at a quarter of the size, besides one that is not.
        coarse: nothing but the last convolution works at full size, which takes a third of the time; what is fine comes
            from the picture, which is changed, not painted anew.
        labels: how many labels have a prototype, 0 for none.
        side: of the prototypes, in pixels.
    """

    multiple = 4
    prototypes: Tensor

    def __init__(
        self, width: int = 64, style: int = 64, middle: int = 2, coarse: bool = False, labels: int = 0, side: int = 32
    ) -> None:
        super().__init__()
        finest = 2 * width if coarse else width
        steps = (2,) if coarse else (1, 2)
        kernel, stride = (4, 2) if coarse else (3, 1)
        self.first = nn.Conv2d(3, finest, kernel, stride, padding=1, padding_mode="reflect")
        self.down = nn.ModuleList(_Block(k * width, 2 * k * width, "down") for k in steps)
        self.still = _Block(4 * width, 4 * width, "stay")
        self.styled = nn.ModuleList(_AdaptiveBlock(4 * width, 4 * width, style, up=False) for _ in range(middle))
        self.up = nn.ModuleList(_AdaptiveBlock(2 * k * width, k * width, style, up=True) for k in steps[::-1])
        self.norm = nn.InstanceNorm2d(finest, affine=True)
        self.enlarge = nn.Upsample(scale_factor=2, mode="nearest") if coarse else nn.Identity()
        self.last = nn.Conv2d(finest, 3, 3, padding=1, padding_mode="reflect")
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, a=0.2)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
        nn.init.normal_(self.last.weight, 0.0, 0.003)
        self.labels = labels
        if labels:
            self.register_buffer("prototypes", torch.zeros(labels, 3, side, side))
            self.gain = nn.Parameter(torch.ones(()))

    @torch.no_grad()
    def begin(self, pictures: Sequence[NDArray[np.uint8]], vectors: NDArray[np.float32]) -> None:
        """Begin at the prototypes (Rowland & Perrett 1995): what a label's mean picture has that the others' have not.

        Added to a picture, it moves the picture towards the label before anything has been learned, if a little
        blurred.  Of aligned pictures it has a shape; of others it is a colour.

        Args:
            pictures: side x side x 3 uint8 each.
            vectors: pictures x labels, one-hot.
        """
        rows = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1
        rows = (rows + rows.flip(3)) / 2
        of = torch.from_numpy(vectors).to(rows)
        means = torch.tensordot(of.T, rows, 1) / of.sum(0).clamp(min=1)[:, None, None, None]
        self.prototypes.copy_(means - means.mean(0))

    def forward(self, picture: Tensor, code: Tensor, condition: Tensor | None = None) -> Tensor:
        """``condition``, N x ``labels``, is needed where there are prototypes."""
        x = self.first(picture)
        for block in self.down:
            x = block(x)
        x = self.still(x)
        for block in (*self.styled, *self.up):
            x = block(x, code)
        change = self.last(self.enlarge(leaky_relu(self.norm(x), 0.2)))
        if self.labels:
            if condition is None:
                raise ValueError("conditional generator: expected a condition, got none")
            wanted = (condition @ self.prototypes.flatten(1)).view(-1, *self.prototypes.shape[1:])
            change = change + self.gain * interpolate(wanted, picture.shape[2:], mode="bilinear", align_corners=False)
        return around(picture, change)


class StyleEncoder(nn.Module):
    """A reference picture, N x 3 x size x size in [-1, 1], and its condition, N x ``condition``, to a code."""

    def __init__(self, size: int, width: int, style: int, condition: int, taper: int = 32) -> None:
        super().__init__()
        widths = channels(size, width, taper)[::-1]
        layers: list[nn.Module] = [nn.Conv2d(3, widths[0], 3, padding=1), nn.LeakyReLU(0.2)]
        for k in range(1, len(widths)):
            layers += [nn.Conv2d(widths[k - 1], widths[k], 4, 2, 1), nn.LeakyReLU(0.2)]
        self.body = nn.Sequential(*layers)
        self.flat = EqualLinear(widths[-1] * 16, 2 * style)
        self.gain = EqualLinear(condition, 2 * style, bias=1.0)
        self.shift = EqualLinear(condition, 2 * style)
        self.code = EqualLinear(2 * style, style)
        for module in self.body:
            if isinstance(module, nn.Conv2d) and module.bias is not None:
                nn.init.kaiming_normal_(module.weight, a=0.2)
                nn.init.zeros_(module.bias)

    def forward(self, picture: Tensor, condition: Tensor) -> Tensor:
        x = leaky_relu(self.flat(self.body(picture).flatten(1)), 0.2)
        x = x * self.gain(condition) + self.shift(condition)
        code: Tensor = self.code(leaky_relu(x, 0.2))
        return code


class _Block(nn.Module):
    def __init__(self, inward: int, outward: int, kind: str) -> None:
        super().__init__()
        self.down = kind == "down"
        self.norm1, self.norm2 = nn.InstanceNorm2d(inward, affine=True), nn.InstanceNorm2d(inward, affine=True)
        self.one = nn.Conv2d(inward, inward, 3, padding=1, padding_mode="reflect")
        self.two = nn.Conv2d(inward, outward, 3, padding=1, padding_mode="reflect")
        self.skip = nn.Conv2d(inward, outward, 1, bias=False) if inward != outward else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        y = self.one(leaky_relu(self.norm1(x), 0.2))
        if self.down:
            x, y = avg_pool2d(x, 2), avg_pool2d(y, 2)
        y = self.two(leaky_relu(self.norm2(y), 0.2))
        out: Tensor = (self.skip(x) + y) * 0.7071
        return out


class _AdaptiveBlock(nn.Module):
    def __init__(self, inward: int, outward: int, style: int, up: bool) -> None:
        super().__init__()
        self.up = up
        self.norm1, self.norm2 = _AdaIN(inward, style), _AdaIN(outward, style)
        self.one = nn.Conv2d(inward, outward, 3, padding=1, padding_mode="reflect")
        self.two = nn.Conv2d(outward, outward, 3, padding=1, padding_mode="reflect")
        self.skip = nn.Conv2d(inward, outward, 1, bias=False) if inward != outward else nn.Identity()

    def forward(self, x: Tensor, code: Tensor) -> Tensor:
        y = leaky_relu(self.norm1(x, code), 0.2)
        if self.up:
            x, y = (interpolate(t, scale_factor=2.0, mode="nearest") for t in (x, y))
        y = self.two(leaky_relu(self.norm2(self.one(y), code), 0.2))
        out: Tensor = (self.skip(x) + y) * 0.7071
        return out


class _AdaIN(nn.Module):
    """Instance normalisation whose scale and shift come from the code (Huang & Belongie 2017)."""

    def __init__(self, channels: int, style: int) -> None:
        super().__init__()
        self.norm = nn.InstanceNorm2d(channels, affine=False)
        self.affine = EqualLinear(style, 2 * channels)

    def forward(self, x: Tensor, code: Tensor) -> Tensor:
        gain, shift = self.affine(code)[:, :, None, None].chunk(2, 1)
        out: Tensor = (1 + gain) * self.norm(x) + shift
        return out
