"""Augmented views of pictures for training: turned, cut and mirrored as a facet can bear, colours left alone.

A view is a function of the picture, its number and nothing else, so that it can be made again.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from looksmith.faces.crop import Place, cut
from looksmith.materials.material import Collected
from looksmith.materials.needs import need_of
from looksmith.media.atomic import write_bytes
from looksmith.media.colour import to_srgb8
from looksmith.media.photo import Photo
from looksmith.media.read import read_photo
from looksmith.media.write import encode_photo


@dataclass(frozen=True)
class Range:
    """How far views may differ.

    Attributes:
        zoom: a view shows at least this share of the picture's shorter side.
        turn: degrees to either side.
        mirror: whether left and right may change places; a face's parting and beauty spots may not.
    """

    zoom: float
    turn: float
    mirror: bool


RANGES = {"pictures": Range(0.6, 4.0, True), "faces": Range(0.92, 6.0, False), "figures": Range(0.9, 3.0, True)}
SIDE = 512


def view(
    pixels: NDArray[np.uint8], name: str, number: int, facet: str = "texture", side: int = SIDE
) -> NDArray[np.uint8]:
    """One view of a picture: a turned square of it, mirrored or not, that nowhere reaches out of the picture.

    Args:
        pixels: H x W x 3 uint8 sRGB.
        name: of the picture; with ``number`` it decides what is drawn.
        number: of the view.
        facet: by name; what it is learned from decides how far views may differ.
        side: of the view, pixels.

    Returns:
        side x side x 3 uint8.
    """
    allowed = RANGES.get(need_of(facet).stuff, RANGES["pictures"])
    seed = int.from_bytes(hashlib.sha256(f"{name}/{number}".encode()).digest()[:8], "big")
    zoom, turn, x, y, flip = np.random.default_rng(seed).random(5)
    height, width = pixels.shape[:2]
    angle = float(np.deg2rad(allowed.turn * (2 * turn - 1)))
    reach = math.cos(angle) + abs(math.sin(angle))  # a turned square takes more room
    size = min(height, width) * min(1.0, allowed.zoom + (1 - allowed.zoom) * zoom) / reach
    room = size * reach / 2
    place = Place(room + x * (width - 2 * room), room + y * (height - 2 * room), size, angle)
    made = cut(pixels, place, side)
    return np.ascontiguousarray(made[:, ::-1]) if allowed.mirror and flip < 0.5 else made


def write_views(collected: Collected, folder: Path, count: int) -> int:
    """Write views of every picture for learning into ``views/`` as ``ID-NUMBER.jpg``; gives how many.

    Only of the part ``train``: nothing that is held out comes in by another door.
    """
    place = folder / "views"
    place.mkdir(exist_ok=True)
    wanted = {}
    for picture in collected.part("train"):
        wanted.update({f"{picture.id}-{number}.jpg": (picture, number) for number in range(count)})
    for path in place.iterdir():
        if path.name not in wanted:
            path.unlink()
    for name, (picture, number) in wanted.items():
        if not (place / name).is_file():
            made = view(to_srgb8(read_photo(folder / picture.file)), picture.id, number)
            write_bytes(place / name, encode_photo(Photo(made), "JPEG", quality=95))
    return len(wanted)
