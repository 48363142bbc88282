"""Where makeup goes: soft maps on the canonical face, drawn from points of its mesh, the same on both sides.

The lines that people follow when they put it on: lips inside their edge, shadow from the lashes to the brow, blush from
the cheek's apple to the temple, contour under the cheekbone and along the jaw, light on what stands out.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from looksmith.faces.canonical import canonical
from looksmith.faces.landmarks import FACE_OVAL, LEFT_EYE, LIPS_INNER, LIPS_OUTER, RIGHT_BROW, RIGHT_EYE
from looksmith.media.smooth import gaussian, smoothed

Map = NDArray[np.float32]

FINE = 4
"""Parts of a texel in which lines are drawn."""

_UPPER = (33, 246, 161, 160, 159, 158, 157, 173, 133)
_LOWER = (33, 7, 163, 144, 145, 153, 154, 155, 133)
_LID = (130, 247, 30, 29, 27, 28, 56, 190, 243)
"""Along the fold of the upper lid, from the outer corner to the inner one."""
_UNDER_BROW = (113, 225, 224, 223, 222, 221, 189)
_UNDER_EYE = (226, 31, 228, 229, 230, 231, 232, 233, 244)
_OUTER_CORNER = (33, 246, 247, 225, 113, 226, 130, 25, 7)
_BLUSH = (205, 50, 117, 116, 227)
_HOLLOW = (177, 147, 187, 207)
_JAW = (172, 136, 150, 149, 176, 148, 152)
_TEMPLE = (21, 54, 103)
_NOSE_SIDE = (193, 122, 196, 236, 198)
_CHEEKBONE = (118, 117, 111, 35)
_NOSE_LINE = (6, 197, 195, 5, 4)
_BROW_BONE = (224, 223, 222)
_BOW = (37, 0, 267)


@cache
def places(side: int = 256) -> dict[str, Map]:
    """Layer → side x side float32 in [0, 1]: how much of it lies where, before it is learned.

    ``eyeshadow-1`` is the lid, ``-2`` the fold and above, ``-3`` the outer corner and below the eye.  That of the
    lipstick reaches a little beyond the lips, whose edge is found in each photo (``lips.py``).
    """
    drawn = _Drawing(side)
    eyes = drawn.area(RIGHT_EYE)
    lips = drawn.area(LIPS_OUTER, both=False)
    mouth = drawn.area(LIPS_INNER, both=False)
    brows = drawn.area(RIGHT_BROW)
    face = drawn.area(FACE_OVAL, both=False)
    lid = drawn.area((*_UPPER, *reversed(_LID)))
    fold = drawn.area((*_LID, *reversed(_UNDER_BROW)))
    corner = drawn.area(_OUTER_CORNER)
    below = drawn.area((*_LOWER, *reversed(_UNDER_EYE)))
    rim = _ramp(drawn.soft(face, 0.10), 0.55, 0.95)
    skin = np.clip(face - np.maximum.reduce([drawn.soft(eyes, 0.015), drawn.soft(lips, 0.015)]), 0, 1)
    lid_soft = drawn.soft(np.maximum(lid, eyes), 0.045)
    made = {
        "foundation": skin * (1 - 0.7 * drawn.soft(brows, 0.02)) * rim,
        "contour": np.maximum.reduce(
            [
                drawn.line(_HOLLOW, 0.13, 0.10),
                0.7 * drawn.line(_JAW, 0.12, 0.10),
                0.6 * drawn.line(_TEMPLE, 0.16, 0.12),
                0.5 * drawn.line(_NOSE_SIDE, 0.03, 0.05),
            ]
        ),
        "highlight": np.maximum.reduce(
            [
                drawn.line(_CHEEKBONE, 0.07, 0.06),
                0.8 * drawn.line(_NOSE_LINE, 0.035, 0.04, both=False),
                0.7 * drawn.line(_BROW_BONE, 0.03, 0.04),
                0.6 * drawn.line(_BOW, 0.025, 0.03, both=False),
            ]
        ),
        "blush": drawn.line(_BLUSH, 0.11, 0.14),
        "eyeshadow-1": lid_soft,
        "eyeshadow-2": drawn.soft(np.maximum(fold, lid), 0.07),
        "eyeshadow-3": np.maximum(drawn.soft(corner, 0.07), 0.7 * drawn.soft(below, 0.06)),
        "eyeliner": np.maximum(drawn.line(_UPPER, 0.026, 0.012), 0.55 * drawn.line(_LOWER[:-2], 0.014, 0.012)),
        "lashes": np.maximum(drawn.line(_UPPER, 0.035, 0.02), 0.5 * drawn.line(_LOWER, 0.02, 0.015)),
        "brows": drawn.soft(brows, 0.025),
        "lipstick": np.clip(_ramp(drawn.soft(lips, 0.03), 0.1, 0.5) - drawn.soft(mouth, 0.006), 0, 1),
    }
    spared = {"eyes": drawn.soft(eyes, 0.006), "lips": drawn.soft(lips, 0.01), "mouth": drawn.soft(mouth, 0.006)}
    for name in ("contour", "highlight", "blush"):
        made[name] = made[name] * rim * (1 - spared["lips"]) * (1 - spared["eyes"])
    for name in ("eyeshadow-1", "eyeshadow-2", "eyeshadow-3"):
        made[name] = made[name] * (1 - spared["eyes"]) * (1 - 0.8 * drawn.soft(brows, 0.02))
    made["pattern"] = rim * (1 - spared["eyes"]) * (1 - spared["mouth"])
    return {name: _normed(value) for name, value in made.items()}


@cache
def zones(side: int = 256) -> dict[str, Map]:
    """Parts of the canonical face for measuring: ``face``, ``eyes``, ``lips``, ``mouth``, ``brows``, ``lids``,
    ``cheeks`` and ``plain``, the skin that seldom wears more than foundation."""
    drawn = _Drawing(side)
    face = drawn.area(FACE_OVAL, both=False)
    eyes, brows = drawn.area(RIGHT_EYE), drawn.area(RIGHT_BROW)
    lips, mouth = drawn.area(LIPS_OUTER, both=False), drawn.area(LIPS_INNER, both=False)
    lids = np.maximum.reduce([drawn.area((*_UPPER, *reversed(_UNDER_BROW))), drawn.area(_OUTER_CORNER)])
    lids = np.clip(lids - eyes - brows, 0, 1)
    cheeks = drawn.line(_BLUSH, 0.2, 0.1)
    near = np.maximum.reduce([drawn.soft(part, 0.08) for part in (eyes, brows, lips, lids)])
    inner = _ramp(drawn.soft(face, 0.15), 0.8, 0.95)
    plain = inner * (near < 0.03) * (cheeks < 0.1)
    kept = {"face": face, "eyes": eyes, "lips": np.clip(lips - mouth, 0, 1), "mouth": mouth, "brows": brows}
    return {name: value.astype(np.float32) for name, value in {**kept, "lids": lids, "cheeks": cheeks,
                                                               "plain": plain.astype(np.float32)}.items()}  # fmt: skip


class _Drawing:
    """Areas and lines between points of the mesh; lengths are in distances of the eyes' outer corners."""

    def __init__(self, side: int) -> None:
        held = canonical()
        self.side, self.uv, self.other = side, held.uv.astype(np.float64) * side, held.mirror
        self.unit = float(np.linalg.norm(self.uv[RIGHT_EYE[0]] - self.uv[LEFT_EYE[0]]))

    def area(self, loop: Sequence[int], both: bool = True) -> Map:
        """A closed loop filled; with ``both``, on both sides of the face."""
        canvas = Image.new("L", (self.side * FINE, self.side * FINE))
        draw = ImageDraw.Draw(canvas)
        for points in self._sides(loop, both):
            draw.polygon([tuple(point) for point in points * FINE - 0.5], fill=255)
        return self._read(canvas)

    def line(self, points: Sequence[int], width: float, softness: float, both: bool = True) -> Map:
        """A line of a width, then softened."""
        canvas = Image.new("L", (self.side * FINE, self.side * FINE))
        draw = ImageDraw.Draw(canvas)
        thick = max(1, round(width * self.unit * FINE))
        for corners in self._sides(points, both):
            draw.line([tuple(p) for p in corners * FINE - 0.5], fill=255, width=thick, joint="curve")
            for x, y in (corners[0] * FINE, corners[-1] * FINE):
                draw.ellipse([x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2], fill=255)
        return _normed(self.soft(self._read(canvas), softness))

    def soft(self, plane: Map, deviation: float) -> Map:
        """Gaussian of a deviation; beyond the texture there is nothing."""
        texels = max(deviation * self.unit, 0.3)
        reach = max(1, round(2.5 * texels))
        inner = slice(reach, reach + self.side)
        return smoothed(np.pad(plane, reach), gaussian(reach, texels))[inner, inner]

    def _sides(self, points: Sequence[int], both: bool) -> list[NDArray[np.float64]]:
        own = list(points)
        return [self.uv[own], self.uv[self.other[own]]] if both else [self.uv[own]]

    @staticmethod
    def _read(canvas: Image.Image) -> Map:
        return np.asarray(canvas.reduce(FINE), np.float32) / np.float32(255)


def _ramp(plane: Map, low: float, high: float) -> Map:
    step = np.clip((plane - low) / (high - low), 0, 1)
    return np.asarray(step * step * (3 - 2 * step), np.float32)


def _normed(plane: Map) -> Map:
    """With 1 as its largest."""
    return np.asarray(np.clip(plane / max(float(plane.max()), 1e-6), 0, 1), np.float32)
