"""Where makeup may lie on a face: not on eyes and teeth, and not on what is in front of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from looksmith.faces.face import Face
from looksmith.faces.landmarks import FACE_OVAL, LEFT_EYE, LIPS_INNER, RIGHT_EYE
from looksmith.faces.parts import PARTS
from looksmith.faces.people import People
from looksmith.facets.makeup.lips import filled
from looksmith.facets.makeup.window import moved
from looksmith.media.resize import resize

IN_FRONT = ("background", "hair", "glasses", "clothes", "body", "other")
"""Parts that makeup does not go over."""
SURE = 0.5
"""Probability from which on one of them is there."""

Floats = NDArray[np.float32]


def in_front(people: People) -> Floats | None:
    """What lies in front of the faces of a photo: h x w in [0, 1] at the size at which regions are looked at; None
    where the network of regions is not installed."""
    parts = people.regions.parts
    if parts is None:
        return None
    found = sum(parts[PARTS.index(part)] for part in IN_FRONT)
    return np.asarray(np.clip((found - SURE) / 0.3, 0, 1), np.float32)


def free_of(face: Face, shape: tuple[int, ...], front: Floats | None, where: tuple[slice, slice]) -> Floats:
    """Where makeup may lie in a part of a photo: not on the white of the eyes, in the mouth, beyond the face's outline
    (what stands out past it on a turned head is a pixel or two), nor on what is in front.

    Args:
        face: in pixels of the photo.
        shape: of the photo.
        front: h x w in [0, 1] of the photo's proportions; None for nothing.
        where: rows and columns of the part.
    """
    height, width = where[0].stop - where[0].start, where[1].stop - where[1].start
    held = moved(face, where)
    free = inside(held, part_in(front, shape, where), height, width) * (1 - spared(held, height, width))
    return np.asarray(np.clip(free, 0, 1), np.float32)


def inside(face: Face, front: Floats | None, height: int, width: int) -> Floats:
    """The face's outline without what is in front of it, over a part that both lie in: height x width in [0, 1]."""
    whole = filled(face.points(FACE_OVAL), height, width)
    if front is not None:
        whole = whole * (1 - resize(front, height, width, enlarge="linear"))
    return np.asarray(np.clip(whole, 0, 1), np.float32)


def spared(face: Face, height: int, width: int) -> Floats:
    """Where no makeup may lie: on the white of the eyes and in the mouth; h x w in [0, 1].

    Args:
        face: in pixels of the part.
    """
    spared = np.zeros((height, width), np.float32)
    for loop in (RIGHT_EYE, LEFT_EYE, LIPS_INNER):
        spared = np.maximum(spared, filled(face.points(loop), height, width))
    return spared


def part_in(front: Floats | None, shape: tuple[int, ...], where: tuple[slice, slice]) -> Floats | None:
    """What lies in front of faces, in a part of a photo of this shape."""
    if front is None:
        return None
    rows, columns = (
        np.clip((np.arange(part.start, part.stop) + 0.5) * (size / whole), 0, size - 1).astype(int)
        for part, size, whole in zip(where, front.shape, shape, strict=False)
    )
    return np.ascontiguousarray(front[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
