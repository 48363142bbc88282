"""The dense mesh: a crop round each face that was found, and a second one round the mesh that the first showed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from looksmith.faces.crop import MARGIN, Place, cut, moved, place_of_mesh, upright_angle
from looksmith.faces.detect import Detection
from looksmith.faces.face import Points
from looksmith.models.load import session

NETWORK = "faces-mesh"
SIZE = 128
"""Side of the crop, pixels."""
_AT_ONCE = 16


@dataclass(frozen=True, eq=False)
class Mesh:
    """What the network sees in a place.

    Attributes:
        points: float32 (478, 3), pixels of the photo: 468 of the mesh, then five of each iris, the right one first.
        presence: how sure it is that there is a face, in [0, 1].
    """

    points: Points
    presence: float


def place_of_detection(found: Detection) -> Place:
    """Where to look first."""
    right, left, _, *corners = found.points
    angle = upright_angle(right, left, (corners[0] + corners[1]) / 2)
    width, height = found.box[2:] - found.box[:2]
    slant = abs(math.sin(angle)) * abs(math.cos(angle))  # a slanted face reaches into the corners of its box less
    side = float(max(width, height)) * (1 - 0.25 * slant) * MARGIN
    x, y = (found.box[:2] + found.box[2:]) / 2
    return Place(float(x), float(y), max(side, 2.0), angle)


def look(rgb: NDArray[np.uint8], places: Sequence[Place]) -> list[Mesh]:
    """The mesh in each place.

    Args:
        rgb: H x W x 3 sRGB.
        places: squares round faces, upright.
    """
    made: list[Mesh] = []
    for first in range(0, len(places), _AT_ONCE):
        some = places[first : first + _AT_ONCE]
        crops = np.stack([cut(rgb, place, SIZE) for place in some])
        feed = np.ascontiguousarray(crops.transpose(0, 3, 1, 2), np.float32) / 255
        meshes, presence = session(NETWORK).run(None, {"crop": feed})
        for place, mesh, sure in zip(some, np.asarray(meshes), np.asarray(presence), strict=True):
            made.append(Mesh(moved(mesh * np.float32(SIZE), place.into_photo(SIZE)), float(sure)))
    return made


def look_again(rgb: NDArray[np.uint8], places: Sequence[Place], meshes: Sequence[Mesh]) -> list[Mesh]:
    """The mesh in the square that each of the first meshes asks for."""
    return look(rgb, [sane(place_of_mesh(mesh.points), place) for mesh, place in zip(meshes, places, strict=True)])


def sane(place: Place, before: Place) -> Place:
    """The square that the first mesh asks for, unless it ran away from the one before."""
    near = math.hypot(place.x - before.x, place.y - before.y) < 0.5 * before.side
    alike = 0.5 < place.side / before.side < 2.0
    return place if near and alike else before
