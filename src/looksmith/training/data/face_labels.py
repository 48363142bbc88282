"""Labels by teachers: every face of a folder of pictures as a mesh, kept beside so that it is found only once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from looksmith.faces.crop import Place, moved, place_of_mesh, upright_angle
from looksmith.media.atomic import write_bytes
from looksmith.training.data.pictures import SUFFIXES
from looksmith.training.data.warp import bordered, read_rgb, warped
from looksmith.training.teachers.attention_mesh import POINTS, AttentionMesh
from looksmith.training.teachers.blazeface import BlazeFace, merge_overlapping, overlaps

SURE, DOUBT = 0.5, 0.25
"""Least score of a face, and of what may be one: such pictures are no pictures without faces."""
CROP, MARGIN = 256, 1.5
"""Pixels of the teacher's crop, and its side over that of the mesh."""


@dataclass(frozen=True)
class FaceLabels:
    """The faces of a folder.

    Attributes:
        folder: where the pictures are.
        names: of its pictures, relative.
        which: int32 (n,), the picture of each face.
        meshes: float32 (n, 478, 3), pixels of the picture.
        doubts: float32 (m, 5): index of a picture and a box that may be a face, but could not be labelled.
    """

    folder: Path
    names: tuple[str, ...]
    which: NDArray[np.int32]
    meshes: NDArray[np.float32]
    doubts: NDArray[np.float32]

    def faces_of(self, index: int) -> NDArray[np.float32]:
        """The meshes of a picture."""
        return np.asarray(self.meshes[self.which == index], np.float32)

    def without_faces(self) -> list[int]:
        """Pictures in which no teacher sees anything like a face."""
        busy = set(self.which.tolist()) | set(self.doubts[:, 0].astype(int).tolist())
        return [k for k in range(len(self.names)) if k not in busy]


