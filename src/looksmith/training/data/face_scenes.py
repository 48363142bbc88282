"""Pictures for the detector: faces of labelled pictures, whole or pasted, in photos without faces."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from looksmith.faces.crop import Place, moved
from looksmith.faces.landmarks import EYE_CORNERS, MOUTH_CORNERS, NOSE_TIP
from looksmith.training.data.face_augment import covered, weathered
from looksmith.training.data.face_labels import FaceLabels
from looksmith.training.data.pictures import held_out
from looksmith.training.data.warp import inside, read_rgb, resized, warped

SMALLEST = 7.0
"""Pixels of a face below which none is asked for."""
OBJECTS_FROM = 2_666_196
"""WordNet's number in the name of a file of ``content/photos`` from which on it shows things; below, an animal."""
PEOPLE_BESIDE = frozenset(
    {
        "n02093859_Kerry_blue_terrier.jpg", "n02105641_Old_English_sheepdog.jpg", "n02111500_Great_Pyrenees.jpg",
        "n02113712_miniature_poodle.jpg", "n02437312_Arabian_camel.jpg", "n02514041_barracouta.jpg",
        "n02640242_sturgeon.jpg",
    }
)  # fmt: skip
"""Photos of animals in which someone who looked at all 177 for training saw a person's face, too, or could not tell."""
ALIKE = 0.35
"""Share of distractions that are the face of an animal, where there are any."""


@dataclass(frozen=True)
class LabelledPicture:
    """A picture with all its faces.

    Attributes:
        pixels: uint8 H x W x 3, RGB.
        meshes: float32 (n, 478, 3).
        doubts: float32 (m, 4), boxes of what may be a face.
        names: folder and file.
        likenesses: float32 (k, 4), boxes of what teachers take for a face, or may, and is an animal's or nothing.
    """

    pixels: NDArray[np.uint8]
    meshes: NDArray[np.float32]
    doubts: NDArray[np.float32]
    names: tuple[str, str]
    likenesses: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 4), np.float32))


@dataclass(frozen=True)
class Scene:
    """A picture for training: uint8 side x side x 3; boxes (n, 4), points (n, 5, 2), boxes of doubt (m, 4)."""

    pixels: NDArray[np.uint8]
    boxes: NDArray[np.float32]
    points: NDArray[np.float32]
    doubts: NDArray[np.float32]


def load_labelled(labels: Iterable[FaceLabels], longest: int = 320, held: bool = False) -> list[LabelledPicture]:
    """The pictures of labelled folders for training (or those held out), at most ``longest`` pixels a side."""
    found = []
    for folder in labels:
        for index, name in enumerate(folder.names):
            path = folder.folder / name
            if held_out(path) != held:
                continue
            rgb = read_rgb(path)
            if rgb is None:
                continue
            height, width = rgb.shape[:2]
            scale = min(1.0, longest / max(height, width))
            if scale < 1:
                rgb = resized(rgb, round(width * scale), round(height * scale))
            doubts = folder.doubts[folder.doubts[:, 0] == index, 1:] * np.float32(scale)
            meshes = folder.faces_of(index) * np.float32(scale)
            names = (folder.folder.name, name)
            if of_an_animal(name):
                likenesses = np.concatenate([doubts, *(box_of(mesh)[None] for mesh in meshes)]).astype(np.float32)
                found.append(LabelledPicture(rgb, meshes[:0], doubts[:0], names, likenesses))
                continue
            found.append(LabelledPicture(rgb, meshes, doubts, names))
    return found


def of_an_animal(name: str) -> bool:
    """Whether a file's name says that it shows an animal, and nobody has seen a person in it: no face is in it.

    The teachers take a husky and a capuchin for people and doubt a hundred other animals.
    """
    number = re.match(r"n(\d{8})_", name)
    return number is not None and int(number[1]) < OBJECTS_FROM and name not in PEOPLE_BESIDE


