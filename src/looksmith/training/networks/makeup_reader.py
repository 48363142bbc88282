"""The network that reads layers of makeup from a face's texture.

One picture does not tell a sheer strong shade from a dense weak one by its colour alone.  What does tell, a little: a
layer takes its shading from the skin but not its blotches and its colour's own unevenness, so these fade as it gets
denser.  The network is shown colours beside the plain skin's, what is fine and less fine in them, and their ratios,
which shading leaves alone; it looks closely at lids (both by the same weights, one of them mirrored) and lips, coarsely
at the whole, and gathers means and powers over zones.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from looksmith.facets.makeup.bare import places_seen, zones_seen
from looksmith.facets.makeup.reading import READ
from looksmith.facets.makeup.window import SIDE, softened
from looksmith.media.smooth import gaussian

Floats = NDArray[np.float32]
Box = tuple[int, int, int, int]

COARSE = 4
"""Texels that the coarse look takes together."""
MOST = 4.0
"""Statistics beyond so many deviations are taken for these."""
BARE, APART = 8.0, 12.0
"""CIELAB: units in which colours below and shades are told."""
_BELOW = (60.0, 20.0, 14.0)
_SHADES = ((64.0, 14.0, 17.0), (56.0, 36.0, 16.0), (42.0, 14.0, 10.0), (42.0, 14.0, 10.0), (42.0, 14.0, 10.0),
           (45.0, 38.0, 10.0))  # fmt: skip


class MakeupReader(nn.Module):
    """Opacities, shades and colours below, of textures N x 3 x 128 x 128."""

    zones: Tensor
    coarse_zones: Tensor
    lid_zones: Tensor
    lip_zones: Tensor
    lid_places: Tensor
    lip_place: Tensor
    usual_below: Tensor
    usual_shade: Tensor

    def __init__(self, first: int = 24, second: int = 32, third: int = 48, wide: int = 192) -> None:
        super().__init__()
        place = places_seen()
        everywhere, lids, lips = _stacked(zones()), _stacked(_of_lids()), _stacked(_of_lips())
        self.lids, self.lips = _box(place["eyeshadow-2"][:, : SIDE // 2] > 0.25, 2), _box(place["lipstick"] > 0.3, 3)
        above = np.stack([place[n] for n in ("eyeshadow-1", "eyeshadow-2", "eyeshadow-3", "eyeliner")])
        for name, plane in {
            "zones": everywhere, "coarse_zones": _smaller(everywhere, COARSE),
            "lid_zones": _smaller(_part(lids, self.lids), 2), "lip_zones": _smaller(_part(lips, self.lips), 2),
            "lid_places": _part(above, self.lids)[None], "lip_place": _part(place["lipstick"][None], self.lips)[None],
            "usual_below": np.tile(_BELOW, len(READ)), "usual_shade": np.ravel(_SHADES),
        }.items():  # fmt: skip
            kept = torch.from_numpy(np.ascontiguousarray(plane, np.float32))
            self.register_buffer(name, kept, persistent=False)
        seen = 3 + 1 + 3 + 3 + 2
        self.of_lids = nn.ModuleList(_close(seen + len(above), first, second, third))
        self.of_lips = nn.ModuleList(_close(seen + 1, first, second, third))
        self.of_all = nn.ModuleList(
            [nn.Conv2d(3 + 1 + 3, second, 3, padding=1), nn.Conv2d(second, third, 3, padding=1)]
        )
        measured = len(everywhere) * 16 + 6
        self.scale = nn.BatchNorm1d(measured, affine=False, momentum=0.01)
        gathered = measured + third * (2 * len(lids) + 2 * len(lips) + len(everywhere))
        told = len(READ) + 1 + 3 * len(READ) + 3 * (len(READ) + 1)
        self.last = nn.ModuleList([nn.Linear(gathered, wide), nn.Linear(wide, 128), nn.Linear(128, told)])

    def forward(self, rgb: Tensor, lab: Tensor, visible: Tensor, skin: Tensor, light: Tensor) -> tuple[Tensor, ...]:
        """What is worn.

        Args:
            rgb, lab: N x 3 x 128 x 128, sRGB in [0, 1] and CIELAB of textures in the light of a mean skin.
            visible: N x 128 x 128 in [0, 1].
            skin: N x 3, CIELAB of the plain skin.
            light: N x 3.

        Returns:
            opacities N x 6, colours below N x 5 x 3 and shades N x 6 x 3 (CIELAB), and N: the mean square of the
            statistics, in deviations of those that it was shown.
        """
        seen, apart = visible[:, None], lab - skin[:, :, None, None]
        low, lower = blurred(lab, 1.2), blurred(lab, 4.0)
        fine, less = lab - low, low - lower
        ratio = torch.log(rgb + 0.03)
        ratio = torch.stack([ratio[:, 0] - ratio[:, 1], ratio[:, 2] - ratio[:, 1]], dim=1)
        ratio = ratio - blurred(ratio, 2.0)
        measured = torch.cat([self._statistics(apart, fine, less, seen), skin, torch.log(light) * 20], dim=1)
        scaled = self._scaled(measured)
        strange = torch.square(scaled.clamp(-5, 5)).mean(dim=1)
        scaled = scaled.clamp(-MOST, MOST)
        if self.training:
            scaled = scaled * (torch.rand_like(scaled) > 0.03)
        shown = torch.cat([apart / 15, seen, fine / 2, less / 3, ratio * 12], dim=1).clamp(-6, 6)
        both = torch.cat([_part(shown, self.lids), _part(shown.flip(3), self.lids)])
        right, left = _looked(self.of_lids, both, self.lid_places, self.lid_zones).chunk(2)
        lips = _looked(self.of_lips, _part(shown, self.lips), self.lip_place, self.lip_zones)
        whole = F.avg_pool2d(torch.cat([apart / 15, seen, torch.log(fine * fine + 0.05)], dim=1), COARSE)
        for layer in self.of_all:
            whole = F.leaky_relu(layer(whole), 0.1)
        around = _means(whole, self.coarse_zones, F.avg_pool2d(seen, COARSE)).flatten(1)
        told = torch.cat([scaled, (right + left) / 2, lips, around], dim=1)
        for layer in list(self.last)[:-1]:
            told = F.leaky_relu(layer(told), 0.1)
        told = self.last[-1](told)
        ends = len(READ) + 1, 4 * len(READ) + 1
        below = told[:, ends[0] : ends[1]] * BARE + self.usual_below
        shade = told[:, ends[1] :] * APART + self.usual_shade
        opacity = torch.sigmoid(told[:, : ends[0]])
        return opacity, below.reshape(-1, len(READ), 3), shade.reshape(-1, len(READ) + 1, 3), strange

    def _scaled(self, measured: Tensor) -> Tensor:
        """In deviations from the mean; worked out by hand when it learns no more, which ONNX has no node for."""
        scale, mean, variance = self.scale, self.scale.running_mean, self.scale.running_var
        if self.training or mean is None or variance is None:
            made: Tensor = scale(measured)
            return made
        return (measured - mean) * torch.rsqrt(variance + scale.eps)

    def _statistics(self, apart: Tensor, fine: Tensor, less: Tensor, seen: Tensor) -> Tensor:
        """Of every zone the mean colour, how far it spreads, how uneven it is finely and less finely, and how much its
        colour goes along with its lightness: N x 16 zones."""
        planes = [apart, apart * apart, fine * fine, less * less, fine[:, :1] * fine[:, 1:], less[:, :1] * less[:, 1:]]
        means = _means(torch.cat(planes, dim=1), self.zones, seen)
        mean, power, of_fine, of_less = (means[:, :, k : k + 3] for k in (0, 3, 6, 9))
        along = [means[:, :, 12:14] / (of_fine[:, :, :1] + 0.1), means[:, :, 14:16] / (of_less[:, :, :1] + 0.1)]
        spread = torch.log((power - mean * mean).clamp_min(0) + 0.3)
        found = [mean, spread, torch.log(of_fine + 0.02), torch.log(of_less + 0.05), *along]
        return torch.cat(found, dim=2).flatten(1)


def blurred(planes: Tensor, deviation: float, radius: int | None = None) -> Tensor:
    """Planes N x C x H x W under a Gaussian, mirrored at their edges: as products of matrices, ten times as quick here
    as convolutions of one channel."""
    reach = radius or max(1, round(2.5 * deviation))
    down, across = (_blurring(int(size), deviation, reach).to(planes.dtype) for size in planes.shape[-2:])
    return down @ (planes @ across.T)


@cache
def _blurring(size: int, deviation: float, reach: int) -> Tensor:
    """What a row of so many values under a Gaussian is: size x size."""
    made = np.zeros((size, size), np.float32)
    rows = np.arange(size)
    for step, share in zip(range(-reach, reach + 1), gaussian(reach, deviation), strict=True):
        where = np.abs(rows + step)
        np.add.at(made, (rows, np.where(where < size, where, 2 * (size - 1) - where)), share)
    return torch.from_numpy(made)


def zones() -> dict[str, NDArray[np.bool_]]:
    """Where is measured: middles and rims of the layers' places, both sides together; 128 x 128."""
    place, part = places_seen(), zones_seen()
    rows = np.mgrid[:SIDE, :SIDE][0]
    line = float((part["lips"] * rows).sum() / part["lips"].sum())
    mouth = ((part["lips"] + part["mouth"]) > 0.3).astype(np.float32)[..., None]
    core = softened(part["lips"][..., None], 1.0)[..., 0] > 0.75
    ring = (softened(mouth, 5.0)[..., 0] > 0.075) & (softened(mouth, 3.0)[..., 0] < 0.35 / 3)
    lid, fold, corner, apple = (place[n] for n in ("eyeshadow-1", "eyeshadow-2", "eyeshadow-3", "blush"))
    plain = part["plain"] > 0.5
    return {
        "upper lip": core & (rows < line - 1),
        "lower lip": core & (rows > line + 1),
        "lips": place["lipstick"] > 0.6,
        "round the lips": ring,
        "lid": lid > 0.5,
        "rim of the lid": (lid > 0.15) & (lid < 0.5),
        "fold": (fold > 0.5) & (lid < 0.3),
        "rim of the fold": (fold > 0.1) & (fold < 0.4) & (lid < 0.1),
        "corner": corner > 0.6,
        "rim of the corner": (corner > 0.15) & (corner < 0.4) & (fold < 0.1),
        "liner": place["eyeliner"] > 0.5,
        "brow": place["brows"] > 0.6,
        "cheek": apple > 0.7,
        "rim of the cheek": (apple > 0.25) & (apple < 0.5),
        "round the cheek": (apple > 0.05) & (apple < 0.15),
        "plain": plain,
        "skin": place["foundation"] > 0.8,
        "forehead": plain & (rows < 40),
        "chin": plain & (rows > 90),
        "hollow": place["contour"] > 0.6,
        "bones": place["highlight"] > 0.6,
    }


