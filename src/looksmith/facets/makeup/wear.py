"""Makeup on a face in a photo: its own skin, its own light, nothing over what lies in front."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from looksmith.faces.canonical import wrap
from looksmith.faces.face import Face
from looksmith.faces.landmarks import LEFT_EYE, LIPS_OUTER, NOSE_BRIDGE, RIGHT_EYE
from looksmith.facets.makeup.bare import skin_in
from looksmith.facets.makeup.compose import BLUE, BROWS, EVEN, HIDDEN, LIPS, RED, SHINE, Composed
from looksmith.facets.makeup.free import inside, part_in, spared
from looksmith.facets.makeup.light import light_of, slope_of
from looksmith.facets.makeup.lips import edge_of_lips
from looksmith.facets.makeup.window import moved
from looksmith.media.resize import resize
from looksmith.media.smooth import gaussian, smoothed

Floats = NDArray[np.float32]
NEARLY = 0.65
"""Share of a photo's own size from which on layers are laid out at that size: going there and back would cost more."""
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


def wear(
    rgb: NDArray[np.uint8], face: Face, makeup: Composed, front: Floats | None, lock: bool, detail: float | None = None
) -> Worn | None:
    """A face with makeup.

    Args:
        rgb: H x W x 3 sRGB.
        face: in it.
        makeup: what is worn.
        front: h x w in [0, 1] of the photo's proportions, what lies in front of faces; None for nothing.
        lock: the foundation evens the skin and leaves its tone.
        detail: pixels between the outer corners of the eyes at which layers are laid out at most, None for all there
            are; the photo's own detail and the edges of lips, eyes and mouth are always those of the photo.

    Returns:
        None where nothing of the face is in the photo.
    """
    where = _where(face, *rgb.shape[:2])
    if where is None:
        return None
    given = rgb[where].astype(np.float32) / np.float32(255)
    height, width = given.shape[:2]
    near = moved(face, where)
    box = _round_lips(near, height, width)
    lips = np.zeros((height, width), np.float32)
    lips[box] = edge_of_lips(given[box], near, box)
    skin = skin_in(rgb, face) / np.float32(255)
    ratio = 1.0 if detail is None else detail / max(face.inter_ocular, 1e-6)
    whole = ratio > NEARLY
    size = (height, width) if whole else (max(8, round(height * ratio)), max(8, round(width * ratio)))
    laid = _laid(
        resize(given, *size), resize(lips, *size), moved(face, where, (size[1] / width, size[0] / height)), makeup,
        part_in(front, rgb.shape, where), light_of(skin), skin, lock, whole,
    )  # fmt: skip
    if laid is None:
        return None
    if not whole:
        laid = laid.enlarged(height, width)
    change = _over(given, laid, lips, box, makeup) - given
    if not whole:
        change *= (inside(near, None, height, width) * (1 - spared(near, height, width)))[..., None]
    return Worn(change, where)


@dataclass(frozen=True, eq=False)
class _Laid:
    """A makeup laid out over a part of a photo; all h x w, or h x w x 3.

    Attributes:
        free: where it may lie.
        evened: what foundation adds to the skin; None for nothing.
        tone: what skin is then multiplied by; None for nothing.
        hidden: how much of the skin is.
        colour: what is laid over it, in the light of the face.
        around: brightness of the skin around.
        brows: how far hairs are coloured; None for not at all.
        side: what light from one side makes of brightness; only with brows.
        painted: opacity of lipstick, whatever is lips; None for none.
        light: (3,).
    """

    free: Floats
    evened: Floats | None
    tone: Floats | None
    hidden: Floats
    colour: Floats
    around: Floats
    brows: Floats | None
    side: Floats | None
    painted: Floats | None
    light: Floats

    def enlarged(self, height: int, width: int) -> _Laid:
        """The same, larger."""

        def large(planes: Floats | None) -> Floats | None:
            return None if planes is None else _large(planes, height, width)

        return _Laid(
            _large(self.free, height, width), large(self.evened), large(self.tone), _large(self.hidden, height, width),
            _large(self.colour, height, width), _large(self.around, height, width), large(self.brows),
            large(self.side), large(self.painted), self.light,
        )  # fmt: skip


def _laid(
    given: Floats,
    lips: Floats,
    face: Face,
    makeup: Composed,
    front: Floats | None,
    light: Floats,
    skin: Floats,
    lock: bool,
    fine: bool,
) -> _Laid | None:
    """A makeup over a part of a photo.

    Args:
        given: h x w x 3 sRGB in [0, 1].
        lips: h x w, where they are.
        face: in pixels of the part.
        fine: whether eyes and mouth are spared here, at the part's own size.
    """
    height, width = given.shape[:2]
    planes, coverage = _wrapped(makeup.planes, face, height, width)
    if not coverage.any():
        return None
    whole = coverage * inside(face, front, height, width)
    free = whole * (1 - spared(face, height, width))
    lies = free if fine else whole
    evened, tone = _evened(given, planes, free, lies, face, makeup, light, skin, lock)
    below = given if evened is None else given + evened
    grey = np.asarray((below if tone is None else below * tone) @ _LUMA, np.float32)
    bare = np.asarray(free * (1 - lips * free), np.float32)
    side = _side_light(grey, bare, face, (slice(0, height), slice(0, width)))
    brows = planes[..., BROWS] * lies if planes[..., BROWS].any() else None
    return _Laid(
        lies, evened, tone, planes[..., HIDDEN] * lies,
        planes[..., RED : BLUE + 1] * light * (lies * side)[..., None],
        _blurred(grey[..., None], bare, 0.16 * face.inter_ocular)[..., 0],
        brows, None if brows is None else side,
        planes[..., LIPS] if planes[..., LIPS].any() else None, light,
    )  # fmt: skip