def box_of(mesh: NDArray[np.float32]) -> NDArray[np.float32]:
    """The box of a mesh, as the detector gives it."""
    return np.concatenate([mesh[:468, :2].min(axis=0), mesh[:468, :2].max(axis=0)])


def five_of(mesh: NDArray[np.float32]) -> NDArray[np.float32]:
    """Right eye, left eye, tip of the nose, right and left corner of the mouth, (5, 2)."""
    xy = mesh[:, :2]
    eyes = [xy[list(corners)].mean(axis=0) for corners in EYE_CORNERS]
    return np.stack([*eyes, xy[NOSE_TIP], *xy[list(MOUTH_CORNERS)]]).astype(np.float32)


class SceneMaker:
    """Makes scenes of labelled pictures; each a pure function of the generator that it is given."""

    def __init__(self, pictures: list[LabelledPicture], side: int) -> None:
        self.side = side
        self.peopled = [p for p in pictures if len(p.meshes)]
        self.empty = [p for p in pictures if not len(p.meshes) and not len(p.doubts)]
        self.doubtful = [p for p in pictures if not len(p.meshes) and len(p.doubts)]
        self.alike = [p for p in self.empty if len(p.likenesses)]
        if not self.peopled or not self.empty:
            raise FileNotFoundError(
                f"expected pictures with faces and without; got {len(self.peopled)} and {len(self.empty)}"
            )

    def scene(self, rng: np.random.Generator) -> Scene:
        """One scene: nothing but background, a picture laid over it, or many faces pasted into it."""
        canvas, doubts = self._background(rng)
        boxes: list[NDArray[np.float32]] = []
        points: list[NDArray[np.float32]] = []
        hidden = [doubts]
        kind = rng.random()
        if kind < 0.42:
            canvas = self._lay(canvas, rng, boxes, points, hidden)
        elif kind < 0.88:
            for _ in range(int(rng.integers(1, 9))):
                self._paste(canvas, rng, boxes, points, hidden)
        if kind >= 0.3:
            for _ in range(int(rng.integers(0, 4))):
                self._distract(canvas, rng, boxes)
        if boxes and rng.random() < 0.35:
            box = boxes[int(rng.integers(len(boxes)))]
            canvas = covered(canvas, self.empty[rng.integers(len(self.empty))].pixels, box, rng)
        found = np.array(boxes, np.float32).reshape(-1, 4)
        five = np.array(points, np.float32).reshape(-1, 5, 2)
        return Scene(weathered(canvas, rng, 0.8), found, five, np.concatenate(hidden).astype(np.float32))

    def _background(self, rng: np.random.Generator) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        pool = self.doubtful if self.doubtful and rng.random() < 0.4 else self.empty
        picture = pool[int(rng.integers(len(pool)))]
        height, width = picture.pixels.shape[:2]
        side = min(height, width) * rng.uniform(0.4, 1.0)
        x, y = rng.uniform(side / 2, width - side / 2), rng.uniform(side / 2, height - side / 2)
        place = Place(x, y, side, rng.normal(0, 0.1))
        matrix = place.from_photo(self.side)
        out = warped(picture.pixels, matrix, self.side, cv2.BORDER_REFLECT)
        flip = rng.random() < 0.5
        doubts = _boxes_moved(picture.doubts, matrix)
        if flip:
            out, doubts[:, [0, 2]] = out[:, ::-1], self.side - doubts[:, [2, 0]]
        return np.ascontiguousarray(out), doubts

    def _lay(
        self,
        canvas: NDArray[np.uint8],
        rng: np.random.Generator,
        boxes: list[NDArray[np.float32]],
        points: list[NDArray[np.float32]],
        hidden: list[NDArray[np.float32]],
    ) -> NDArray[np.uint8]:
        """A whole picture with all its faces, one of them at a drawn size and place."""
        picture = self.peopled[int(rng.integers(len(self.peopled)))]
        chosen = picture.meshes[int(rng.integers(len(picture.meshes)))]
        box = box_of(chosen)
        size = math.exp(rng.uniform(math.log(20), math.log(self.side * 1.05)))
        matrix = _similarity(box, size, self._angle(rng), rng.uniform(0.25, 0.75, 2) * self.side, rng.random() < 0.5)
        source, matrix = _reduced(picture.pixels, matrix)
        laid, mask = warped(source, matrix, self.side), inside(source.shape, matrix, self.side)
        if rng.random() < 0.25:
            canvas = np.full_like(canvas, rng.integers(0, 256)) if rng.random() < 0.5 else np.zeros_like(canvas)
            hidden[0] = hidden[0][:0]
        out = np.where(mask[..., None] > 0, laid, canvas)
        step = picture.pixels.shape[0] / source.shape[0]
        for mesh in picture.meshes:
            self._note(_turned(mesh / np.float32(step), matrix), boxes, points, hidden)
        hidden.append(_boxes_moved(picture.doubts / np.float32(step), matrix))
        return np.ascontiguousarray(out)

    def _paste(
        self,
        canvas: NDArray[np.uint8],
        rng: np.random.Generator,
        boxes: list[NDArray[np.float32]],
        points: list[NDArray[np.float32]],
        hidden: list[NDArray[np.float32]],
    ) -> None:
        """A head with a little round it, where there is still room."""
        picture = self.peopled[int(rng.integers(len(self.peopled)))]
        mesh = picture.meshes[int(rng.integers(len(picture.meshes)))]
        size = math.exp(rng.uniform(math.log(9), math.log(90)))
        where = rng.uniform(0.03, 0.97, 2) * self.side
        reach = size * rng.uniform(0.75, 1.3)
        if any(_touch(where, 0.8 * size, box) for box in boxes):
            return
        matrix = _similarity(box_of(mesh), size, self._angle(rng), where, rng.random() < 0.5)
        source, matrix = _reduced(picture.pixels, matrix)
        step = picture.pixels.shape[0] / source.shape[0]
        _blend(canvas, source, matrix, where, reach, rng)
        self._note(_turned(mesh / np.float32(step), matrix), boxes, points, hidden)

    def _distract(self, canvas: NDArray[np.uint8], rng: np.random.Generator, boxes: list[NDArray[np.float32]]) -> None:
        """Something without a face, pasted as a face would be, so that the seam tells nothing."""
        alike = bool(self.alike) and rng.random() < ALIKE
        pool = self.alike if alike else self.empty
        picture = pool[int(rng.integers(len(pool)))]
        height, width = picture.pixels.shape[:2]
        size = math.exp(rng.uniform(math.log(10), math.log(180 if alike else 90)))
        where = rng.uniform(0.03, 0.97, 2) * self.side
        if any(_touch(where, 1.3 * size, box) for box in boxes):
            return
        part = min(height, width) * rng.uniform(0.1, 0.6)
        middle = np.array([rng.uniform(0, width), rng.uniform(0, height)])
        box = np.concatenate([middle - part / 2, middle + part / 2]).astype(np.float32)
        if alike:
            box = picture.likenesses[int(rng.integers(len(picture.likenesses)))]
        source, matrix = _reduced(picture.pixels, _similarity(box, size, self._angle(rng), where, False))
        _blend(canvas, source, matrix, where, size * rng.uniform(0.7, 1.2), rng)

    def _note(
        self,
        mesh: NDArray[np.float32],
        boxes: list[NDArray[np.float32]],
        points: list[NDArray[np.float32]],
        hidden: list[NDArray[np.float32]],
    ) -> None:
        """Ask for a face when most of it is in the picture and it is not too small; else ask nothing there."""
        box = box_of(mesh)
        within = np.clip(box, 0, self.side)
        seen = (within[2:] - within[:2]).prod() / max(1e-6, (box[2:] - box[:2]).prod())
        if seen > 0.55 and (box[2:] - box[:2]).max() >= SMALLEST:
            boxes.append(box)
            points.append(five_of(mesh))
        else:
            hidden.append(box[None])

    def _angle(self, rng: np.random.Generator) -> float:
        return float(rng.normal(0, 0.15) if rng.random() < 0.6 else rng.uniform(-0.9, 0.9))


