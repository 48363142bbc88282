"""Where one person's hair is, and how far along it a place lies."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError
from looksmith.faces.face import Face
from looksmith.faces.landmarks import FACE_OVAL
from looksmith.faces.parts import PARTS
from looksmith.faces.people import People
from looksmith.faces.refine import box_mean
from looksmith.faces.regions import NETWORK, Regions
from looksmith.facets.closeup import Box, Closeup, closeup, part_of
from looksmith.facets.hairline import CHEEKS, hair_in, without_brows
from looksmith.media.colour import rgb_to_lab
from looksmith.media.photo import Photo
from looksmith.media.smooth import blurred

Plane = NDArray[np.float32]

UNIT = 48.0
"""Pixels between the outer corners of the eyes at which hair is worked on."""
SMALLEST = 16.0
"""The same in the photo, below which hair is left alone."""
REACH = 2.6
"""Farthest from the face that its hair is looked for, in sizes of the face."""
LEAST = 0.08
"""Area of hair in squares of the eyes' distance below which there is none to speak of."""
_BEARD = (58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 327, 2, 98)
"""Loop round mouth and chin: what the network takes for hair there is a beard."""


@dataclass(frozen=True, eq=False)
class Hair:
    """One person's hair.

    Attributes:
        near: the part of the photo that it is in, at the working size.
        mask: h x w in [0, 1], at the working size.
        lab: h x w x 3 CIELAB of the closeup.
        along: h x w in [0, 1], 0 at the roots, 1 at the tips.
        clear: h x w, true where it is hair and nothing else, away from the hairline.
        skin: CIELAB of the forehead and cheeks beside it, or None where they are not seen.
        by_face: h x w in [0, 1], how near the hairline.
    """

    near: Closeup
    mask: Plane
    lab: NDArray[np.float32]
    along: Plane
    clear: NDArray[np.bool_]
    skin: NDArray[np.float32] | None
    by_face: Plane

    @property
    def box(self) -> Box:
        return self.near.box


def hair_of(photo: Photo, people: People, number: int) -> Hair | None:
    """The hair of one of the people; None where none is seen.

    Raises:
        LooksmithError: the network that knows hair is not installed.
    """
    face, regions = people.faces[number], people.regions
    if regions.parts is None:
        raise LooksmithError(
            "hair needs the network that knows the parts of people, which is not installed",
            where=NETWORK,
            hint="pip install --upgrade looksmith",
        )
    if face.inter_ocular < SMALLEST:
        return None
    owned = regions.parts[PARTS.index("hair")] * _reach(regions, people.faces, number)
    box = _box(owned, regions.rgb.shape, face.inter_ocular)
    if box is None:
        return None
    near = closeup(photo, people, face, box, UNIT)
    coarse = np.clip(part_of(owned, regions.rgb.shape, box, near.shape) * np.float32(1.6) - np.float32(0.15), 0, 1)
    lab = rgb_to_lab(near.rgb)
    mask = without_brows(near, hair_in(near, coarse, lab)) * (1 - near.polygon(_BEARD, soft=0.02))
    mask = mask * _alike(lab, mask, near.unit)
    if float(mask.sum()) < LEAST * near.unit**2:
        return None
    by_face = near.polygon(FACE_OVAL, grow=1.2, soft=0.05)
    cheeks = (near.polygon(CHEEKS) > 0.7) & (mask < 0.05)
    return Hair(
        near,
        np.asarray(mask, np.float32),
        lab,
        _along(near, mask),
        (mask > 0.85) & (by_face < 0.05),
        np.median(lab[cheeks], axis=0) if cheeks.sum() > 25 else None,
        by_face,
    )


def _reach(regions: Regions, faces: tuple[Face, ...], number: int) -> Plane:
    """Where hair may be this person's: near enough, and nearer to them than to anybody else; of the parts' size."""
    assert regions.parts is not None
    _, rows, columns = regions.parts.shape
    height, width = regions.rgb.shape[:2]
    scale = np.array([columns / width, rows / height])
    face = faces[number]
    y, x = np.arange(rows)[:, None] + 0.5, np.arange(columns)[None] + 0.5
    (middle, centre), size = np.array(face.centre) * scale, face.size * float(scale.mean())
    held = (np.abs(x - middle) < 0.7 * REACH * size) & (y - centre < REACH * size) & (centre - y < 1.4 * size)
    if len(faces) > 1:
        small = [replace(each, box=tuple((np.array(each.box) * np.tile(scale, 2)).tolist())) for each in faces]
        held &= Regions(np.zeros((rows, columns, 3), np.uint8), tuple(small), None).owners() == number
    return np.asarray(held, np.float32)


def _box(owned: Plane, whole: tuple[int, ...], unit: float) -> Box | None:
    rows, columns = np.flatnonzero((owned > 0.2).any(axis=1)), np.flatnonzero((owned > 0.2).any(axis=0))
    if not len(rows):
        return None
    down, across = whole[0] / owned.shape[0], whole[1] / owned.shape[1]
    pad = 0.12 * unit
    left, right = int(max(0, columns[0] * across - pad)), int(min(whole[1], (columns[-1] + 1) * across + pad + 1))
    top, bottom = int(max(0, rows[0] * down - pad)), int(min(whole[0], (rows[-1] + 1) * down + pad + 1))
    return (left, top, right, bottom) if right - left >= 8 and bottom - top >= 8 else None


def _alike(lab: NDArray[np.float32], mask: Plane, unit: float) -> Plane:
    """1 where the network is sure or the colour is that of the sure hair near by, less elsewhere: h x w."""
    sure = np.clip((mask - 0.8) / 0.15, 0, 1)
    core = sure > 0.5
    if core.sum() < 30:
        return np.ones_like(mask)
    below = np.maximum(blurred(sure, 0.25 * unit), np.float32(1e-4))
    off = np.zeros_like(mask)
    for channel, least in enumerate((11.0, 5.0, 6.0)):
        plane = np.ascontiguousarray(lab[..., channel])
        near_by = blurred(np.asarray(plane * sure, np.float32), 0.25 * unit) / below
        wide = max(least, 1.6 * float(np.std((plane - near_by)[core])))
        off += np.square((plane - near_by) / np.float32(wide))
    alike = np.clip(2.0 - np.sqrt(off) * np.float32(0.75), 0, 1)
    alike = box_mean(np.asarray(alike, np.float32), 1)
    return np.asarray(sure + (1 - sure) * alike, np.float32)


def _along(near: Closeup, mask: Plane) -> Plane:
    """Down the head from the crown; short hair is all near its roots."""
    right, left = near.points[[33, 133]].mean(axis=0), near.points[[263, 362]].mean(axis=0)
    mouth = near.points[[61, 291]].mean(axis=0)
    down = mouth - (right + left) / 2
    down /= max(float(np.linalg.norm(down)), 1e-3)
    y, x = np.mgrid[: near.shape[0], : near.shape[1]].astype(np.float32) + np.float32(0.5)
    place = (x - right[0]) * down[0] + (y - right[1]) * down[1]
    order = np.argsort(place, axis=None)
    share = np.cumsum(mask.ravel()[order])
    share /= max(float(share[-1]), 1e-6)
    at = np.minimum(np.searchsorted(share, (0.02, 0.98)), order.size - 1)
    first, last = place.ravel()[order[at]].tolist()
    return np.asarray(np.clip((place - first) / max(last - first, 1.8 * near.unit), 0, 1), np.float32)
