"""The lips of a face in a photo: by the mesh, whose outline is moved to where their colour ends."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from looksmith.faces.face import Face
from looksmith.faces.landmarks import LIPS_INNER, LIPS_OUTER
from looksmith.media.colour import rgb_to_lab
from looksmith.media.smooth import gaussian

REACH = 0.06
"""How far from the mesh's outline the edge is looked for, in distances of the eyes' outer corners."""
WIDE = 0.015, 0.005
"""How far the mesh's outline of lips lies outside of them on small faces and on large ones, in the same unit: on 44
turned heads and 80 that look ahead lips drawn so much smaller lie nearest to given points, on 29 large made-up faces
those drawn hardly smaller to given masks."""
COARSE, FINE = 50.0, 100.0
"""Distances of the eyes' outer corners, pixels: up to the first, lips are a few pixels high and only the mesh is
believed; from the second on a face is large."""
DOUBT = 0.03
"""Deviation of the edge from there, in the same unit, before colours are looked at."""
STEP = 1.0
"""CIELAB across the edge that make it e times as likely; lightness counts half, shading is mostly that."""
NORMALS, STEPS, NEAR = 72, 17, 4
"""Lines across the outline, places on each where the edge may be, and further ones within and without that are seen."""

Floats = NDArray[np.float32]


def edge_of_lips(part: Floats, face: Face, where: tuple[slice, slice]) -> Floats:
    """How much of every pixel is lips: h x w in [0, 1].

    All round the mesh's outline the colours on lines across it tell where the edge is: where what lies close within
    differs most from what lies close without, in the way in which lips differ from skin there.  Likely places are
    averaged, and neighbours agree.  (A single colour of lips does not do: upper lips are often much darker than lower
    ones.)  The opening of the mouth is the mesh's.

    Args:
        part: h x w x 3 sRGB in [0, 1].
        face: its mesh is in pixels of the whole photo.
        where: rows and columns of the part.
    """
    height, width = part.shape[:2]
    offset = np.array([where[1].start, where[0].start], np.float32)
    loop, mouth = face.points(LIPS_OUTER) - offset, face.points(LIPS_INNER) - offset
    unit = face.inter_ocular
    usual = -unit * float(np.interp(unit, (COARSE, FINE), WIDE))
    if unit < COARSE or not (height > 1 and width > 1):
        edge = _grown(loop, usual)
    else:
        points = _resampled(loop)
        outwards = _outwards(points)
        edge = points + _offsets(part, points, outwards, _resampled(mouth), usual, unit)[:, None] * outwards
    return np.asarray(np.clip(filled(edge, height, width) - filled(mouth, height, width), 0, 1), np.float32)


def _offsets(part: Floats, points: Floats, outwards: Floats, mouth: Floats, usual: float, unit: float) -> Floats:
    """How far outside of each point of an outline the edge is, pixels."""
    along = np.linspace(-REACH, REACH, STEPS, dtype=np.float32) * np.float32(unit)
    further = np.arange(1, NEAR + 1, dtype=np.float32) * (along[1] - along[0])
    along_all = np.concatenate([along[0] - further[::-1], along, along[-1] + further])
    thick = np.linalg.norm(points[:, None] - mouth[None], axis=2).min(axis=1)
    there = np.maximum(along_all[None], -0.85 * thick[:, None])  # not on teeth
    lab = rgb_to_lab(_sampled(part, points[:, None] + there[..., None] * outwards[:, None]))
    lab = _evened(lab * np.array([0.5, 1, 1], np.float32), 2.0)
    way = lab[:, : NEAR + 1].mean(axis=1) - lab[:, -NEAR - 1 :].mean(axis=1)
    way = way / np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-6)
    sums = np.pad(np.cumsum(np.einsum("nsc,nc->ns", lab, way), axis=1), ((0, 0), (1, 0)))
    edge = np.arange(STEPS) + NEAR
    within = sums[:, edge + 1] - sums[:, edge - NEAR]
    without = sums[:, edge + NEAR + 1] - sums[:, edge]
    chance = (within - without) / ((NEAR + 1) * STEP) - 2 * np.square((along - usual) / (DOUBT * unit))
    chance = _evened(chance[..., None], 1.0)[..., 0]
    chance = np.exp(chance - chance.max(axis=1, keepdims=True))
    found = (chance * along).sum(axis=1) / chance.sum(axis=1)
    return _evened(found[:, None, None], 1.5)[:, 0, 0]


def _resampled(loop: Floats) -> Floats:
    """A closed loop as :data:`NORMALS` points, equally far along it."""
    closed = np.concatenate([loop, loop[:1]])
    far = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1))])
    at = np.arange(NORMALS) / NORMALS * far[-1]
    return np.stack([np.interp(at, far, closed[:, k]) for k in (0, 1)], axis=1).astype(np.float32)


def _sampled(part: Floats, points: Floats) -> Floats:
    """Colours of a part between its pixels, (..., 3); beyond it, those of its rim."""
    height, width = part.shape[:2]
    x, y = (np.clip(points[..., k] - 0.5, 0, size - 1.001) for k, size in ((0, width), (1, height)))
    column, row = x.astype(np.intp), y.astype(np.intp)
    right, down = (x - column)[..., None], (y - row)[..., None]
    above, below = (part[row + k, column] * (1 - right) + part[row + k, column + 1] * right for k in (0, 1))
    return np.asarray(above * (1 - down) + below * down, np.float32)


def _evened(values: Floats, deviation: float) -> Floats:
    """Values N x S x C round a loop under a Gaussian along it."""
    radius = round(2.5 * deviation)
    window = gaussian(radius, deviation)
    padded = np.concatenate([values[-radius:], values, values[:radius]])
    return np.asarray(sum(w * padded[k : k + len(values)] for k, w in enumerate(window)), np.float32)


def filled(points: Floats, height: int, width: int) -> Floats:
    """A loop filled, h x w, its edge a pixel soft; what lies beyond the part is cut off."""
    fine = 4 if height * width < 1_000_000 else 2
    x0, y0 = np.clip(np.floor(points.min(axis=0)).astype(int) - 1, 0, (width, height))
    x1, y1 = np.clip(np.ceil(points.max(axis=0)).astype(int) + 1, 0, (width, height))
    made = np.zeros((height, width), np.float32)
    if x1 <= x0 or y1 <= y0:
        return made
    canvas = Image.new("L", (int(x1 - x0) * fine, int(y1 - y0) * fine))
    ImageDraw.Draw(canvas).polygon([tuple(p) for p in (points - (x0, y0)) * fine - 0.5], fill=255)
    made[y0:y1, x0:x1] = np.asarray(canvas.reduce(fine), np.float32) / np.float32(255)
    return made


def _grown(loop: Floats, by: float) -> Floats:
    """A loop with every point moved outwards by so many pixels."""
    return np.asarray(loop + by * _outwards(loop), np.float32)


def _outwards(loop: Floats) -> Floats:
    """Away from the loop's middle line at every point, of length 1."""
    following, before = np.roll(loop, -1, axis=0), np.roll(loop, 1, axis=0)
    along = following - before
    normal = np.stack([along[:, 1], -along[:, 0]], axis=1)
    length = np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-6)
    twice = float((loop[:, 0] * following[:, 1] - following[:, 0] * loop[:, 1]).sum())
    return np.asarray(normal / length * (1 if twice > 0 else -1), np.float32)