def _similarity(
    box: NDArray[np.float32], size: float, angle: float, where: NDArray[np.float64], flip: bool
) -> NDArray[np.float64]:
    """2 x 3 that brings a box to a size (its longer side), turned, its middle to a place, perhaps mirrored."""
    scale = size / float((box[2:] - box[:2]).max())
    cos, sin = scale * math.cos(angle), scale * math.sin(angle)
    turn = np.array([[cos, -sin], [sin, cos]]) @ np.diag([-1.0 if flip else 1.0, 1.0])
    return np.concatenate([turn, (where - turn @ ((box[:2] + box[2:]) / 2))[:, None]], axis=1)


def _reduced(pixels: NDArray[np.uint8], matrix: NDArray[np.float64]) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """Shrink by a whole step first where the matrix shrinks much, so that no pixel is skipped."""
    step = int(1 / max(1e-6, math.sqrt(abs(np.linalg.det(matrix[:, :2])))))
    if step < 2:
        return pixels, matrix
    height, width = pixels.shape[0] // step, pixels.shape[1] // step
    if min(height, width) < 2:
        return pixels, matrix
    small = resized(pixels[: height * step, : width * step], width, height)
    matrix = matrix.copy()
    matrix[:, :2] *= pixels.shape[0] / height
    return small, matrix


