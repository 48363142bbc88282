"""Makeup on a face in a photo: its own skin, its own light, nothing over what lies in front."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from looksmith.faces.canonical import wrap
from looksmith.faces.face import Face
from looksmith.faces.landmarks import FACE_OVAL, LEFT_EYE, LIPS_INNER, NOSE_BRIDGE, RIGHT_EYE
from looksmith.faces.parts import PARTS
from looksmith.faces.people import People
from looksmith.facets.makeup.bare import skin_in
from looksmith.facets.makeup.compose import BLUE, BROWS, EVEN, HIDDEN, LIPS, RED, SHINE, Composed
from looksmith.facets.makeup.light import light_of, slope_of
from looksmith.facets.makeup.lips import edge_of_lips, filled
from looksmith.media.resize import resize
from looksmith.media.smooth import gaussian, smoothed

IN_FRONT = ("background", "hair", "glasses", "clothes", "body", "other")
"""Parts that makeup does not go over."""
SURE = 0.5
"""Probability from which on one of them is there."""

Floats = NDArray[np.float32]
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


@dataclass(frozen=True, eq=False)
class Worn:
    """A part of a photo with makeup.

    Attributes:
        change: h x w x 3, what is added to sRGB values in [0, 1].
        where: rows and columns of the photo.
    """

    change: Floats
    where: tuple[slice, slice]


def wear(rgb: NDArray[np.uint8], face: Face, makeup: Composed, front: Floats | None, lock: bool) -> Worn | None:
    """A face with makeup.

    Args:
        rgb: H x W x 3 sRGB.
        face: in it.
        makeup: what is worn.
        front: h x w in [0, 1] of the photo's proportions, what lies in front of faces; None for nothing.
        lock: the foundation evens the skin and leaves its tone.

    Returns:
        None where nothing of the face is in the photo.
    """
    height, width = rgb.shape[:2]
    planes, coverage, (top, left) = wrap(makeup.planes, face, height, width)
    if coverage.size == 0 or not coverage.any():
        return None
    where = slice(top, top + coverage.shape[0]), slice(left, left + coverage.shape[1])
    given = rgb[where].astype(np.float32) / np.float32(255)
    free = coverage * free_of(face, rgb.shape, front, where)
    skin = skin_in(rgb, face) / np.float32(255)
    light = light_of(skin)
    below = _evened(given, planes, free, face, makeup, light, skin, lock)
    grey = below @ _LUMA
    lips = edge_of_lips(given, face, where) * free
    around = _blurred(grey[..., None], np.asarray(free * (1 - lips), np.float32), 0.16 * face.inter_ocular)[..., 0]
    side = _side_light(grey, np.asarray(free * (1 - lips), np.float32), face, where)
    detail = np.clip(grey / np.maximum(around, 0.02), 0.35, 1.7)
    shade = detail * side
    hidden = (planes[..., HIDDEN] * free)[..., None]
    made = below * (1 - hidden) + planes[..., RED : BLUE + 1] * (light * shade[..., None]) * free[..., None]
    # brows are coloured where there are hairs
    hairs = planes[..., BROWS] * free * np.clip((0.97 - detail) / 0.18, 0, 1)
    made += hairs[..., None] * (makeup.brows * light * np.clip(shade, 0.5, 1)[..., None] - made)
    painted = planes[..., LIPS] * lips
    if painted.any():
        own = float((grey * lips).sum() / max(float(lips.sum()), 1e-6))
        inner = np.clip(grey / max(own, 0.02), 0.35, 1.8)
        made += painted[..., None] * (makeup.lips * light * inner[..., None] - made)
        made += (painted * makeup.gloss * np.clip(inner - 1.05, 0, 0.6) * (0.25 + grey))[..., None]
    return Worn(np.asarray(np.clip(made, 0, 1) - given, np.float32), where)


def _side_light(grey: Floats, skin: Floats, face: Face, where: tuple[slice, slice]) -> Floats:
    """What light from one side makes of every pixel's brightness, 1 in the middle of the face: h x w."""
    corners = face.points((RIGHT_EYE[0], LEFT_EYE[0])) - (where[1].start, where[0].start)
    way = (corners[1] - corners[0]) / max(float(np.square(corners[1] - corners[0]).sum()), 1e-6)
    middle = face.points(NOSE_BRIDGE[:1])[0] - (where[1].start, where[0].start)
    down, right = (
        (np.arange(size, dtype=np.float32) + np.float32(0.5 - start)) * np.float32(share)
        for size, start, share in zip(grey.shape, middle[::-1], way[::-1], strict=True)
    )
    step = max(1, round(0.04 * face.inter_ocular))
    every = slice(step // 2, None, step)
    slope = np.float32(slope_of(grey[every, every], down[every, None] + right[None, every], skin[every, every]))
    rows, columns = (np.exp(slope * np.clip(along, -0.9, 0.9)) for along in (down, right))
    return np.asarray(rows[:, None] * columns[None], np.float32)


def in_front(people: People) -> Floats | None:
    """What lies in front of the faces of a photo: h x w in [0, 1] at the size at which regions are looked at; None
    where the network of regions is not installed."""
    parts = people.regions.parts
    if parts is None:
        return None
    found = sum(parts[PARTS.index(part)] for part in IN_FRONT)
    return np.asarray(np.clip((found - SURE) / 0.3, 0, 1), np.float32)


def free_of(face: Face, shape: tuple[int, ...], front: Floats | None, where: tuple[slice, slice]) -> Floats:
    """Where makeup may lie: not on the white of the eyes, in the mouth, beyond the face's outline (what stands out past
    it on a turned head is a pixel or two), nor on what is in front."""
    height, width = where[0].stop - where[0].start, where[1].stop - where[1].start
    offset = np.array([where[1].start, where[0].start], np.float32)
    spared = np.zeros((height, width), np.float32)
    for loop in (RIGHT_EYE, LEFT_EYE, LIPS_INNER):
        spared = np.maximum(spared, filled(face.points(loop) - offset, height, width))
    free = filled(face.points(FACE_OVAL) - offset, height, width) * (1 - spared)
    if front is not None:
        scale = front.shape[0] / shape[0], front.shape[1] / shape[1]
        rows = np.clip(((np.arange(height) + where[0].start + 0.5) * scale[0]).astype(int), 0, front.shape[0] - 1)
        columns = np.clip(((np.arange(width) + where[1].start + 0.5) * scale[1]).astype(int), 0, front.shape[1] - 1)
        part = front[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        free = free * (1 - resize(np.ascontiguousarray(part), height, width, enlarge="linear"))
    return np.asarray(np.clip(free, 0, 1), np.float32)


def _evened(
    given: Floats, planes: Floats, free: Floats, face: Face, makeup: Composed, light: Floats, skin: Floats, lock: bool
) -> Floats:
    """The skin under foundation: its colour evened where blotches are, its pores and shading left."""
    share = planes[..., EVEN] * free
    if makeup.coverage == 0 or not share.any():
        return given
    calm = _blurred(given, share, 0.10 * face.inter_ocular)
    near = _blurred(given, share, 0.02 * face.inter_ocular)
    blotch = near - calm
    grey = (blotch @ _LUMA)[..., None]
    evened = given - share[..., None] * (0.85 * (blotch - grey) + 0.45 * grey)
    evened += (planes[..., SHINE] * free)[..., None] * 0.5 * np.maximum(grey, 0)
    if not lock:
        tone = makeup.tone * light / np.maximum(skin, 0.03)
        evened = evened * (1 + share[..., None] * (np.clip(tone, 0.4, 2.5) - 1))
    return np.asarray(evened, np.float32)


def _blurred(planes: Floats, weight: Floats, deviation: float) -> Floats:
    """Weighted Gaussian means, worked out small: h x w x C."""
    height, width = weight.shape
    step = max(1, int(deviation / 2.5))
    small = max(4, -(-height // step)), max(4, -(-width // step))
    near = max(deviation * small[0] / height, 0.5)
    radius = min(max(1, round(2.5 * near)), min(small) - 1)
    window = gaussian(radius, near)
    over = smoothed(resize(np.ascontiguousarray(weight + 1e-4, np.float32), *small), window)
    found = []
    for c in range(planes.shape[2]):
        held = np.ascontiguousarray(planes[..., c] * (weight + 1e-4), np.float32)
        value = smoothed(resize(held, *small), window) / np.maximum(over, 1e-6)
        found.append(resize(np.asarray(value, np.float32), height, width, enlarge="linear"))
    return np.stack(found, axis=-1)
