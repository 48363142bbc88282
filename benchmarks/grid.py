"""The pictures of a run: held-out photos and styles, chosen by a fixed function of their names."""

from __future__ import annotations

import argparse
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError
from looksmith.training.data.pictures import SUFFIXES, held_out

VARIABLE = "LOOKSMITH_DATA"
Rgb = NDArray[np.uint8]

PORTRAITS = ("faces/generated", "faces/rated")
SCENES = ("content/large", "content/photos", "content/street")
STYLES = ("styles/paintings", "styles/paintings", "styles/paintings", "styles/classics")


@dataclass(frozen=True)
class Picture:
    """One picture of the grid.

    Attributes:
        name: folder and file name, as in the data.
        rgb: side x side x 3 uint8 sRGB.
        portrait: whether it counts for identity.
    """

    name: str
    rgb: Rgb
    portrait: bool = False


def add_data_argument(parser: argparse.ArgumentParser) -> None:
    """``--data``, or LOOKSMITH_DATA."""
    parser.add_argument(
        "--data", type=Path, help=f"folder with faces/, content/ and styles/; or set {VARIABLE} (see docs)"
    )


def data_folder(given: Path | None) -> Path:
    """The data's folder.

    Raises:
        LooksmithError: it is not said, or is not there.
    """
    folder = given or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    if folder is None or not folder.is_dir():
        raise LooksmithError(
            "the pictures to measure on were not found",
            where=folder or "--data",
            expected="a folder with faces/, content/ and styles/",
            hint=f"--data FOLDER, or set {VARIABLE}",
        )
    return folder


def choose(data: Path, folder: str, count: int) -> list[Path]:
    """``count`` held-out pictures of a folder, in an order that only their names decide.

    Raises:
        LooksmithError: there are not so many.
    """
    found = [
        path
        for path in (data / folder).rglob("*")
        if path.suffix.lower() in SUFFIXES and ".mask." not in path.name and held_out(path)
    ]
    found.sort(key=lambda path: hashlib.sha256(path.name.encode()).hexdigest())
    if len(found) < count:
        raise LooksmithError(
            "too few held-out pictures", where=data / folder, expected=f"{count} or more", got=len(found)
        )
    return found[:count]


def photos(data: Path, count: int, side: int) -> list[Picture]:
    """Half portraits, half scenes; the share of each folder is as equal as can be."""
    portraits = _spread(data, PORTRAITS, (count + 1) // 2)
    scenes = _spread(data, SCENES, count // 2)
    return [_picture(data, path, side, portrait=True) for path in portraits] + [
        _picture(data, path, side) for path in scenes
    ]


def styles(data: Path, count: int, side: int) -> list[Picture]:
    """Three paintings for every classic."""
    return [_picture(data, path, side) for path in _spread(data, STYLES, count)]


def named(data: Path, folder: str, names: tuple[str, ...], side: int) -> list[Picture]:
    """Held-out pictures by file name, those of them that are there."""
    by_name = {path.name: path for path in (data / folder).rglob("*") if held_out(path)}
    return [_picture(data, by_name[name], side) for name in names if name in by_name]


def shares(data: Path, count: int, side: int, folders: Mapping[str, float]) -> list[Picture]:
    """Held-out pictures, of each folder its share of ``count``."""
    return [
        _picture(data, path, side, portrait=folder in PORTRAITS)
        for folder, share in folders.items()
        for path in choose(data, folder, round(count * share))
    ]


def _spread(data: Path, folders: tuple[str, ...], count: int) -> list[Path]:
    shares = [folders[k % len(folders)] for k in range(count)]
    return [path for folder in dict.fromkeys(folders) for path in choose(data, folder, shares.count(folder))]


def _picture(data: Path, path: Path, side: int, portrait: bool = False) -> Picture:
    decoded = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
    if decoded is None:
        raise LooksmithError("not a picture that can be decoded", where=path)
    return Picture(path.relative_to(data).as_posix(), square(np.asarray(decoded[..., ::-1], np.uint8), side), portrait)


def square(rgb: Rgb, side: int) -> Rgb:
    """The middle square, resized to side x side."""
    height, width = rgb.shape[:2]
    short = min(height, width)
    top, left = (height - short) // 2, (width - short) // 2
    cut = np.ascontiguousarray(rgb[top : top + short, left : left + short])
    how = cv2.INTER_AREA if short > side else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(cut, (side, side), interpolation=how), np.uint8)