class FaceTeacher:
    """Detectors and mesh together."""

    def __init__(self) -> None:
        self.near, self.far, self.mesh = BlazeFace("short"), BlazeFace("full"), AttentionMesh()

    def portrait(self, rgb: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The face of a portrait: like :meth:`picture`, in less time."""
        pad = round(0.25 * max(rgb.shape[:2]))
        padded = bordered(rgb, pad)
        found = self.near(padded, SURE)
        if not len(found):
            return self.picture(rgb)
        largest = np.argmax((found[:, 3:5] - found[:, 1:3]).prod(axis=1))
        meshes, doubts = self._meshes(rgb, found[largest : largest + 1] - _shift(pad))
        return meshes, np.concatenate([doubts, np.delete(found, largest, axis=0)[:, 1:5] - np.float32(pad)])

    def picture(self, rgb: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Every face of any picture: meshes (n, 478, 3), and boxes (m, 4) of what may be a face."""
        pad = round(0.25 * max(rgb.shape[:2]))
        padded = bordered(rgb, pad)
        found = [self.near(padded, DOUBT) - _shift(pad), self.far(rgb, DOUBT)]
        for x, y, tile in _tiles(rgb):
            found.append(self.far(tile, DOUBT) + _shift(0, x, y))
        every = merge_overlapping(np.concatenate(found))
        meshes, doubts = self._meshes(rgb, every[every[:, 0] >= SURE])
        return meshes, np.concatenate([doubts, every[every[:, 0] < SURE, 1:5]])

    def _meshes(
        self, rgb: NDArray[np.uint8], found: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        meshes: list[NDArray[np.float32]] = []
        doubts = []
        for row in found:
            mesh = self.refined(rgb, _place(row))
            if mesh is None or _box(mesh)[2] - _box(mesh)[0] < 10:
                doubts.append(row[1:5])
            elif not meshes or overlaps(_box(mesh), np.stack([_box(m) for m in meshes])).max() < 0.4:
                meshes.append(mesh)
        return (
            np.array(meshes, np.float32).reshape(-1, POINTS, 3),
            np.array(doubts, np.float32).reshape(-1, 4),
        )

    def refined(self, rgb: NDArray[np.uint8], place: Place) -> NDArray[np.float32] | None:
        """The mesh seen in a place, looked at again in its own place where that differs much."""
        mesh = self.at(rgb, place)
        if mesh is None:
            return None
        better = place_of_mesh(mesh, MARGIN)
        off = max(abs(better.x - place.x), abs(better.y - place.y)) / better.side
        if off < 0.06 and abs(np.log(better.side / place.side)) < 0.15 and abs(better.angle - place.angle) < 0.12:
            return mesh
        return self.at(rgb, better)

    def at(self, rgb: NDArray[np.uint8], place: Place) -> NDArray[np.float32] | None:
        """The mesh seen in a place, in pixels of the picture."""
        mesh = self.mesh(warped(rgb, place.from_photo(CROP), CROP, cv2.BORDER_REPLICATE))
        return None if mesh is None else moved(mesh, place.into_photo(CROP))


def label_folder(
    folder: Path,
    cache: Path,
    *,
    portraits: bool,
    crop: tuple[float, float, float, float] | None = None,
    teacher: Callable[[], FaceTeacher] = FaceTeacher,
    on_step: Callable[[int, int], None] | None = None,
) -> FaceLabels:
    """The faces of every picture below a folder, from the cache where it holds the same pictures.

    Args:
        portraits: each picture shows one face that fills a good part of it.
        crop: part of the pictures to look at, (x0, y0, x1, y1) in [0, 1].

    Raises:
        FileNotFoundError: no folder, or no teacher is installed.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"no training folder at {folder}; expected a folder of pictures")
    names = sorted(_names(folder))
    path = cache / f"{folder.parent.name}-{folder.name}-{_digest(names, portraits, crop)}.npz"
    if not path.exists():
        _write(path, *_label(folder, names, portraits, crop, teacher(), on_step))
    with np.load(path) as held:
        return FaceLabels(folder, tuple(names), held["which"], held["meshes"], held["doubts"])


def _label(
    folder: Path,
    names: list[str],
    portraits: bool,
    crop: tuple[float, float, float, float] | None,
    teacher: FaceTeacher,
    on_step: Callable[[int, int], None] | None,
) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.float32]]:
    which, meshes, doubts = [], [np.zeros((0, POINTS, 3), np.float32)], [np.zeros((0, 5), np.float32)]
    for index, name in enumerate(names):
        rgb = read_rgb(folder / name)
        if rgb is None:
            continue
        height, width = rgb.shape[:2]
        if crop is not None:
            x0, y0, x1, y1 = (round(part * side) for part, side in zip(crop, (width, height) * 2, strict=True))
            rgb = np.ascontiguousarray(rgb[y0:y1, x0:x1])
        found, maybe = teacher.portrait(rgb) if portraits else teacher.picture(rgb)
        which += [index] * len(found)
        meshes.append(found)
        doubts.append(np.concatenate([np.full((len(maybe), 1), index, np.float32), maybe], axis=1))
        if on_step:
            on_step(index + 1, len(names))
    return np.array(which, np.int32), np.concatenate(meshes), np.concatenate(doubts)


def _write(path: Path, which: NDArray[np.int32], meshes: NDArray[np.float32], doubts: NDArray[np.float32]) -> None:
    import io

    held = io.BytesIO()
    np.savez(held, which=which, meshes=meshes, doubts=doubts)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(path, held.getvalue())


def _names(folder: Path) -> Iterable[str]:
    for path in folder.rglob("*"):
        if path.suffix.lower() in SUFFIXES and ".mask." not in path.name:
            yield path.relative_to(folder).as_posix()


def _digest(names: list[str], *rest: object) -> str:
    return hashlib.sha256("\n".join([*names, repr(rest)]).encode()).hexdigest()[:12]


def _tiles(rgb: NDArray[np.uint8]) -> Iterator[tuple[int, int, NDArray[np.uint8]]]:
    """Four quarters that overlap, and the middle."""
    height, width = rgb.shape[:2]
    side = round(0.6 * max(height, width))
    for y in sorted({0, max(0, height - side) // 2, max(0, height - side)}):
        for x in sorted({0, max(0, width - side) // 2, max(0, width - side)}):
            yield x, y, np.ascontiguousarray(rgb[y : y + side, x : x + side])


def _shift(pad: int, x: int = 0, y: int = 0) -> NDArray[np.float32]:
    """What is taken from a row of a detector so that it is in pixels of the picture."""
    return np.array([0, *([pad + 0, pad + 0] * 8)], np.float32) + np.array([0, *([x, y] * 8)], np.float32)


def _place(row: NDArray[np.float32]) -> Place:
    """Where the teacher looks, of a detection: as MediaPipe does it, twice the box of the detector's face."""
    angle = upright_angle(row[5:7], row[7:9], row[11:13])
    side = MARGIN * float(max(row[3] - row[1], row[4] - row[2]))
    return Place(float(row[1] + row[3]) / 2, float(row[2] + row[4]) / 2, side, angle)


def _box(mesh: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.concatenate([mesh[:468, :2].min(axis=0), mesh[:468, :2].max(axis=0)])