def _of_lids() -> dict[str, NDArray[np.bool_]]:
    place = places_seen()
    lid, fold, corner = (place[f"eyeshadow-{number}"] for number in (1, 2, 3))
    return {
        "lid": lid > 0.5,
        "rim of the lid": (lid > 0.15) & (lid <= 0.5),
        "fold": (fold > 0.5) & (lid < 0.3),
        "rim of the fold": (fold > 0.1) & (fold < 0.4) & (lid < 0.1),
        "corner": (corner > 0.5) & (lid < 0.3),
        "liner": place["eyeliner"] > 0.5,
        "middle of the lid": lid > 0.8,
    }


def _of_lips() -> dict[str, NDArray[np.bool_]]:
    lips, all_zones = places_seen()["lipstick"], zones()
    return {
        "upper lip": all_zones["upper lip"],
        "lower lip": all_zones["lower lip"],
        "lips": lips > 0.6,
        "rim": (lips > 0.1) & (lips < 0.6),
        "round the lips": all_zones["round the lips"],
    }


def _close(seen: int, first: int, second: int, third: int) -> list[nn.Conv2d]:
    return [nn.Conv2d(seen, first, 3, padding=1), nn.Conv2d(first, second, 3, stride=2, padding=1),
            nn.Conv2d(second, third, 3, padding=1)]  # fmt: skip


