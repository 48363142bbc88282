"""Regions of a photo as soft masks: a person, the background, and the parts of people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from looksmith.errors import LooksmithError
from looksmith.faces.align import place_of
from looksmith.faces.by_colour import by_colour
from looksmith.faces.crop import Place, cut
from looksmith.faces.face import Face
from looksmith.faces.landmarks import FACE_OVAL, LEFT_BROW, LEFT_EYE, LIPS_INNER, LIPS_OUTER, RIGHT_BROW, RIGHT_EYE
from looksmith.faces.parts import CLOSE, CROP, HEAD, PARTS, REGIONS
from looksmith.faces.refine import refined
from looksmith.media.colour import luma
from looksmith.media.resize import resize, shrink
from looksmith.models.load import records, session

NETWORK = "faces-regions"
WORKING = 512
"""Longest side at which probabilities are put together."""
NEAR = 12
"""Faces that are looked at closely, the largest; the others are seen with the whole photo."""
CLOSE_FROM = 64.0
"""Size of a face in pixels of the photo from which on it is looked at closer still."""
BODIES = 2
"""Bodies that are looked at, those of the largest faces."""
ON_BODY = ((6.6, 1.5), (6.6, 7.1), (3.6, 0.8))
"""Side of the squares on a body, upper half, lower half and bust, and how far their middles are below that of the face,
in sizes of the face."""
AWAY = 0.7
"""Side of the first square over the photo's longer side from which on the whole photo shows the body as large."""
AGAIN = 0.5
"""Weight of what such a square says; the rest is the whole photo's, which sees the body together."""
UNLIKELY = 0.02
"""Likelihood below which, everywhere in a near view, a part is taken for absent from it."""
ON_HEADS = frozenset({"face", "lips", "mouth", "eyes", "brows", "nose", "ears", "glasses"})
"""Regions that are nowhere but near a face, where one was found."""
FROM_MESH = frozenset({"face", "skin", "lips", "mouth", "eyes", "brows"})
"""Regions that the mesh alone gives where the network is not installed: of the face only, nothing in front of it."""

Mask = NDArray[np.float32]


@dataclass(eq=False)
class Regions:
    """The regions of one photo; a mask is made when it is first asked for, and kept.

    Attributes:
        rgb: H x W x 3 uint8 sRGB.
        faces: in it.
        parts: parts x h x w float32, probabilities at a working size; None where the network is not installed.
    """

    rgb: NDArray[np.uint8]
    faces: tuple[Face, ...]
    parts: NDArray[np.float32] | None
    _luma: Mask | None = None
    _made: dict[str, Mask] = field(default_factory=dict)

    def mask(self, name: str) -> Mask:
        """H x W float32 in [0, 1], at the photo's size, soft at its edges.

        Raises:
            LooksmithError: there is no such region, or it needs the network, which is not installed.
        """
        if name not in REGIONS:
            raise LooksmithError("there is no such region", expected=", ".join(REGIONS), got=repr(name))
        if name not in self._made:
            self._made[name] = self._from_mesh(name) if self.parts is None else self._from_parts(name)
        return self._made[name]

    def of(self, name: str, number: int) -> Mask:
        """The part of a region that belongs to one of :attr:`faces` (counted from 0): where it is the nearest face."""
        return np.asarray(self.mask(name) * (self.owners() == number), np.float32)

    def owners(self) -> NDArray[np.int64]:
        """For each pixel the number of the face that it belongs to; -1 everywhere where there is none.

        The nearest, in units of its own size, bodies reaching down.
        """
        height, width = self.rgb.shape[:2]
        best, nearest = np.full((height, width), -1, np.int64), np.full((height, width), np.inf, np.float32)
        y, x = np.arange(height, dtype=np.float32)[:, None] + 0.5, np.arange(width, dtype=np.float32)[None] + 0.5
        for number, face in enumerate(self.faces):
            (middle, centre), size = face.centre, max(face.size, 1.0)
            down = np.maximum(y - centre, 0) * 0.35 + np.maximum(centre - y, 0)
            far = np.hypot((x - middle) / size, down / size).astype(np.float32)
            closer = far < nearest
            best[closer] = number
            nearest = np.where(closer, far, nearest)
        return best

    def _from_parts(self, name: str) -> Mask:
        assert self.parts is not None
        coarse = np.clip(sum(self.parts[PARTS.index(part)] for part in REGIONS[name]), 0, 1).astype(np.float32)
        fine = name in ON_HEADS and name != "face"
        radius = max(1, round(max(coarse.shape) * (0.004 if fine else 0.012)))
        made = refined(coarse, self._guide(), radius)
        return self._near_faces(made) if name in ON_HEADS and self.faces else made

    def _near_faces(self, mask: Mask) -> Mask:
        """Without chance likenesses far from every face."""
        kept = np.zeros_like(mask)
        for face in self.faces:
            reach = 0.6 * face.size
            x0, y0, x1, y1 = (round(v) for v in face.box)
            part = (
                slice(max(0, y0 - round(reach)), max(0, y1 + round(reach))),
                slice(max(0, x0 - round(reach)), max(0, x1 + round(reach))),
            )
            kept[part] = mask[part]
        return kept

    def _from_mesh(self, name: str) -> Mask:
        if name not in FROM_MESH:
            raise LooksmithError(
                f"the region {name} needs the network that knows the parts of people, which is not installed",
                where=NETWORK,
                expected=f"one of {', '.join(sorted(FROM_MESH))}, or a mask",
                hint="pip install --upgrade looksmith",
            )
        if name == "skin":
            inner = np.maximum.reduce([self.mask(part) for part in ("lips", "mouth", "eyes", "brows")])
            return np.asarray(np.clip(self.mask("face") - inner, 0, 1), np.float32)
        height, width = self.rgb.shape[:2]
        made: Mask = np.zeros((height, width), np.float32)
        for face in self.faces:
            made = np.maximum(made, mesh_mask(face, name, height, width))
        return made

    def _guide(self) -> Mask:
        if self._luma is None:
            self._luma = luma(self.rgb)
        return self._luma


