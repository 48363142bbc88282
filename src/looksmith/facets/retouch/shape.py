"""The shape of eyes, jaw, nose and lips: small smooth moves that end near the face.

Points of the mesh are moved and what lies round them follows with a Gaussian weight (radial basis functions, normalised
so that the move at a point is that point's).  Beyond a margin round the face nothing moves, nor does the background
where the network of regions tells it apart: what is drawn through the place is the photo itself, bit for bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from looksmith.faces.face import Face
from looksmith.faces.landmarks import FACE_OVAL, LEFT_EYE, LIPS_INNER, LIPS_OUTER, RIGHT_EYE
from looksmith.faces.parts import PARTS
from looksmith.faces.regions import Regions
from looksmith.facets.closeup import Box, box_round, part_of
from looksmith.facets.retouch.sliders import RetouchState
from looksmith.media.smooth import blurred

Plane = NDArray[np.float32]
Points = NDArray[np.float32]

FARTHEST = 0.04
"""Longest move of any pixel, in units of the outer corners of the eyes."""
MARGIN = 0.25
"""Round the face, in the same units: from there on nothing moves."""
STEP = 0.04
"""Of the grid on which moves are worked out."""

EYES_GROW, NOSE_GROW, LIPS_TALLER, LIPS_WIDER, JAW_OUT = 0.12, 0.13, 0.24, 0.06, 0.036
"""At a slider's end: shares of the part's own size, and for the jaw units of the eyes' distance."""

JAW: Mapping[int, float] = MappingProxyType(
    {
        132: 0.35, 58: 0.7, 172: 1.0, 136: 1.0, 150: 0.8, 149: 0.5, 176: 0.25,
        361: 0.35, 288: 0.7, 397: 1.0, 365: 1.0, 379: 0.8, 378: 0.5, 400: 0.25,
    }
)  # fmt: skip
"""Points along the jaw, right and left, and their share of the move."""
NOSE_SIDES = (48, 64, 98, 129, 49, 131, 278, 294, 327, 358, 279, 360)
NOSE_LINE = (6, 197, 195, 5, 4)
RIGHT_LIDS = (*RIGHT_EYE, 25, 110, 24, 23, 22, 26, 56, 28, 27, 29, 30, 247)
LEFT_LIDS = (*LEFT_EYE, 255, 339, 254, 253, 252, 256, 286, 258, 257, 259, 260, 467)


@dataclass(frozen=True, eq=False)
class Moves:
    """Where parts of a photo round a face are taken from.

    Attributes:
        box: of the photo.
        x, y: float32 (rows + 1, columns + 1), pixels by which the nodes of a grid over the box move.
    """

    box: Box
    x: Plane
    y: Plane


def moves_of(face: Face, state: RetouchState, regions: Regions, strength: float = 1.0) -> Moves | None:
    """The moves round one face; None where nothing moves.

    Args:
        face: in pixels of the photo.
        state: its sliders of shape.
        regions: of the photo.
        strength: 0 to 1; moves are so much shorter.
    """
    unit, points = face.inter_ocular, face.landmarks[:, :2]
    height, width = regions.rgb.shape[:2]
    box = box_round(points, (MARGIN + 2 * STEP) * unit, height, width)
    groups = _wishes(points, unit, state)
    if box is None or not groups or strength <= 0:
        return None
    left, top, right, bottom = box
    columns, rows = (max(2, round(n / max(2.0, STEP * unit))) for n in (right - left, bottom - top))
    nodes = np.stack(
        np.meshgrid(np.linspace(left, right, columns + 1), np.linspace(top, bottom, rows + 1)), axis=-1
    ).astype(np.float32)
    field = np.zeros_like(nodes)
    for at, by, reach in groups:
        far = np.square(nodes[..., None, :] - (at + by)).sum(axis=-1)
        weight = np.exp(far * np.float32(-0.5 / (reach * unit) ** 2))
        field += (weight @ by) / (weight.sum(axis=-1, keepdims=True) + np.float32(0.35))
    gate = _near(nodes, points[list(FACE_OVAL)], unit) * _on_person(regions, box, nodes.shape[:2])
    length = np.linalg.norm(field, axis=-1)
    limit = np.float32(FARTHEST * unit) / np.maximum(length, np.float32(1e-6))
    field *= (gate * np.minimum(limit, 1) * np.float32(strength))[..., None]
    field[[0, -1]] = 0  # the rim of the box stays
    field[:, [0, -1]] = 0
    field[np.abs(field).max(axis=-1) < 0.01] = 0
    return Moves(box, field[..., 0], field[..., 1]) if field.any() else None


def reshaped(pixels: NDArray[Any], moves: Moves) -> NDArray[Any]:
    """The pixels of the box after the moves: of the same dtype, those of cells that do not move as they were.

    Args:
        pixels: H x W x 3 uint8 or uint16, the whole photo.
        moves: of one face.
    """
    left, top, right, bottom = moves.box
    own = pixels[top:bottom, left:right]
    pad = int(np.ceil(max(np.abs(moves.x).max(), np.abs(moves.y).max()))) + 3
    cells = _cells(moves, pad)
    wide = np.pad(own, ((pad, pad), (pad, pad), (0, 0)), mode="edge")
    planes = [wide] if pixels.dtype == np.uint8 else [wide[..., c].astype(np.float32) for c in range(3)]
    size = (right - left, bottom - top)
    made = [_drawn(Image.fromarray(np.ascontiguousarray(plane)), size, cells) for plane in planes]
    if pixels.dtype == np.uint8:
        drawn = made[0]
    else:
        drawn = np.clip(np.rint(np.stack(made, axis=-1)), 0, 65535).astype(np.uint16)
    out = own.copy()
    for (x0, y0, x1, y1), _ in cells:
        out[y0:y1, x0:x1] = drawn[y0:y1, x0:x1]
    return out


