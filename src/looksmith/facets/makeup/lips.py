"""The lips of a face in a photo: by the mesh, and by their colour where that is another than the skin's."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from looksmith.faces.face import Face
from looksmith.faces.landmarks import LIPS_INNER, LIPS_OUTER
from looksmith.media.colour import rgb_to_lab
from looksmith.media.smooth import blurred

BEYOND = 0.05
"""How far beyond the mesh lips may reach, in distances of the eyes' outer corners."""
WIDE = 0.015
"""How far the mesh's outline of lips lies outside of them, in the same unit: on 60 turned heads, other than those that
the edge is measured on, lips drawn so much smaller lie nearest to given points (1.7 %, not 1.9 %)."""
ALIKE, APART = 4.0, 11.0
"""Differences of lips and skin (CIELAB) up to which only the mesh is believed, and from which on only the colour."""

EVENED = 0.012
"""So finely the edge by colour is evened, in the same unit: pixels that are noisy are no edge."""

COARSE, FINE = 50.0, 85.0
"""Distances of the eyes' outer corners, pixels, up to which lips are a few pixels high and only the mesh is believed,
and from which on the colour is believed as far as it tells."""

Floats = NDArray[np.float32]


def edge_of_lips(part: Floats, face: Face, where: tuple[slice, slice]) -> Floats:
    """How much of every pixel is lips: h x w in [0, 1].

    Between the mesh drawn a little smaller, which is lips for sure, and a ring round the mesh, which is skin, a pixel
    is lips as far as its colour lies on the way from the one to the other.  Teeth lie elsewhere.

    Args:
        part: h x w x 3 sRGB in [0, 1].
        face: its mesh is in pixels of the whole photo.
        where: rows and columns of the part.
    """
    height, width = part.shape[:2]
    offset = np.array([where[1].start, where[0].start], np.float32)
    loop, mouth = face.points(LIPS_OUTER) - offset, face.points(LIPS_INNER) - offset
    reach = BEYOND * face.inter_ocular
    outer = filled(_grown(loop, -WIDE * face.inter_ocular), height, width)
    opening = filled(mouth, height, width)
    by_mesh: Floats = np.asarray(np.clip(outer - opening, 0, 1), np.float32)
    x0, y0 = np.clip(np.floor(loop.min(axis=0) - 3 * reach - 2).astype(int), 0, (width, height))
    x1, y1 = np.clip(np.ceil(loop.max(axis=0) + 3 * reach + 2).astype(int), 0, (width, height))
    if x1 - x0 < 6 or y1 - y0 < 4:
        return by_mesh
    box = slice(int(y0), int(y1)), slice(int(x0), int(x1))
    ring = filled(_grown(loop, 2.6 * reach), height, width)[box] - filled(_grown(loop, 1.2 * reach), height, width)[box]
    core = np.clip(
        filled(_grown(loop, -0.9 * reach), height, width) - filled(_grown(mouth, 0.3 * reach), height, width), 0, 1
    )[box]
    lab = rgb_to_lab(part[box])
    if (core > 0.9).sum() < 6 or (ring > 0.9).sum() < 12:
        return by_mesh
    lips, skin = np.median(lab[core > 0.9], axis=0), np.median(lab[ring > 0.9], axis=0)
    along = (lips - skin) * (0.5, 1.0, 1.0)  # shading is mostly lightness
    length = float(np.linalg.norm(along))
    believed = float(np.clip((length - ALIKE) / (APART - ALIKE), 0, 1))
    believed *= float(np.clip((face.inter_ocular - COARSE) / (FINE - COARSE), 0, 1))
    if believed == 0:
        return by_mesh
    step = ((lab - skin) * (0.5, 1.0, 1.0)) @ along / length**2
    beside = np.linalg.norm((lab - skin) * (0.5, 1.0, 1.0) - step[..., None] * along, axis=-1) / length
    colour = np.clip((step - 0.22) / 0.33, 0, 1) * np.clip(2.6 - beside, 0, 1)
    colour = np.clip(1.8 * blurred(np.asarray(colour, np.float32), EVENED * face.inter_ocular) - 0.4, 0, 1)
    near = np.clip(filled(_grown(loop, reach), height, width) - opening, 0, 1)[box]
    made = by_mesh.copy()
    made[box] += believed * (near * colour - by_mesh[box])
    # deep inside the mesh a shadow or a gleam is lips all the same
    made[box] = np.maximum(made[box], 0.85 * core * np.clip(2.2 - beside, 0, 1))
    return np.asarray(np.clip(made, 0, 1), np.float32)


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
    """A loop with every point moved away from the loop's middle line by so many pixels."""
    following, before = np.roll(loop, -1, axis=0), np.roll(loop, 1, axis=0)
    along = following - before
    normal = np.stack([along[:, 1], -along[:, 0]], axis=1)
    length = np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-6)
    twice = float((loop[:, 0] * following[:, 1] - following[:, 0] * loop[:, 1]).sum())
    return np.asarray(loop + normal / length * by * (1 if twice > 0 else -1), np.float32)
