"""Bare and made-up faces as textures: pairs of one person, and pictures of either kind.

The folder holds ``pairs`` (``<person>_<makeup>``, bare on the left, made up on the right), ``bare``, ``references``
(``<makeup>``) and ``worn``.  The made-up half of a pair comes from another network, which moves the tone of the whole
face and its light as well: its skin that wears no more than foundation is brought back to the tone of the bare half, so
that what is learned is makeup and not light.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError
from looksmith.faces.analyse import analyse_pixels
from looksmith.faces.face import Face
from looksmith.facets.makeup.places import zones
from looksmith.facets.makeup.window import WHOLE, cut, seen
from looksmith.media.read import read_photo
from looksmith.training.data.splits import share_of

HELD_OUT = 0.2
"""Share of the people, and of the makeups, that are for the test."""
SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp"})

Rgb = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class MadeUpPair:
    """One person twice.

    Attributes:
        person, makeup: their names.
        bare: 128 x 128 x 3 uint8.
        made: the same, in the tone of ``bare``.
    """

    person: str
    makeup: str
    bare: Rgb
    made: Rgb


@dataclass(frozen=True, eq=False)
class MadeUpFaces:
    """What the recipe learns from; nothing that is held out is in it.

    Attributes:
        pairs: at least one.
        bare, made: textures of real faces, 128 x 128 x 3 uint8.
    """

    pairs: tuple[MadeUpPair, ...]
    bare: tuple[Rgb, ...]
    made: tuple[Rgb, ...]


def person_held_out(name: str) -> bool:
    """Whether a person is for the test; by name."""
    return share_of(f"person {name}") < HELD_OUT


def makeup_held_out(name: str) -> bool:
    """Whether a makeup is for the test; by name."""
    return share_of(f"makeup {name}") < HELD_OUT


def face_held_out(name: str) -> bool:
    """Whether one of the further faces, on which makeup is only laid, is for the test; by name."""
    return share_of(f"generated {name}") < HELD_OUT


def read_made_up(folder: Path) -> MadeUpFaces:
    """The faces of a folder, without those held out; pictures without a face are passed over.

    Raises:
        LooksmithError: there is no pair.
    """
    pairs = []
    for path in _pictures(folder / "pairs"):
        person, _, makeup = path.stem.rpartition("_")
        if not person_held_out(person) and not makeup_held_out(makeup) and (halves := _halves(path)) is not None:
            pairs.append(MadeUpPair(person, makeup, *halves))
    if not pairs:
        raise LooksmithError(
            "there are no pairs of bare and made-up faces", where=folder / "pairs",
            expected="pictures <person>_<makeup>, bare on the left, made up on the right",
        )  # fmt: skip
    bare = [path for path in _pictures(folder / "bare") if not person_held_out(path.stem)]
    made = [path for path in _pictures(folder / "references") if not makeup_held_out(path.stem)]
    made += _pictures(folder / "worn")
    return MadeUpFaces(tuple(pairs), _textures(bare), _textures(made))


def toned(made: Rgb, bare: Rgb) -> Rgb:
    """A made-up texture in the light of the bare one: each channel times the quotient of their plain skin."""
    plain = cut(zones(WHOLE)["plain"]) > 0.5
    gain = (np.median(bare[plain], axis=0) + 4.0) / (np.median(made[plain], axis=0) + 4.0)
    lit: Rgb = np.clip(np.rint(made * np.clip(gain, 0.4, 2.5)), 0, 255).astype(np.uint8)
    return lit


def _halves(path: Path) -> tuple[Rgb, Rgb] | None:
    rgb = read_photo(path).pixels.astype(np.uint8)
    middle = rgb.shape[1] // 2
    left, right = np.ascontiguousarray(rgb[:, :middle]), np.ascontiguousarray(rgb[:, middle : 2 * middle])
    face = _largest(left)
    if face is None:
        return None
    bare, made = _texture(left, face), _texture(right, face)
    return bare, toned(made, bare)


def _textures(paths: Sequence[Path]) -> tuple[Rgb, ...]:
    found = []
    for path in paths:
        rgb = read_photo(path).pixels.astype(np.uint8)
        face = _largest(rgb)
        if face is not None:
            found.append(_texture(rgb, face))
    return tuple(found)


def _texture(rgb: Rgb, face: Face) -> Rgb:
    return np.clip(np.rint(seen(rgb, face).pixels), 0, 255).astype(np.uint8)


def _largest(rgb: Rgb) -> Face | None:
    return max(analyse_pixels(rgb), key=lambda face: face.size, default=None)


def _pictures(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
