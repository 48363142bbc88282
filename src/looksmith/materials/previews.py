"""Thumbnails in which other people than the creator cannot be recognised."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from looksmith.materials.looking import SHOWN, THUMBNAILS
from looksmith.materials.material import Collected, Face, Somebody
from looksmith.media.atomic import write_bytes
from looksmith.media.colour import to_srgb8
from looksmith.media.photo import Photo
from looksmith.media.read import read_photo
from looksmith.media.resize import resize, shrink
from looksmith.media.write import encode_photo

PEOPLE = 12
"""Most people to choose from."""
BLOCKS = 4
"""So many blocks are left of a face, across and down."""
MARGIN = 0.35
"""Of the face's size, taken in around it: hair and chin tell people too."""


def hide_others(collected: Collected, folder: Path) -> None:
    """Write the thumbnails anew of pictures in which others stand beside the creator, from the pictures themselves."""
    for picture in collected.pictures:
        others = [face for face in picture.faces or () if collected.creator and not face.creator]
        if others:
            pixels = shrink(to_srgb8(read_photo(folder / picture.file)), longest=SHOWN)
            hidden = encode_photo(Photo(coarse(pixels, others)), "JPEG", quality=80)
            write_bytes(folder / THUMBNAILS / f"{picture.id}.jpg", hidden)


def shown_people(collected: Collected) -> list[Somebody]:
    """Those whose face the card shows: all from whom the creator is to be chosen, then the creator alone."""
    if collected.confirmed:
        return [person for person in collected.people if person.number == collected.creator]
    return list(collected.people[:PEOPLE])


def show_people(collected: Collected, folder: Path) -> None:
    """Write the faces to choose from into ``people/``, and delete all others there."""
    wanted = {person.file: person for person in shown_people(collected)}
    place = folder / "people"
    if wanted:
        place.mkdir(exist_ok=True)
    for name, person in wanted.items():
        if not (folder / name).is_file():
            pixels = to_srgb8(read_photo(folder / "pictures" / f"{person.example}.jpg"))
            write_bytes(folder / name, encode_photo(Photo(_face(pixels, person.box)), "JPEG", quality=85))
    for path in place.glob("*"):
        if f"people/{path.name}" not in wanted:
            path.unlink()


def _face(pixels: NDArray[np.uint8], box: tuple[float, float, float, float]) -> NDArray[np.uint8]:
    """A square round a face, at most 160 pixels."""
    height, width = pixels.shape[:2]
    side = 0.8 * max((box[2] - box[0]) * width, (box[3] - box[1]) * height)
    x, y = (box[0] + box[2]) / 2 * width, (box[1] + box[3]) / 2 * height
    rows = slice(max(0, round(y - side)), max(1, round(y + side)))
    columns = slice(max(0, round(x - side)), max(1, round(x + side)))
    return np.ascontiguousarray(shrink(np.ascontiguousarray(pixels[rows, columns]), longest=160))


def coarse(pixels: NDArray[np.uint8], faces: list[Face]) -> NDArray[np.uint8]:
    """The picture with these faces, and what is round them, in a few blocks."""
    made = pixels.copy()
    height, width = pixels.shape[:2]
    for face in faces:
        left, top, right, bottom = face.box
        x, y = MARGIN * (right - left), MARGIN * (bottom - top)
        rows = slice(max(0, round((top - y) * height)), min(height, round((bottom + y) * height)))
        columns = slice(max(0, round((left - x) * width)), min(width, round((right + x) * width)))
        part = np.ascontiguousarray(made[rows, columns])
        if part.size:
            few = resize(part, min(BLOCKS, part.shape[0]), min(BLOCKS, part.shape[1]))
            down = np.arange(part.shape[0]) * few.shape[0] // part.shape[0]
            across = np.arange(part.shape[1]) * few.shape[1] // part.shape[1]
            made[rows, columns] = few[down][:, across]
    return made
