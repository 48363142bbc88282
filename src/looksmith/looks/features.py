"""What makes a face a person's own, kept under paint: the drawing of eyes, brows, nose, mouth and contour.

A painter lays strokes where it likes.  Here the photo's fine light and dark comes back on the features of every face,
scaled to the painting's contrast, while colour and broad tone stay the painting's.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from looksmith.faces.face import Face
from looksmith.faces.landmarks import (
    FACE_OVAL,
    LEFT_BROW,
    LEFT_EYE,
    LIPS_OUTER,
    NOSE_BASE,
    NOSE_BRIDGE,
    RIGHT_BROW,
    RIGHT_EYE,
)
from looksmith.faces.refine import box_mean
from looksmith.faces.regions import mesh_mask
from looksmith.facets.protocol import Mask
from looksmith.media.colour import luma
from looksmith.media.photo import Photo

SHARE = 0.9
"""Of the photo's drawing that comes back by default."""
FINE = 0.16
"""What counts as drawing and not as tone: radius of the window, in distances of the eyes' outer corners."""
REACH = 0.11
"""How far round a feature it reaches, likewise."""
ELSEWHERE = 0.7
"""Of the share, on the rest of a face."""
_LINES = (RIGHT_EYE, LEFT_EYE, RIGHT_BROW, LEFT_BROW, LIPS_OUTER, NOSE_BRIDGE, NOSE_BASE, FACE_OVAL)
_LOOPS = (RIGHT_EYE, LEFT_EYE, RIGHT_BROW, LEFT_BROW, LIPS_OUTER)
_SMALLEST = 12.0
"""Pixels between the eyes below which strokes cannot draw a face anyway."""


def keep_features(photo: Photo, changed: Photo, faces: tuple[Face, ...], where: Mask | None, share: float) -> Photo:
    """A painted photo with the drawing of its faces.

    Args:
        photo: before.
        changed: painted, of the same size and dtype.
        faces: of the photo.
        where: H x W in [0, 1], the mask that the look acted in; outside it not one byte changes.
        share: 0 (as painted) to 1.

    Returns:
        a new photo, or ``changed`` itself where nothing is to be kept.
    """
    known = [face for face in faces if face.inter_ocular >= _SMALLEST]
    if share <= 0 or not known:
        return changed
    pixels: NDArray[Any] = changed.pixels.copy()
    for face in reversed(known):
        _draw(photo, pixels, face, where, share)
    return changed.with_pixels(pixels)


def _draw(photo: Photo, pixels: NDArray[Any], face: Face, where: Mask | None, share: float) -> None:
    """One face, in place."""
    height, width = pixels.shape[:2]
    unit = face.inter_ocular
    x0, y0, x1, y1 = face.box
    pad = 0.35 * unit
    left, top = max(0, int(x0 - pad)), max(0, int(y0 - pad))
    right, bottom = min(width, int(x1 + pad) + 1), min(height, int(y1 + pad) + 1)
    if right - left < 8 or bottom - top < 8:
        return
    part = (slice(top, bottom), slice(left, right))
    full = float(np.iinfo(pixels.dtype).max)
    before, after = (luma(np.ascontiguousarray(x[part])) for x in (photo.pixels, pixels))
    radius = max(1, round(FINE * unit))
    fine, made = before - _smooth(before, radius), after - _smooth(after, radius)
    weight = np.asarray(share * _weight(face, (left, top), before.shape, unit), np.float32)
    weight *= _smooth(mesh_mask(face, "face", height, width)[part], max(1, round(0.05 * unit))) * 0.5 + 0.5
    if where is not None:
        weight *= where[part]
    spread = float(np.sqrt(np.average(np.square(made), weights=weight + 1e-6)))
    drawn = float(np.sqrt(np.average(np.square(fine), weights=weight + 1e-6)))
    gain = float(np.clip(spread / max(drawn, 1e-4), 0.8, 1.6))
    change = weight * (np.float32(gain) * fine - made) * np.float32(full)
    same = (photo.pixels[part] == pixels[part]).all(axis=-1)
    change[same] = 0  # where the look did nothing, nothing is done
    target = pixels[part]
    target[..., :3] = np.clip(np.rint(target[..., :3] + change[..., None]), 0, full).astype(pixels.dtype)


def _weight(face: Face, corner: tuple[int, int], shape: tuple[int, ...], unit: float) -> Mask:
    """1 on the features and near them, less on the rest of the face, 0 beyond its contour."""
    fine = Image.new("L", (shape[1], shape[0]))
    draw = ImageDraw.Draw(fine)
    for group in _LINES:
        points = [tuple(p) for p in (face.points(group) - corner - 0.5).tolist()]
        closed = [*points, points[0]] if group in (*_LOOPS, FACE_OVAL) else points
        draw.line(closed, fill=255, width=max(1, round(2 * REACH * unit * (0.5 if group == FACE_OVAL else 1))))
        if group in _LOOPS:
            draw.polygon(points, fill=255)
    oval = Image.new("L", fine.size)
    ImageDraw.Draw(oval).polygon([tuple(p) for p in (face.points(FACE_OVAL) - corner - 0.5).tolist()], fill=255)
    radius = max(1, round(0.06 * unit))
    near, inner = (_smooth(np.asarray(x, np.float32) / np.float32(255), radius) for x in (fine, oval))
    return np.asarray(np.maximum(near, ELSEWHERE * inner), np.float32)


def _smooth(plane: Mask, radius: int) -> Mask:
    """Two box means: about a Gaussian."""
    return box_mean(box_mean(plane, radius), max(1, radius // 2))
