"""The square that a network looks at: round a face, turned so that it stands upright, and back to the photo."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from looksmith.faces.landmarks import EYE_CORNERS, MOUTH_CORNERS

Points = NDArray[np.float32]

MARGIN = 1.3
"""Side of the square over the longer side of the mesh, as the mesh network wants it."""


@dataclass(frozen=True)
class Place:
    """A square in a photo, in its pixels.

    Attributes:
        x, y: its middle.
        side: its length.
        angle: radians by which it is turned clockwise; the face in it is turned as much.
    """

    x: float
    y: float
    side: float
    angle: float

    def into_photo(self, size: int) -> NDArray[np.float64]:
        """2 x 3: from pixels of a crop of ``size`` pixels to those of the photo (corners at whole numbers)."""
        scale = self.side / size
        cos, sin = scale * math.cos(self.angle), scale * math.sin(self.angle)
        half = size / 2
        return np.array([[cos, -sin, self.x - half * (cos - sin)], [sin, cos, self.y - half * (sin + cos)]], np.float64)

    def from_photo(self, size: int) -> NDArray[np.float64]:
        """2 x 3: from pixels of the photo to those of a crop of ``size`` pixels."""
        matrix = self.into_photo(size)
        turn = np.linalg.inv(matrix[:, :2])
        return np.concatenate([turn, -turn @ matrix[:, 2:]], axis=1)


def moved(points: Points, matrix: NDArray[np.float64]) -> Points:
    """Points n x 2 or n x 3 through a 2 x 3 similarity; z takes its scale."""
    xy = points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    depth = points[:, 2:] * math.sqrt(abs(np.linalg.det(matrix[:, :2])))
    return np.concatenate([xy, depth], axis=1).astype(np.float32)


def upright_angle(right_eye: Points, left_eye: Points, mouth: Points) -> float:
    """Radians by which a face is turned clockwise in the photo.

    Eyes and the line down to the mouth both say it, each as far as it is long: in profile the eyes fall together and
    the line down decides.
    """
    across = left_eye - right_eye
    down = mouth - (right_eye + left_eye) / 2
    return math.atan2(float(across[1] - down[0]), float(across[0] + down[1]))


def place_of_mesh(mesh: Points, margin: float = MARGIN) -> Place:
    """The square round a mesh (at least 468 x 2 or 3), upright."""
    xy = mesh[:468, :2].astype(np.float64)
    (right_outer, right_inner), (left_inner, left_outer) = EYE_CORNERS[0], EYE_CORNERS[1][::-1]
    right, left = xy[[right_outer, right_inner]].mean(axis=0), xy[[left_inner, left_outer]].mean(axis=0)
    angle = upright_angle(right, left, xy[list(MOUTH_CORNERS)].mean(axis=0))
    cos, sin = math.cos(angle), math.sin(angle)
    turned = xy @ np.array([[cos, -sin], [sin, cos]])
    low, high = turned.min(axis=0), turned.max(axis=0)
    x, y = (low + high) / 2
    side = float(max(high - low)) * margin
    return Place(float(cos * x - sin * y), float(sin * x + cos * y), side, angle)


def cut(pixels: NDArray[np.uint8], place: Place, size: int) -> NDArray[np.uint8]:
    """The crop, size x size x 3; what lies out of the photo is black.  Shrinking averages: nothing is skipped."""
    height, width = pixels.shape[:2]
    reach = place.side * (abs(math.cos(place.angle)) + abs(math.sin(place.angle))) / 2 + 2
    x0, y0 = max(0, math.floor(place.x - reach)), max(0, math.floor(place.y - reach))
    x1, y1 = min(width, math.ceil(place.x + reach)), min(height, math.ceil(place.y + reach))
    if x0 >= x1 or y0 >= y1:
        return np.zeros((size, size, 3), np.uint8)
    near = Image.fromarray(np.ascontiguousarray(pixels[y0:y1, x0:x1]))
    step = max(1, min(int(place.side / size), *near.size))
    if step > 1:
        near = near.reduce(step)
    matrix = place.into_photo(size)
    matrix[:, 2] -= (x0, y0)
    coefficients = (matrix / step).ravel().tolist()
    return np.asarray(
        near.transform((size, size), Image.Transform.AFFINE, coefficients, resample=Image.Resampling.BILINEAR)
    )