def _over(given: Floats, laid: _Laid, lips: Floats, box: tuple[slice, slice], makeup: Composed) -> Floats:
    """A part of a photo under a makeup that was laid out for it; ``lips`` are h x w, and all in the box."""
    below = given if laid.evened is None else given + laid.evened
    below = below if laid.tone is None else below * laid.tone
    grey = below @ _LUMA
    detail = np.clip(grey / np.maximum(laid.around, 0.02), 0.35, 1.7)
    made = below * (1 - laid.hidden)[..., None]
    made += laid.colour * detail[..., None]
    if laid.brows is not None and laid.side is not None:  # brows are coloured where there are hairs
        hairs = laid.brows * np.clip((0.97 - detail) / 0.18, 0, 1)
        shade = np.clip(detail * laid.side, 0.5, 1)[..., None]
        made += hairs[..., None] * (makeup.brows * laid.light * shade - made)
    if laid.painted is not None:
        part, there = made[box], lips[box] * laid.free[box]
        own = float((grey[box] * there).sum() / max(float(there.sum()), 1e-6))
        inner = np.clip(grey[box] / max(own, 0.02), 0.35, 1.8)
        painted = laid.painted[box] * there
        part += painted[..., None] * (makeup.lips * laid.light * inner[..., None] - part)
        part += (painted * makeup.gloss * np.clip(inner - 1.05, 0, 0.6) * (0.25 + grey[box]))[..., None]
    return np.asarray(np.clip(made, 0, 1), np.float32)


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


def _where(face: Face, height: int, width: int) -> tuple[slice, slice] | None:
    """Rows and columns of a photo that a face's mesh lies in."""
    low, high = face.landmarks[:, :2].min(axis=0), face.landmarks[:, :2].max(axis=0)
    left, top = np.clip(np.floor(low), 0, (width, height)).astype(int).tolist()
    right, bottom = np.clip(np.ceil(high), 0, (width, height)).astype(int).tolist()
    return (slice(top, bottom), slice(left, right)) if right > left and bottom > top else None


def _wrapped(planes: Floats, face: Face, height: int, width: int) -> tuple[Floats, Floats]:
    """Planes of the canonical face, and whether it is seen, over a whole part of a photo."""
    values, seen, (top, left) = wrap(planes, face, height, width)
    if seen.shape == (height, width):
        return values, seen
    laid, coverage = np.zeros((height, width, planes.shape[2]), np.float32), np.zeros((height, width), np.float32)
    box = slice(top, top + seen.shape[0]), slice(left, left + seen.shape[1])
    laid[box], coverage[box] = values, seen
    return laid, coverage


def _round_lips(face: Face, height: int, width: int) -> tuple[slice, slice]:
    """Rows and columns in which lips and a ring of skin round them lie."""
    points, reach = face.points(LIPS_OUTER), 0.2 * face.inter_ocular
    (x0, y0), (x1, y1) = (np.clip(edge, 0, (width, height)).astype(int).tolist()
                          for edge in (points.min(axis=0) - reach, points.max(axis=0) + reach))  # fmt: skip
    return slice(y0, max(y1, y0)), slice(x0, max(x1, x0))


def _large(planes: Floats, height: int, width: int) -> Floats:
    if planes.ndim == 2:
        return resize(np.ascontiguousarray(planes), height, width, enlarge="linear")
    return np.stack([_large(planes[..., c], height, width) for c in range(planes.shape[2])], axis=-1)


def _evened(
    given: Floats, planes: Floats, free: Floats, lies: Floats, face: Face, makeup: Composed, light: Floats,
    skin: Floats, lock: bool,
) -> tuple[Floats | None, Floats | None]:  # fmt: skip
    """The skin under foundation, its colour evened where blotches are, its pores and shading left: what is added to it,
    and what it is multiplied by then."""
    share = planes[..., EVEN] * free
    if makeup.coverage == 0 or not share.any():
        return None, None
    calm = _blurred(given, share, 0.10 * face.inter_ocular)
    near = _blurred(given, share, 0.02 * face.inter_ocular)
    blotch = near - calm
    grey = (blotch @ _LUMA)[..., None]
    over = (planes[..., EVEN] * lies)[..., None]
    added = (planes[..., SHINE] * lies)[..., None] * 0.5 * np.maximum(grey, 0) - over * (
        0.85 * (blotch - grey) + 0.45 * grey
    )
    if lock:
        return np.asarray(added, np.float32), None
    tone = makeup.tone * light / np.maximum(skin, 0.03)
    return np.asarray(added, np.float32), np.asarray(1 + over * (np.clip(tone, 0.4, 2.5) - 1), np.float32)


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
