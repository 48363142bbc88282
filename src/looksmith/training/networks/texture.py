"""``texture``: a style encoder and a painter whose normalisations the style vector drives.

The painter is a small U-Net over 2x2 pixel blocks, fed with noise so that flat areas can be painted
too (Ulyanov et al., "Texture Networks", ICML 2016; Karras et al. 2019).  Every normalisation is an adaptive instance
normalisation (Huang & Belongie 2017; Dumoulin et al. 2017) whose statistics come from a *thumbnail*
of the photo (Chen et al., "Towards Ultra-Resolution Neural Style Transfer via Thumbnail Instance
Normalization", AAAI 2022).  With the statistics fixed, each normalisation is one scale and one
shift a channel, so it folds into the convolution before it: the photo itself meets plain
convolutions only, tiles join without a seam, and clips do not flicker.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

STYLE_SIZE = 64
GRID = 8
"""Height and width handed to the painter are multiples of this many pixels."""

FRAME = 24
"""Pixels of mirrored border around the picture that the painter needs and that are cut away again."""

NOISE_CHANNELS = 4

Affine = tuple[Tensor, Tensor]
"""Scale and shift of one site, each N x C x 1 x 1."""

Noise = tuple[Tensor, Tensor]
"""White noise, N x ``NOISE_CHANNELS`` x H/4 x W/4 and x H/8 x W/8: where flat areas get their strokes from."""

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


def trimmed(x: Tensor, ring: int) -> Tensor:
    """N x C x H x W without its outermost ``ring`` rows and columns."""
    return x[:, :, ring:-ring, ring:-ring] if ring else x


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


class _Site(nn.Module):
    """One adaptive normalisation: scale and shift linear in the style vector."""

    def __init__(self, channels: int, normalised: bool = True) -> None:
        super().__init__()
        self.channels = channels
        self.normalised = normalised
        self.linear = nn.Linear(STYLE_SIZE, 2 * channels)
        nn.init.normal_(self.linear.weight, std=0.02)
        nn.init.zeros_(self.linear.bias)

    def affine(self, style: Tensor, x: Tensor | None) -> Affine:
        gain, bias = self.linear(style).chunk(2, dim=1)
        gain, bias = (1.0 + gain)[:, :, None, None], bias[:, :, None, None]
        if not self.normalised or x is None:
            return gain, bias
        variance, mean = torch.var_mean(x.float(), dim=(2, 3), keepdim=True, unbiased=False)
        scale = gain * (variance + 1e-5).rsqrt()
        return scale, bias - mean * scale


class _Separable(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(channels, channels, 3, padding=1, groups=channels)
        self.pointwise = nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.pointwise(self.depthwise(x))
        return y


class Painter(nn.Module):
    """Repaints a colour-matched photo.

    Input: RGB, N x 3 x H x W in [0, 1], H and W multiples of ``GRID``; and one affine a site.
    Output: RGB, same shape, in [0, 1].
    """

    def __init__(self, fine: int = 16, middle: int = 64, coarse: int = 128, blocks: Sequence[int] = (1, 6, 2)) -> None:
        super().__init__()
        self.blocks_per_level = tuple(blocks)
        self.enter = nn.Conv2d(12, fine, 3, padding=1)
        self.down1 = nn.Conv2d(fine, middle, 3, stride=2, padding=1)
        self.down2 = nn.Conv2d(middle, coarse, 3, stride=2, padding=1)
        self.up2 = nn.Conv2d(coarse, middle, 1)
        self.up1 = nn.Conv2d(middle, fine, 1)
        self.noise1 = nn.Conv2d(NOISE_CHANNELS, middle, 1)
        self.noise2 = nn.Conv2d(NOISE_CHANNELS, coarse, 1)
        self.refine = nn.Conv2d(fine, fine, 3, padding=1)
        self.leave = nn.Conv2d(fine, 12, 3, padding=1)
        widths = (middle, coarse, middle)
        self.residual = nn.ModuleList(
            nn.ModuleList(_Separable(w) for _ in range(2 * n)) for w, n in zip(widths, blocks, strict=True)
        )
        sites = {"enter": fine, "down1": middle, "down2": coarse, "up2": middle, "up1": fine, "refine": fine}
        for level, (w, n) in enumerate(zip(widths, blocks, strict=True)):
            sites |= {f"residual{level}_{k}": w for k in range(2 * n)}
        self.sites = nn.ModuleDict({name: _Site(width) for name, width in sites.items()})
        self.sites["noise1"] = _Site(middle, normalised=False)
        self.sites["noise2"] = _Site(coarse, normalised=False)
        self.sites["skip"] = _Site(12, normalised=False)

    def statistics(self, thumbnail: Tensor, style: Tensor, noise: Noise) -> dict[str, Affine]:
        """The affine of every site, measured on a thumbnail of the photo."""
        affines: dict[str, Affine] = {}
        self.run(thumbnail, noise, style, affines)
        return affines

    def forward(self, rgb: Tensor, noise: Noise, affines: dict[str, Affine]) -> Tensor:
        return self.run(rgb, noise, None, affines)

    def _site(self, name: str, x: Tensor, style: Tensor | None, affines: dict[str, Affine], inside: int = 0) -> Tensor:
        if style is not None:
            site = self.sites[name]
            assert isinstance(site, _Site)
            affines[name] = site.affine(style, trimmed(x, inside))
        scale, shift = affines[name]
        return x * scale + shift

    def _level(self, level: int, x: Tensor, style: Tensor | None, affines: dict[str, Affine]) -> Tensor:
        """Residual blocks.  At the coarse level the map's edge is continued outwards, so that no zeros reach inside.

        What padding with zeros did to the rings before is dropped there: the picture's mirrored frame covers them, and
        it covers as much as the fine levels' own padding can reach.  A thumbnail has no frame.
        """
        layers = self.residual[level]
        assert isinstance(layers, nn.ModuleList)
        reach = len(layers) if level == 1 else 0
        if level == 1:
            ring = 0 if style is not None else FRAME // GRID
            x = nn.functional.pad(trimmed(x, ring), (reach + ring,) * 4, mode="replicate")
        for k in range(0, len(layers), 2):
            y = torch.relu(self._site(f"residual{level}_{k}", layers[k](x), style, affines, reach))
            x = x + self._site(f"residual{level}_{k + 1}", layers[k + 1](y), style, affines, reach)
        return trimmed(x, reach)

    def run(self, rgb: Tensor, noise: Noise, style: Tensor | None, affines: dict[str, Affine]) -> Tensor:
        """With a style: measure and fill ``affines`` on the way. Without: use them."""
        blocks = nn.functional.pixel_unshuffle(rgb, 2)
        fine = torch.relu(self._site("enter", self.enter(blocks), style, affines))
        grain = self._site("noise1", self.noise1(noise[0]), style, affines)
        middle = torch.relu(self._site("down1", self.down1(fine) + grain, style, affines))
        middle = self._level(0, middle, style, affines)
        grain = self._site("noise2", self.noise2(noise[1]), style, affines)
        coarse = torch.relu(self._site("down2", self.down2(middle) + grain, style, affines))
        coarse = self._level(1, coarse, style, affines)
        y = self._site("up2", self.up2(coarse), style, affines)
        y = torch.relu(nn.functional.interpolate(y, scale_factor=2.0, mode="nearest") + middle)
        y = self._level(2, y, style, affines)
        y = self._site("up1", self.up1(y), style, affines)
        y = torch.relu(nn.functional.interpolate(y, scale_factor=2.0, mode="nearest") + fine)
        y = torch.relu(self._site("refine", self.refine(y), style, affines))
        y = self.leave(y) + self._site("skip", 4.0 * blocks - 2.0, style, affines)
        return torch.sigmoid(nn.functional.pixel_shuffle(y, 2))