def _looked(layers: nn.ModuleList, part: Tensor, place: Tensor, where: Tensor) -> Tensor:
    """A part looked at closely: means and powers over its zones."""
    seen = F.avg_pool2d(part[:, 3:4], 2)
    found = torch.cat([part, place.expand(part.shape[0], -1, -1, -1)], dim=1)
    for layer in layers:
        found = F.leaky_relu(layer(found), 0.1)
    mean, power = _means(torch.cat([found, found * found], dim=1), where, seen).chunk(2, dim=2)
    return torch.cat([mean.flatten(1), torch.log(power + 1e-3).flatten(1)], dim=1)


def _means(planes: Tensor, where: Tensor, seen: Tensor) -> Tensor:
    """Means of planes N x C x H x W over zones, as far as they are seen: N x zones x C."""
    weight, zone = (seen + 1e-6).flatten(2), where.flatten(1).T
    sums = torch.cat([planes.flatten(2) * weight, weight], dim=1) @ zone
    return (sums[:, :-1] / sums[:, -1:]).transpose(1, 2)


def _stacked(named: dict[str, NDArray[np.bool_]]) -> Floats:
    return np.stack([zone.astype(np.float32) for zone in named.values()])


def _smaller(planes: Floats, by: int) -> Floats:
    count, height, width = planes.shape
    made = planes.reshape(count, height // by, by, width // by, by).mean(axis=(2, 4))
    return np.asarray(made, np.float32)


def _part(planes: NDArray[np.float32] | Tensor, box: Box):  # type: ignore[no-untyped-def]
    top, bottom, left, right = box
    return planes[..., top:bottom, left:right]


def _box(inside: NDArray[np.bool_], margin: int) -> Box:
    """Rows and columns of what is inside, with a margin, as many as four divides."""
    rows, columns = np.nonzero(inside)
    top, left = int(rows.min()) - margin, int(columns.min()) - margin
    height, width = (-(-(int(v.max()) + 1 + margin - start) // 4) * 4 for v, start in ((rows, top), (columns, left)))
    top, left = min(max(0, top), SIDE - height), min(max(0, left), SIDE - width)
    return top, top + height, left, left + width
