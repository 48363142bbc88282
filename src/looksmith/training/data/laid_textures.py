"""Makeups of known numbers laid on textures of faces, many at a time: ``laid_makeup.py`` a hundred times as quick.

What the renderer does to a photo (``facets/makeup/wear.py``) is done here to the face's texture, after one look at the
photo has told where makeup may lie and where lips end.  Errors of ten thousandths of the range remain, and what the
photo has finer than a texel.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from looksmith.faces.face import Face
from looksmith.facets.makeup.bare import places_seen, zones_seen
from looksmith.facets.makeup.free import free_of
from looksmith.facets.makeup.layers import LAYERS, MakeupState
from looksmith.facets.makeup.light import CAST, LEVEL, MEAN_SKIN, STEEPEST
from looksmith.facets.makeup.lips import edge_of_lips
from looksmith.facets.makeup.reading import READ
from looksmith.facets.makeup.window import EYES_APART, SIDE, seen
from looksmith.media.colour import lab_to_rgb
from looksmith.training.data.laid_makeup import PLAIN, random_makeup
from looksmith.training.losses.colour import rgb_to_lab
from looksmith.training.networks.makeup_reader import blurred

Floats = NDArray[np.float32]
Generator = np.random.Generator
Pictured = tuple[NDArray[np.uint8], Face]
_ROWS = [LAYERS.index(name) for name in ("foundation", *READ)]
_LUMA = torch.tensor([0.299, 0.587, 0.114])
_ACROSS = ((torch.arange(SIDE) - (SIDE - 1) / 2) / EYES_APART)[None, None].expand(1, SIDE, SIDE)
_PLACES = {name: torch.from_numpy(places_seen()[name].copy()) for name in LAYERS}
_PLAIN = torch.from_numpy(zones_seen()["plain"].copy())
_SURE = torch.from_numpy(np.flatnonzero(zones_seen()["plain"].ravel() > 0.5))


@dataclass(frozen=True, eq=False)
class Textures:
    """Bare faces; n x 128 x 128 (x 3).

    Attributes:
        values: uint16, 256ths of levels of 8 bits.
        visible, free, lips: uint8, 255 for whole: where the face is seen, where makeup may lie, where lips are.
    """

    values: NDArray[np.uint16]
    visible: NDArray[np.uint8]
    free: NDArray[np.uint8]
    lips: NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class LaidTextures:
    """Makeups on textures, as the network that reads them is shown them, and what it is to tell.

    Attributes:
        rgb, lab: N x 3 x 128 x 128, in the light of a mean skin.
        visible: N x 128 x 128.
        skin, light: N x 3.
        opacity: N x 6, of the foundation and :data:`READ`.
        below: N x 5 x 3 CIELAB.
        shade: N x 6 x 3 CIELAB.
    """

    rgb: Tensor
    lab: Tensor
    visible: Tensor
    skin: Tensor
    light: Tensor
    opacity: Tensor
    below: Tensor
    shade: Tensor


def textures(faces: Iterable[Pictured]) -> Textures:
    """Of faces in pictures H x W x 3."""
    rows = []
    for picture, face in faces:
        everything = slice(0, picture.shape[0]), slice(0, picture.shape[1])
        free = free_of(face, picture.shape, None, everything)
        lips = edge_of_lips(picture.astype(np.float32) / np.float32(255), face, everything) * free
        found = seen(np.dstack([picture.astype(np.float32), free, lips]), face)
        rest = np.rint(255 * np.clip(found.pixels[..., 3:], 0, 1)).astype(np.uint8)
        values = np.rint(256 * np.clip(found.pixels[..., :3], 0, 255)).astype(np.uint16)
        rows.append((values, np.rint(255 * found.visible).astype(np.uint8), rest[..., 0], rest[..., 1]))
    return Textures(*(np.stack(column) for column in zip(*rows, strict=True)))


def laid_textures(rng: Generator, faces: Textures, which: NDArray[np.intp]) -> LaidTextures:
    """A random makeup on each of some faces, in random light; eight or so at a time stay in the cache.

    Args:
        rng: draws.
        faces: bare.
        which: (N,) of them.
    """
    count, chance = len(which), torch.Generator().manual_seed(int(rng.integers(1 << 62)))
    values = torch.from_numpy(faces.values[which].astype(np.float32) / (256 * 255)).permute(0, 3, 1, 2).contiguous()
    visible, free, lips = (torch.from_numpy(plane[which].astype(np.float32) / 255)
                           for plane in (faces.visible, faces.free, faces.lips))  # fmt: skip
    turned = torch.from_numpy(np.flatnonzero(rng.random(count) < 0.5))
    for planes in (values, visible, free, lips):
        planes[turned] = planes[turned].flip(-1)
    plain = rng.random(count) < PLAIN
    bare = _rounded(_developed(rng, values, plain, chance), chance)
    before, light = _looked(bare, visible)
    skin = rgb_to_lab(_skin(before, visible) / light)
    states = [random_makeup(rng, own) for own in skin.numpy()]
    locked = torch.from_numpy(rng.random(count) < 0.4)
    made, opacity = _worn(bare, visible, free, lips, states, locked)
    for number in np.flatnonzero(~plain):
        made[number] = _photographed(rng, made[number], chance)
    after, light = _looked(_rounded(made, chance), visible)
    rgb = (after / light[:, :, None, None]).clamp(0, 1)
    lab = rgb_to_lab(rgb)
    small = rgb_to_lab((before[:, :, ::2, ::2] / light[:, :, None, None]).clamp(0, 1))
    where = torch.stack([_PLACES[name][::2, ::2] / _PLACES[name][::2, ::2].sum() for name in READ])
    shades = torch.from_numpy(np.stack([state.shades[_ROWS] for state in states]))
    below = torch.einsum("ncyx,lyx->nlc", small, where)
    return LaidTextures(rgb, lab, visible, _skin(lab, visible), light, opacity, below, shades)


def _developed(rng: Generator, values: Tensor, plain: NDArray[np.bool_], chance: torch.Generator) -> Tensor:
    """Bare textures in other light, and where they are not plain in other tones, as ``laid_makeup.developed``; and with
    blotches and pores of their own made stronger or weaker, and noise, so that nobody is known again by them."""
    count = len(values)
    gain = np.exp(rng.uniform(-0.25, 0.18, (count, 1)) + rng.uniform(-0.12, 0.12, (count, 3)))
    values = values * torch.from_numpy(gain.astype(np.float32))[:, :, None, None]
    toned = torch.from_numpy(np.flatnonzero(~plain & (rng.random(count) < 0.6)))
    if len(toned):
        bend, colour = (np.exp(rng.uniform(low, high, (len(toned), 1, 1, 1))).astype(np.float32)
                        for low, high in ((-0.35, 0.35), (-0.3, 0.25)))  # fmt: skip
        held = values[toned]
        middle = held.flatten(1).median(dim=1).values.clamp_min(0.1)[:, None, None, None]
        held = middle * (held.clamp_min(0) / middle) ** torch.from_numpy(bend)
        grey = torch.einsum("c,ncyx->nyx", _LUMA, held)[:, None]
        values[toned] = grey + torch.from_numpy(colour) * (held - grey)
    some = np.where(rng.random((count, 2)) < 0.6, rng.uniform(-0.45, 0.6, (count, 2)), 0)
    more = torch.from_numpy(some.astype(np.float32))[:, :, None, None, None]
    fine = blurred(values, 1.2)
    wide = F.interpolate(blurred(F.avg_pool2d(values, 4), 1.5), scale_factor=4, mode="bilinear", align_corners=False)
    values = values + more[:, 0] * (values - fine) + more[:, 1] * (fine - wide)
    noise = np.where(rng.random(count) < 0.3, rng.uniform(0, 1.5 / 255, count), 0).astype(np.float32)
    noisy = torch.from_numpy(noise)[:, None, None, None] * torch.randn(values.shape, generator=chance)
    return (values + noisy).clamp(0, 1)


def _worn(
    bare: Tensor, visible: Tensor, free: Tensor, lips: Tensor, states: list[MakeupState], locked: Tensor
) -> tuple[Tensor, Tensor]:
    """Textures with makeup, as ``wear.wear`` makes them, and the opacities N x 6."""
    amounts = torch.from_numpy(np.stack([state.amounts for state in states]))
    colours = torch.from_numpy(lab_to_rgb(np.stack([state.shades for state in states])))
    opacity = amounts[:, :, 0].clone()
    alphas = {}
    for row, name in enumerate(LAYERS):
        if not amounts[:, row, 0].any():
            continue
        alphas[name] = amounts[:, row, 0, None, None] * _PLACES[name]
        for number, state in enumerate(states):
            if (state.maps[row] < 255).any():
                spread = torch.from_numpy(state.maps[row].astype(np.float32) / 255)[None, None]
                spread = F.interpolate(spread, size=(SIDE, SIDE), mode="bilinear", align_corners=False)[0, 0]
                alphas[name][number] *= spread
                opacity[number, row] *= (_PLACES[name] * spread).sum() / _PLACES[name].sum()
    kept, added = torch.ones_like(free), torch.zeros_like(bare)
    for name, alpha in alphas.items():
        if name not in ("foundation", "lipstick"):
            colour = colours[:, LAYERS.index(name), :, None, None]
            kept, added = kept * (1 - alpha), added * (1 - alpha)[:, None] + alpha[:, None] * colour
    skin = _skin(bare, visible)
    light, below = _light(skin), bare
    if "foundation" in alphas:
        share = (alphas["foundation"] * free)[:, None]
        near, calm = (_weighed(bare, share, part * EYES_APART) for part in (0.02, 0.10))
        blotch = near - calm
        grey = torch.einsum("c,ncyx->nyx", _LUMA, blotch)[:, None]
        shine = share * (amounts[:, 0, 1] - 0.4)[:, None, None, None]
        below = bare - share * (0.85 * (blotch - grey) + 0.45 * grey) + shine * 0.5 * grey.clamp_min(0)
        tone = (colours[:, 0] * light / skin.clamp_min(0.03)).clamp(0.4, 2.5)[:, :, None, None]
        below = below * (1 + (~locked)[:, None, None, None] * share * (tone - 1))
    grey = torch.einsum("c,ncyx->nyx", _LUMA, below)
    rest = free * (1 - lips)
    around = _weighed(grey[:, None], rest[:, None], 0.16 * EYES_APART)[:, 0]
    side = torch.exp(_slope(grey, rest)[:, None, None] * _ACROSS.clamp(-0.9, 0.9))
    shade = (grey / around.clamp_min(0.02)).clamp(0.35, 1.7) * side
    made = below * (1 - ((1 - kept) * free)[:, None]) + added * light[:, :, None, None] * (shade * free)[:, None]
    if "lipstick" in alphas:
        row, painted = LAYERS.index("lipstick"), alphas["lipstick"] * lips
        own = (grey * lips).sum(dim=(1, 2)) / lips.sum(dim=(1, 2)).clamp_min(1e-6)
        inner = (grey / own.clamp_min(0.02)[:, None, None]).clamp(0.35, 1.8)
        made = made + painted[:, None] * ((colours[:, row] * light)[:, :, None, None] * inner[:, None] - made)
        gloss = (amounts[:, row, 1] - 0.35)[:, None, None]
        made = made + (painted * gloss * (inner - 1.05).clamp(0, 0.6) * (0.25 + grey))[:, None]
    return made.clamp(0, 1), opacity[:, _ROWS]


def _photographed(rng: Generator, made: Tensor, chance: torch.Generator) -> Tensor:
    """A texture as a picture may come, as ``laid_makeup.photographed``; and at times moved a little."""
    if rng.random() < 0.5:
        angle, much = rng.uniform(0, 2 * np.pi), rng.uniform(0, 0.4)
        down = _ACROSS[0].T
        along = 0.55 * (_ACROSS[0] * np.cos(angle) + down * np.sin(angle))
        made = made * torch.exp(much * along.clamp(-0.7, 0.7))
    if rng.random() < 0.35:
        made = blurred(made[None], float(rng.uniform(0.3, 1.1)), 3)[0]
    if rng.random() < 0.3:
        grey = torch.randn(1, SIDE, SIDE, generator=chance) * rng.uniform(0.5, 4)
        made = made + (grey + torch.randn(3, SIDE, SIDE, generator=chance)) * (0.75 / 255)
    if rng.random() < 0.3:
        made = _compressed(made.clamp(0, 1), int(rng.integers(60, 96)))
    if rng.random() < 0.4:
        scale, (x, y) = np.exp(rng.normal(0, 0.01)), rng.normal(0, 0.008, 2) * 2 * EYES_APART / SIDE
        moved = torch.tensor([[[scale, 0, x], [0, scale, y]]], dtype=torch.float32)
        grid = F.affine_grid(moved, [1, 3, SIDE, SIDE], align_corners=False)
        made = F.grid_sample(made[None], grid, padding_mode="border", align_corners=False)[0]
    return made


def _compressed(made: Tensor, quality: int) -> Tensor:
    image = Image.fromarray(np.rint(made.permute(1, 2, 0).numpy() * 255).astype(np.uint8))
    held = BytesIO()
    image.resize((160, 160), Image.Resampling.BICUBIC).save(held, "JPEG", quality=quality)
    back = Image.open(held).resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    return torch.from_numpy(np.asarray(back, np.float32) / 255).permute(2, 0, 1)


def _rounded(values: Tensor, chance: torch.Generator) -> Tensor:
    """With what rounding a photo to 8 bits, and sampling it, leaves."""
    return (values + (torch.rand(values.shape, generator=chance) - 0.5) * (0.7 / 255)).clamp(0, 1)


def _looked(values: Tensor, visible: Tensor) -> tuple[Tensor, Tensor]:
    """Textures without light from one side, hidden parts filled from the other, and their light, as ``look_at``."""
    slope = _slope(values.mean(dim=1), _PLAIN * visible)
    values = values * torch.exp(-slope[:, None, None] * _ACROSS)[:, None]
    hidden = (visible.flip(2) - visible).clamp(0, 1)[:, None]
    values = values * (1 - hidden) + values.flip(3) * hidden
    return values, _light(_skin(values, visible))


def _skin(values: Tensor, visible: Tensor) -> Tensor:
    """Medians of the plain skin that is seen, N x 3."""
    sure = (visible.flatten(1)[:, _SURE] > 0.5)[:, None]
    held = torch.where(sure, values.flatten(2)[:, :, _SURE], torch.nan)
    return torch.nanmedian(held, dim=2).values.nan_to_num(0.5)


def _light(skin: Tensor) -> Tensor:
    """As ``light.light_of``."""
    apart = torch.log(skin.clamp_min(0.03) / torch.from_numpy(np.asarray(MEAN_SKIN, np.float32)))
    level = apart.mean(dim=1, keepdim=True)
    return torch.exp(LEVEL * level + CAST * (apart - level)).clamp(0.5, 1.8)


def _slope(grey: Tensor, weight: Tensor) -> Tensor:
    """As ``light.slope_of`` along the rows, (N,)."""
    near, far = ((weight * one).sum(dim=(1, 2)) for one in (_ACROSS < 0, _ACROSS >= 0))
    level = torch.log(grey.clamp_min(0.02))
    sure = torch.where(weight > 0.5, level, torch.nan)[:, ::3, ::3].flatten(1)
    level = (level - torch.nanmedian(sure, dim=1).values.nan_to_num(-0.5)[:, None, None]).clamp(-0.7, 0.7)
    total = weight.sum(dim=(1, 2)).clamp_min(1e-3)
    level = level - ((weight * level).sum(dim=(1, 2)) / total)[:, None, None]
    apart = _ACROSS - ((weight * _ACROSS).sum(dim=(1, 2)) / total)[:, None, None]
    slope = (weight * apart * level).sum(dim=(1, 2)) / (weight * apart * apart).sum(dim=(1, 2)).clamp_min(1e-6)
    least, most = torch.minimum(near, far), torch.maximum(near, far).clamp_min(1e-6)
    return torch.where(least < 1e-3, 0.0, slope.clamp(-STEEPEST, STEEPEST) * (2.5 * least / most).clamp_max(1.0))


def _weighed(planes: Tensor, weight: Tensor, deviation: float) -> Tensor:
    """Weighted Gaussian means, worked out small, as ``wear`` has them."""
    step = {0: 1, 1: 1, 2: 2, 3: 2}.get(int(deviation / 2.5), 4)
    weight = weight + 1e-4
    held = torch.cat([planes * weight, weight], dim=1)
    held = blurred(F.avg_pool2d(held, step) if step > 1 else held, deviation / step)
    mean = held[:, :-1] / held[:, -1:].clamp_min(1e-6)
    return F.interpolate(mean, scale_factor=step, mode="bilinear", align_corners=False) if step > 1 else mean
