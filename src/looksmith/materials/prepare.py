"""What a facet is handed: whole pictures, or the creator's face cut out upright, all of one part of a collection."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from looksmith.faces.align import place_of
from looksmith.faces.crop import cut
from looksmith.materials.material import Collected, Picture
from looksmith.materials.needs import Stuff, need_of
from looksmith.materials.split import Part
from looksmith.media.colour import to_srgb8
from looksmith.media.photo import Photo
from looksmith.media.read import read_photo
from looksmith.media.resize import shrink

FACE = 512
"""Side of a face's crop, pixels."""
TEMPLATE = np.array([(0.36, 0.40), (0.64, 0.40), (0.5, 0.54), (0.39, 0.66), (0.61, 0.66)])
"""Where eyes, nose and mouth stand in it, as shares: hair and chin are in the crop too."""


def fit_for(collected: Collected, facet: str, part: Part = "train") -> list[Picture]:
    """The pictures of a part that a facet is learned from; none for facets of sound and words."""
    stuff: Stuff = need_of(facet).stuff
    pictures = collected.part(part)
    if stuff == "pictures":
        return list(pictures)
    if stuff == "faces":
        return [p for p in pictures if collected.confirmed and p.shows_creator]
    return [p for p in pictures if p.full_body] if stuff == "figures" else []


def prepare(folder: Path, pictures: Sequence[Picture], facet: str, longest: int = 1024) -> tuple[Photo, ...]:
    """Read pictures of a collection as a facet needs them.

    Args:
        folder: of the collection.
        pictures: of it.
        facet: by name; facets of the face get the creator's face, upright, 512 x 512, all others the whole picture.
        longest: longest side of whole pictures, pixels.

    Returns:
        8-bit sRGB photos.

    Raises:
        LooksmithError: a picture cannot be read.
    """
    made = []
    for picture in pictures:
        pixels = to_srgb8(read_photo(folder / picture.file))
        if need_of(facet).stuff == "faces":
            made += [Photo(face_crop(pixels, face.points)) for face in picture.faces or () if face.creator]
        else:
            made.append(Photo(np.ascontiguousarray(shrink(pixels, longest=longest))))
    return tuple(made)


def face_crop(pixels: NDArray[np.uint8], points: Sequence[float]) -> NDArray[np.uint8]:
    """A face, upright, in a square of 512 pixels.

    Args:
        pixels: H x W x 3 uint8.
        points: the five points as shares of width and height, x and y in turn.
    """
    height, width = pixels.shape[:2]
    places = np.asarray(points, np.float64).reshape(5, 2) * (width, height)
    return cut(pixels, place_of(places, TEMPLATE * FACE, FACE), FACE)
