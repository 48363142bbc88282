"""A part of a photo round a face, at the size at which facets of faces work, and changes laid back from there.

What is changed there is smooth, so it is made small and laid over the photo's own pixels large: detail finer than the
working size is never touched, and a face costs the same in a photo of any size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from looksmith.faces.face import Face
from looksmith.faces.parts import PARTS
from looksmith.faces.people import People
from looksmith.faces.refine import refined
from looksmith.faces.regions import Regions
from looksmith.media.colour import from_srgb, luma, to_srgb8
from looksmith.media.photo import Photo
from looksmith.media.resize import resize
from looksmith.media.smooth import blurred

Plane = NDArray[np.float32]
Box = tuple[int, int, int, int]


@dataclass(frozen=True, eq=False)
class Closeup:
    """A part of a photo round a face.

    Attributes:
        box: left, top, right, bottom of it, pixels of the photo.
        rgb: h x w x 3 uint8 sRGB, at the working size.
        points: float32 (468, 2), the mesh in working pixels.
        unit: distance of the outer corners of the eyes, working pixels.
        irises: float32 (2, 5, 2) in working pixels, or None.
        regions: of the whole photo.
    """

    box: Box
    rgb: NDArray[np.uint8]
    points: NDArray[np.float32]
    unit: float
    irises: NDArray[np.float32] | None
    regions: Regions

    @property
    def shape(self) -> tuple[int, int]:
        height, width = self.rgb.shape[:2]
        return height, width

    @cached_property
    def luma(self) -> Plane:
        """h x w in [0, 1]."""
        return luma(self.rgb)

    @cached_property
    def planes(self) -> tuple[Plane, Plane, Plane]:
        """Luma, red less green, green less blue; of sRGB values in [0, 1]."""
        red, green, blue = (self.rgb[..., c].astype(np.float32) * np.float32(1 / 255) for c in range(3))
        return self.luma, red - green, green - blue

    def part(self, *names: str, sharp: float = 0.02) -> Plane | None:
        """How likely parts of people are: h x w in [0, 1], their edges where the photo's are.

        Args:
            names: of ``faces.parts``.
            sharp: width of the windows in which edges are looked for, in units of the eyes' distance.

        Returns:
            None where the network that knows parts is not installed.
        """
        coarse = self.coarse(*names, side=2)
        return None if coarse is None else refined(coarse, self.luma, max(1, round(sharp * self.unit)))

    def coarse(self, *names: str, side: int = 1) -> Plane | None:
        """The same as the network says it, at the working size over ``side``."""
        parts = self.regions.parts
        if parts is None:
            return None
        summed = np.asarray(sum(parts[PARTS.index(name)] for name in names), np.float32)
        return part_of(summed, self.regions.rgb.shape, self.box, tuple(max(1, n // side) for n in self.shape))

    def polygon(self, *loops: Sequence[int], grow: float = 1.0, soft: float = 0.0) -> Plane:
        """Loops of the mesh filled: h x w in [0, 1].

        Args:
            loops: points of the mesh.
            grow: factor by which each is made larger round its middle.
            soft: width of its edge, in units of the eyes' distance.
        """
        height, width = self.shape
        fine, made = 3, np.zeros((height, width), np.float32)
        grown = []
        for loop in loops:
            corners = self.points[list(loop)]
            middle = corners.mean(axis=0)
            grown.append(middle + (corners - middle) * np.float32(grow))
        deviation = soft * self.unit
        box = box_round(np.concatenate(grown), 3 * deviation + 2, height, width)
        if box is None:
            return made
        left, top, right, bottom = box
        canvas = Image.new("L", ((right - left) * fine, (bottom - top) * fine))
        draw = ImageDraw.Draw(canvas)
        for corners in grown:
            draw.polygon([tuple(point) for point in ((corners - (left, top)) * fine - 0.5).tolist()], fill=255)
        drawn = np.asarray(canvas.reduce(fine), np.float32) * np.float32(1 / 255)
        made[top:bottom, left:right] = blurred(drawn, deviation)
        return made


def part_of(plane: Plane, whole: Sequence[int], box: Box, size: tuple[int, ...]) -> Plane:
    """A part of a plane that covers a whole photo, at another size.

    Args:
        plane: h x w, of the photo's proportions.
        whole: height and width of the photo.
        box: in its pixels.
        size: height and width that are wanted.
    """
    down, across = plane.shape[0] / whole[0], plane.shape[1] / whole[1]
    left, top, right, bottom = box
    image = Image.fromarray(np.ascontiguousarray(plane))
    held = (
        min(left * across, image.width - 1e-3), min(top * down, image.height - 1e-3),
        min(right * across, image.width), min(bottom * down, image.height),
    )  # fmt: skip
    return np.asarray(image.resize((size[1], size[0]), Image.Resampling.BILINEAR, held))


def box_round(points: NDArray[np.float32], margin: float, height: int, width: int) -> Box | None:
    """The whole pixels round points and so many pixels more; None where that is out of the photo."""
    low, high = np.floor(points.min(axis=0) - margin), np.ceil(points.max(axis=0) + margin)
    left, right = (int(np.clip(x, 0, width)) for x in (low[0], high[0]))
    top, bottom = (int(np.clip(y, 0, height)) for y in (low[1], high[1]))
    return (left, top, right, bottom) if right - left >= 8 and bottom - top >= 8 else None


def closeup(photo: Photo, people: People, face: Face, box: Box, unit: float) -> Closeup:
    """A part of a photo, not larger than it is there.

    Args:
        photo: as it is now; ``people`` may have seen it before its colours changed.
        people: of the photo.
        face: one of them.
        box: the part.
        unit: distance of the outer corners of the eyes that is wanted, pixels.
    """
    left, top, right, bottom = box
    own = to_srgb8(Photo(photo.pixels[top:bottom, left:right], icc=photo.icc))
    ratio = min(1.0, unit / max(face.inter_ocular, 1e-3))
    height, width = max(8, round((bottom - top) * ratio)), max(8, round((right - left) * ratio))
    scale = np.array([width / (right - left), height / (bottom - top)], np.float32)
    corner = np.array([left, top], np.float32)
    return Closeup(
        box=box,
        rgb=resize(own, height, width),
        points=(face.landmarks[:, :2] - corner) * scale,
        unit=face.inter_ocular * float(scale.mean()),
        irises=None if face.irises is None else (face.irises - corner) * scale,
        regions=people.regions,
    )


def add_change(changed: NDArray[np.float32], at: Box, box: Box, change: NDArray[np.float32]) -> None:
    """Add a change made at a working size to pixels of the photo's size, in place.

    Args:
        changed: H x W x 3.
        at: the part of the photo that ``changed`` is.
        box: the part of the photo that ``change`` is about, inside ``at``.
        change: h x w x 3.
    """
    left, top, right, bottom = box
    part = changed[top - at[1] : bottom - at[1], left - at[0] : right - at[0]]
    for channel in range(3):
        part[..., channel] += resize(
            np.ascontiguousarray(change[..., channel]), bottom - top, right - left, enlarge="linear"
        )


def with_change(photo: Photo, box: Box, change: NDArray[np.float32]) -> NDArray[Any]:
    """A part of a photo after a change that was made in sRGB: what ``blend.mix`` takes as changed.

    Args:
        photo: of any depth and profile.
        box: the part.
        change: H x W x 3 of the part, of sRGB values in [0, 1].

    Returns:
        H x W x 3 float32 in the photo's own profile, full scale 1.  The photo's own bits are kept under the change.
    """
    left, top, right, bottom = box
    own = photo.pixels[top:bottom, left:right]
    made: NDArray[np.float32] = own.astype(np.float32)
    made *= np.float32(1 / photo.full_scale)
    part = photo.with_pixels(own)
    before = to_srgb8(Photo(own, icc=photo.icc))
    shown = before.astype(np.float32) * np.float32(1 / 255) + change
    moved = from_srgb(shown, part)
    if moved is shown:
        made += change
    else:  # a wide profile: the difference of both ways into it
        full = np.float32(1 / photo.full_scale)
        made += moved.astype(np.float32) * full
        made -= from_srgb(before, part).astype(np.float32) * full
    return made