def installed() -> bool:
    """Whether the network is there."""
    return NETWORK in records()


def regions(rgb: NDArray[np.uint8], faces: Sequence[Face]) -> Regions:
    """The regions of a photo.

    Args:
        rgb: H x W x 3 sRGB.
        faces: found in it.
    """
    return Regions(rgb, tuple(faces), probabilities(rgb, faces) if installed() else None)


def probabilities(rgb: NDArray[np.uint8], faces: Sequence[Face], *, closer: bool = True) -> NDArray[np.float32]:
    """What the network says: parts x h x w, the photo's proportions, its longest side at most :data:`WORKING`.

    The whole photo is looked at once, then bodies that are far away in three squares each, every head closely, and
    large faces closer still; a near view fades into the far one along its rim.  Where bodies were looked at, parts are
    told once more by their colours.

    Args:
        rgb: H x W x 3 sRGB.
        faces: found in it.
        closer: whether bodies and large faces are looked at once more; without, a clip's frame is done sooner.
    """
    height, width = rgb.shape[:2]
    ratio = min(1.0, WORKING / max(height, width))
    size = max(1, round(height * ratio)), max(1, round(width * ratio))
    whole = _whole(rgb, size)
    largest = sorted(faces, key=lambda face: -face.size)[:NEAR]
    squares = bodies(largest, height, width) if closer else []
    for place in squares:
        near = _run(cut(rgb, place, CROP))
        _blend(whole, near, place.from_photo(near.shape[1]), ratio, AGAIN)
    for face in largest:
        for template in (HEAD, CLOSE) if closer and face.size >= CLOSE_FROM else (HEAD,):
            place = place_of(face.five_points, template, CROP)
            near = _run(cut(rgb, place, CROP))
            _blend(whole, near, place.from_photo(near.shape[1]), ratio)
    parts = np.asarray(whole / np.maximum(whole.sum(axis=0), 1e-6), np.float32)
    return by_colour(parts, resize(rgb, *size)) if squares else parts


def bodies(largest: Sequence[Face], height: int, width: int) -> list[Place]:
    """Squares that lie on the bodies of people who stand far away: upper and lower half, and the bust.

    None where the whole photo shows a body about as large, and none of people who are less than half as near as the
    nearest.

    Args:
        largest: faces, the largest first.
        height, width: of the photo.
    """
    return [
        Place(face.centre[0], face.centre[1] + down * face.size, side * face.size, 0.0)
        for face in largest[:BODIES]
        if ON_BODY[0][0] * face.size < AWAY * max(height, width) and face.size >= 0.5 * largest[0].size
        for side, down in ON_BODY
        if face.centre[1] + (down - side / 2) * face.size < height
    ]