def _drawn(image: Image.Image, size: tuple[int, int], cells: list[tuple[Box, tuple[float, ...]]]) -> NDArray[Any]:
    return np.asarray(image.transform(size, Image.Transform.MESH, cells, Image.Resampling.BICUBIC))


def _cells(moves: Moves, pad: int) -> list[tuple[Box, tuple[float, ...]]]:
    """Each cell of the grid that moves: whole pixels of it, and the corners that it is taken from."""
    left, top, right, bottom = moves.box
    rows, columns = (n - 1 for n in moves.x.shape)
    x = np.rint(np.linspace(0, right - left, columns + 1)).astype(int)
    y = np.rint(np.linspace(0, bottom - top, rows + 1)).astype(int)
    from_x, from_y = x - moves.x + pad, y[:, None] - moves.y + pad
    still = (moves.x == 0) & (moves.y == 0)
    found: list[tuple[Box, tuple[float, ...]]] = []
    for row in range(rows):
        for column in range(columns):
            if still[row : row + 2, column : column + 2].all():
                continue
            corners = ((row, column), (row + 1, column), (row + 1, column + 1), (row, column + 1))
            quad = tuple(float(v) for corner in corners for v in (from_x[corner], from_y[corner]))
            found.append(((int(x[column]), int(y[row]), int(x[column + 1]), int(y[row + 1])), quad))
    return found


def _wishes(points: Points, unit: float, state: RetouchState) -> list[tuple[Points, Points, float]]:
    """Points that move, by how much, and how far that reaches, for every slider that is not at 0."""
    found = []
    across = (points[263] - points[33]) / np.float32(unit)  # shorter where the head is turned, as every width is
    length = max(float(np.linalg.norm(across)), 1e-3)
    down = np.array([-across[1], across[0]], np.float32) / np.float32(length)
    if state.eye_size:
        for loop in (RIGHT_LIDS, LEFT_LIDS):
            at = points[list(loop)]
            by = (at - at[:16].mean(axis=0)) * np.float32(EYES_GROW * state.eye_size)
            found.append((at, by, 0.07))
    if state.jaw:
        at = points[list(JAW)]
        side = np.repeat([-1.0, 1.0], len(JAW) // 2)  # the right half first
        share = np.array(list(JAW.values()))
        found.append((at, (across * (side * share * JAW_OUT * state.jaw * unit)[:, None]).astype(np.float32), 0.15))
    if state.nose:
        at = points[list(NOSE_SIDES)]
        middle = points[list(NOSE_LINE)].mean(axis=0)
        axis = across / np.float32(length)
        by = ((at - middle) @ axis)[:, None] * axis * np.float32(NOSE_GROW * state.nose)
        found.append((at, by.astype(np.float32), 0.07))
    if state.lips:
        at = points[[*LIPS_OUTER, *LIPS_INNER]]
        off = at - points[list(LIPS_OUTER)].mean(axis=0)
        axis = across / np.float32(length)
        taller = (off @ down)[:, None] * down * np.float32(LIPS_TALLER * state.lips)
        wider = (off @ axis)[:, None] * axis * np.float32(LIPS_WIDER * state.lips)
        by = (taller + wider).astype(np.float32)
        by[len(LIPS_OUTER) :] *= np.float32(0.4)  # the opening keeps its form
        found.append((at, by, 0.07))
    return found


def _near(nodes: Points, oval: Points, unit: float) -> Plane:
    """1 in the face, falling to 0 at the margin round it."""
    ends = np.roll(oval, -1, axis=0)
    along = ends - oval
    to = nodes[..., None, :] - oval
    share = np.clip((to * along).sum(-1) / np.maximum(np.square(along).sum(-1), 1e-6), 0, 1)
    far = np.linalg.norm(to - share[..., None] * along, axis=-1).min(axis=-1)
    crosses = (oval[:, 1] > nodes[..., 1:2]) != (ends[:, 1] > nodes[..., 1:2])
    slope = along[:, 0] / np.where(along[:, 1] == 0, 1e-6, along[:, 1])
    inside = (crosses & (to[..., 0] < slope * to[..., 1])).sum(axis=-1) % 2 == 1
    rest = np.clip(1 - np.where(inside, 0, far) / np.float32(MARGIN * unit), 0, 1)
    return np.asarray(rest * rest * (3 - 2 * rest), np.float32)


def _on_person(regions: Regions, box: Box, shape: tuple[int, ...]) -> Plane:
    """1 on people and just beside them, 0 on the background: of the grid's shape."""
    if regions.parts is None:
        return np.ones(shape, np.float32)
    person = 1 - regions.parts[PARTS.index("background")]
    seen = part_of(np.asarray(person, np.float32), regions.rgb.shape, box, shape)
    padded = np.pad(seen, 1, mode="edge")
    rows, columns = seen.shape
    widest = np.max([padded[r : r + rows, c : c + columns] for r in range(3) for c in range(3)], axis=0)
    return np.asarray(np.clip((blurred(widest, 0.8) - 0.1) / 0.6, 0, 1), np.float32)