def _turned(mesh: NDArray[np.float32], matrix: NDArray[np.float64]) -> NDArray[np.float32]:
    """A mesh through a similarity; a mirrored one gets the sides of its eyes and mouth put right."""
    out = moved(mesh, matrix)
    if np.linalg.det(matrix[:, :2]) < 0:
        (right_outer, right_inner), (left_outer, left_inner) = EYE_CORNERS
        pairs = [(right_outer, left_outer), (right_inner, left_inner), MOUTH_CORNERS]
        for first, second in pairs:
            out[[first, second]] = out[[second, first]]
    return out


def _boxes_moved(boxes: NDArray[np.float32], matrix: NDArray[np.float64]) -> NDArray[np.float32]:
    corners = boxes[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 4, 2)
    out = corners @ matrix[:, :2].T + matrix[:, 2]
    return np.concatenate([out.min(axis=1), out.max(axis=1)], axis=1).astype(np.float32).reshape(-1, 4)


def _touch(where: NDArray[np.float64], reach: float, box: NDArray[np.float32]) -> bool:
    return bool(np.all(where + reach > box[:2]) and np.all(where - reach < box[2:]))


def _blend(
    canvas: NDArray[np.uint8],
    source: NDArray[np.uint8],
    matrix: NDArray[np.float64],
    where: NDArray[np.float64],
    reach: float,
    rng: np.random.Generator,
) -> None:
    """Paste a piece of a picture, in a soft ellipse or with hard edges."""
    side = canvas.shape[0]
    x0, y0 = np.maximum(0, np.floor(where - reach)).astype(int)
    x1, y1 = np.minimum(side, np.ceil(where + reach)).astype(int)
    if x1 - x0 < 2 or y1 - y0 < 2:
        return
    local = matrix.copy()
    local[:, 2] -= (x0, y0)
    shape = (int(x1 - x0), int(y1 - y0))
    piece, mask = warped(source, local, shape), inside(source.shape, local, shape)
    if rng.random() < 0.6:
        soft = np.zeros_like(mask)
        middle = (int(where[0] - x0), int(where[1] - y0))
        cv2.ellipse(soft, middle, (max(1, int(0.75 * reach)), max(1, int(0.9 * reach))), 0, 0, 360, 255, -1)
        mask = np.minimum(mask, np.asarray(cv2.GaussianBlur(soft, (0, 0), max(0.5, 0.06 * reach)), np.uint8))
    part = canvas[y0:y1, x0:x1]
    share = mask[..., None].astype(np.float32) / 255
    part[:] = (part + share * (piece.astype(np.float32) - part)).astype(np.uint8)