def mesh_mask(face: Face, name: str, height: int, width: int) -> Mask:
    """A part of one face by its mesh: H x W in [0, 1], its edge one pixel soft.

    Raises:
        LooksmithError: the mesh does not know this part.
    """
    loops: dict[str, tuple[tuple[int, ...], ...]] = {
        "face": (FACE_OVAL,),
        "lips": (LIPS_OUTER,),
        "mouth": (LIPS_INNER,),
        "eyes": (RIGHT_EYE, LEFT_EYE),
        "brows": (RIGHT_BROW, LEFT_BROW),
    }
    if name not in loops:
        raise LooksmithError("the mesh does not know this part", expected=", ".join(loops), got=name)
    made = _polygons([face.points(loop) for loop in loops[name]], height, width)
    return made - np.minimum(made, _polygons([face.points(LIPS_INNER)], height, width)) if name == "lips" else made


def _polygons(loops: Sequence[NDArray[np.float32]], height: int, width: int, fine: int = 4) -> Mask:
    """Polygons filled, each pixel by the share of it that is covered."""
    corners = np.concatenate(loops)
    left, top = np.clip(np.floor(corners.min(axis=0)) - 1, 0, (width, height)).astype(int)
    right, bottom = np.clip(np.ceil(corners.max(axis=0)) + 1, 0, (width, height)).astype(int)
    made = np.zeros((height, width), np.float32)
    if right <= left or bottom <= top:
        return made
    canvas = Image.new("L", ((right - left) * fine, (bottom - top) * fine))
    draw = ImageDraw.Draw(canvas)
    for loop in loops:
        draw.polygon([tuple(point) for point in (loop - (left, top)) * fine - 0.5], fill=255)
    made[top:bottom, left:right] = np.asarray(canvas.reduce(fine), np.float32) / 255
    return made


def _run(square: NDArray[np.uint8]) -> NDArray[np.float32]:
    values = np.ascontiguousarray(square.transpose(2, 0, 1)[None], np.float32) / np.float32(255)
    found: NDArray[np.float32] = session(NETWORK).run(None, {"square": values})[0][0]
    return found


def _whole(rgb: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.float32]:
    """The parts of a whole photo, seen in the middle of a square."""
    small = shrink(rgb, longest=CROP)
    if max(small.shape[:2]) < CROP:
        ratio = CROP / max(small.shape[:2])
        small = resize(small, max(1, round(small.shape[0] * ratio)), max(1, round(small.shape[1] * ratio)))
    height, width = small.shape[:2]
    top, left = (CROP - height) // 2, (CROP - width) // 2
    square = np.zeros((CROP, CROP, 3), np.uint8)
    square[top : top + height, left : left + width] = small
    found = _run(square)
    ratio = found.shape[1] / CROP
    rows = slice(round(top * ratio), max(round(top * ratio) + 1, round((top + height) * ratio)))
    columns = slice(round(left * ratio), max(round(left * ratio) + 1, round((left + width) * ratio)))
    return np.stack([resize(np.ascontiguousarray(p), *size, enlarge="linear") for p in found[:, rows, columns]])


def _blend(
    whole: NDArray[np.float32],
    near: NDArray[np.float32],
    matrix: NDArray[np.float64],
    ratio: float,
    share: float = 1.0,
) -> None:
    """Lay a near view over the far one, in place.

    Args:
        whole: parts x h x w.
        near: parts x S x S.
        matrix: from pixels of the photo to those of the near view.
        ratio: pixels of ``whole`` in one of the photo.
        share: of the near view where it counts most.
    """
    side = near.shape[1]
    _, height, width = whole.shape
    steps = np.minimum(np.arange(side) + 0.5, side - np.arange(side) - 0.5) / (0.15 * side)
    weight = (share * np.minimum.outer(np.clip(steps, 0, 1), np.clip(steps, 0, 1))).astype(np.float32)
    data = matrix.copy()
    data[:, :2] /= ratio
    corners = np.array([(0, 0), (side, 0), (0, side), (side, side)], np.float64) - data[:, 2]
    found = np.linalg.solve(data[:, :2], corners.T)
    left, top = np.clip(np.floor(found.min(axis=1)), 0, (width, height)).astype(int)
    right, bottom = np.clip(np.ceil(found.max(axis=1)), 0, (width, height)).astype(int)
    if right <= left or bottom <= top:
        return
    data[:, 2] += data[:, :2] @ (left, top)

    def laid(plane: NDArray[np.float32]) -> NDArray[np.float32]:
        image = Image.fromarray(np.ascontiguousarray(plane, np.float32))
        size = (int(right - left), int(bottom - top))
        return np.asarray(
            image.transform(size, Image.Transform.AFFINE, data.ravel().tolist(), Image.Resampling.BILINEAR)
        )

    over = laid(weight)
    rest = 1 - over
    for there, plane in zip(whole[:, top:bottom, left:right], near, strict=True):
        there *= rest
        if plane.max() > UNLIKELY:
            there += over * laid(plane)
