"""Upright crops of labelled faces, held in memory, and views of them for training the mesh."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from looksmith.faces.crop import MARGIN, Place, moved, place_of_mesh
from looksmith.training.data.face_augment import covered, weathered
from looksmith.training.data.face_labels import FaceLabels
from looksmith.training.data.pictures import held_out
from looksmith.training.data.warp import read_rgb, warped

ROOM = 1.7
"""Side of a held crop over that of the crop which the network sees."""


@dataclass(frozen=True)
class FaceCrops:
    """Faces, upright, with room round them.

    Attributes:
        pixels: uint8 (n, side, side, 3), RGB; black where the picture ends.
        meshes: float32 (n, 478, 3), pixels of the crop.
        sets: name of the folder of each.
        names: file of each.
    """

    pixels: NDArray[np.uint8]
    meshes: NDArray[np.float32]
    sets: tuple[str, ...]
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.pixels)


def gather_crops(
    labels: Iterable[FaceLabels], size: int, keep: Callable[[Path], bool] = lambda path: not held_out(path)
) -> FaceCrops:
    """The faces of labelled folders whose pictures ``keep`` takes, by default those for training.

    Args:
        size: pixels of the crop which the network sees; those that are held are ``ROOM`` times as large.
    """
    side = round(size * ROOM)
    pixels, meshes, sets, names = [], [], [], []
    for folder in labels:
        for index in sorted(set(folder.which.tolist())):
            path = folder.folder / folder.names[index]
            if not keep(path):
                continue
            rgb = read_rgb(path)
            if rgb is None:
                continue
            for mesh in folder.faces_of(index):
                place = place_of_mesh(mesh, MARGIN * ROOM)
                shrink = place.side / side
                soft = np.asarray(cv2.GaussianBlur(rgb, (0, 0), 0.4 * shrink), np.uint8) if shrink > 1.5 else rgb
                pixels.append(warped(soft, place.from_photo(side), side))
                meshes.append(moved(mesh, place.from_photo(side)))
                sets.append(folder.folder.name)
                names.append(folder.names[index])
    if not pixels:
        raise FileNotFoundError("no face was found in the training folders; expected pictures of faces")
    return FaceCrops(np.stack(pixels), np.stack(meshes), tuple(sets), tuple(names))


def turn_of(meshes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rough degrees by which heads (n, 468 or more, 3) are turned aside, from the depths of the two halves' rims."""
    across = meshes[:, 454] - meshes[:, 234]
    return np.asarray(np.degrees(np.arctan2(across[:, 2], across[:, 0])), np.float32)


def view(
    pixels: NDArray[np.uint8],
    mesh: NDArray[np.float32],
    size: int,
    rng: np.random.Generator,
    other: NDArray[np.uint8],
    mirror: NDArray[np.int64],
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """A held crop as the detector's rough places show it: moved, turned, mirrored, weathered, partly covered.

    Returns:
        size x size x 3, and the mesh in [0, 1] of it.
    """
    side = pixels.shape[0]
    angle = rng.normal(0, 0.12) if rng.random() < 0.85 else rng.uniform(-0.7, 0.7)
    scale = math.exp(rng.normal(0, 0.1))
    shift = rng.normal(0, 0.035, 2) * side / ROOM
    place = Place(side / 2 + shift[0], side / 2 + shift[1], side / ROOM * scale, angle)
    matrix = place.from_photo(size)
    out = warped(pixels, matrix, size)
    points = moved(mesh, matrix)
    if rng.random() < 0.5:
        out = np.ascontiguousarray(out[:, ::-1])
        points = points[mirror]
        points[:, 0] = size - points[:, 0]
    if rng.random() < 0.2:
        low, high = points[:468, :2].min(axis=0), points[:468, :2].max(axis=0)
        out = covered(out, other, np.concatenate([low, high]), rng)
    return weathered(out, rng), points / np.float32(size)


def no_face(picture: NDArray[np.uint8], size: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """A piece of a picture without faces."""
    height, width = picture.shape[:2]
    side = min(height, width) * rng.uniform(0.15, 1.0)
    place = Place(
        rng.uniform(side / 2, width - side / 2), rng.uniform(side / 2, height - side / 2), side, rng.uniform(-0.5, 0.5)
    )
    return weathered(warped(picture, place.from_photo(size), size), rng)


def mirror_of(meshes: NDArray[np.float32]) -> NDArray[np.int64]:
    """For each point its partner on the other side of the face, from the mean of many upright meshes.

    Raises:
        ValueError: the partners of partners are not the points themselves: too few or too odd meshes.
    """
    mean = meshes.mean(axis=0)
    mean = mean - mean[[33, 263]].mean(axis=0)
    flipped = mean * np.array([-1, 1, 1], np.float32)
    partner = np.argmin(((mean[:, None] - flipped[None]) ** 2).sum(axis=-1), axis=0)
    partner[468:473], partner[473:478] = _iris_partners(mean, 468, 473), _iris_partners(mean, 473, 468)
    if not np.array_equal(partner[partner], np.arange(len(mean))):
        raise ValueError("the mean mesh is not symmetric enough to tell its sides")
    return np.asarray(partner, np.int64)


def _iris_partners(mean: NDArray[np.float32], first: int, other: int) -> NDArray[np.int64]:
    mine, theirs = mean[first : first + 5] * np.array([-1, 1, 1], np.float32), mean[other : other + 5]
    return np.asarray(other + np.argmin(((mine[:, None] - theirs[None]) ** 2).sum(axis=-1), axis=1), np.int64)
