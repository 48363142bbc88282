"""Makeup laid by another hand than ours: the same makeup on two people, so that what a transfer should give is known.

Nothing here is of our makeup: where parts are is told by dlib's 68 points, edges are soft polygons, and pigments mix
with skin as dyes do, in the logarithms of linear light (Lambert and Beer), where ours are laid over it as paint is.
Shades are those of cosmetics, sheer to dense, with smokey eyes and without; nothing is fitted to what we can read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy.ndimage import gaussian_filter

from looksmith.evaluation.identity import find_models
from looksmith.faces.face import Face

Rgb = NDArray[np.uint8]
Floats = NDArray[np.float64]
POINTS = "shape_predictor_68_face_landmarks.dat"
FINE = 4
"""Parts of a pixel in which outlines are drawn."""
LIPS = ("#9e1b32", "#c0392b", "#7b2d3b", "#d66d75", "#b5475a", "#c77b6b", "#a23b72", "#5c1f2e", "#e0607e", "#8c4a3c")
LIDS = ("#8a6a52", "#6b4a3a", "#7d5a66", "#4c3b34", "#56607a", "#a8784f", "#5e4a70", "#3d5550", "#b58aa0", "#94474a")
SMOKE = ("#2a2422", "#35302e", "#3a2c2a", "#2c2f38")
CHEEKS = ("#d9727a", "#c8605a", "#d98a6a", "#b8506a")


@dataclass(frozen=True)
class Painted:
    """A makeup by another hand.

    Attributes:
        lips, lids, cheeks: shade, sRGB (3,) in [0, 1], and how dense it is.
        line: how dense a dark line along the lashes is.
        high: how far up shadow goes, of the way from the lashes to the brow.
    """

    lips: tuple[Floats, float]
    lids: tuple[Floats, float]
    cheeks: tuple[Floats, float]
    line: float
    high: float


def drawn(rng: np.random.Generator) -> Painted:
    """A makeup; every fourth has smokey eyes, and a part may be left as it is."""

    def one(shades: Sequence[str], least: float, most: float, worn: float) -> tuple[Floats, float]:
        shade = np.frombuffer(bytes.fromhex(str(rng.choice(shades))[1:]), np.uint8) / 255
        return shade, float(rng.uniform(least, most)) if rng.random() < worn else 0.0

    smokey = rng.random() < 0.25
    return Painted(
        one(LIPS, 0.45, 0.95, 0.9),
        one(SMOKE, 0.6, 0.9, 1.0) if smokey else one(LIDS, 0.3, 0.8, 0.85),
        one(CHEEKS, 0.15, 0.5, 0.8),
        float(rng.uniform(0.4, 0.9)) if smokey or rng.random() < 0.4 else 0.0,
        float(rng.uniform(0.45, 0.7) if smokey else rng.uniform(0.25, 0.55)),
    )


def painted(rgb: Rgb, points: Floats, makeup: Painted) -> Rgb:
    """A picture H x W x 3 with a makeup on a face in it.

    Args:
        points: (68, 2) in pixels, in the order of iBUG 300-W.
    """
    free = 1 - _filled([points[36:42], points[42:48], points[60:68]], rgb.shape)  # eyes and the mouth's opening
    unit = float(np.linalg.norm(points[36] - points[45]))
    light = np.power(rgb / 255, 2.2)
    for (shade, dense), place, deviation in (
        (makeup.cheeks, _cheeks(points, rgb.shape), 0.0),
        (makeup.lids, _lids(points, rgb.shape, makeup.high), 0.035 * unit),
        ((np.full(3, 0.05), makeup.line), _line(points, rgb.shape, 0.025 * unit), 0.008 * unit),
        (makeup.lips, _filled([points[48:60]], rgb.shape), 0.012 * unit),
    ):
        share = dense * (gaussian_filter(place, deviation) if deviation else place) * free
        if share.max() == 0:
            continue
        bright = light @ np.array([0.2126, 0.7152, 0.0722])
        shading = np.clip(bright / max(float((bright * share).sum() / share.sum()), 1e-4), 0.4, 2.0) ** 0.8
        pigment = np.power(shade, 2.2) * shading[..., None]
        weight = share[..., None]
        light = np.exp((1 - weight) * np.log(light + 1e-3) + weight * np.log(pigment + 1e-3)) - 1e-3
    made = 255 * np.power(np.clip(light, 0, 1), 1 / 2.2)
    untouched = np.abs(made - rgb).max(axis=-1, keepdims=True) < 0.5
    return np.where(untouched, rgb, np.rint(made)).astype(np.uint8)


def photographed(rgb: Rgb, rng: np.random.Generator) -> Rgb:
    """A picture under another exposure and white balance, compressed."""
    lit = np.clip(rgb * np.exp(rng.uniform(-0.2, 0.15) + rng.normal(0, 0.05, 3)), 0, 255)
    held = BytesIO()
    Image.fromarray(np.rint(lit).astype(np.uint8)).save(held, "JPEG", quality=90)
    return np.asarray(Image.open(held))


@cache
def _looks() -> tuple[Any, Any]:
    import dlib

    return dlib.get_frontal_face_detector(), dlib.shape_predictor(str(find_models() / POINTS))


def points_of(rgb: Rgb, face: Face) -> Floats:
    """dlib's 68 points, (68, 2) in pixels, of the face that it finds where ours lies; if it finds none, in our box."""
    import dlib

    detector, predictor = _looks()
    pixels = np.ascontiguousarray(rgb)
    x, y, half = *face.centre, 0.47 * face.size
    own = dlib.rectangle(*(round(v) for v in (x - half, y - half, x + half, y + half)))
    boxes = [box for box in detector(pixels, 1) if own.contains(box.center())]
    found = predictor(pixels, max(boxes, key=lambda box: box.area(), default=own))
    return np.array([(point.x, point.y) for point in found.parts()], np.float64) + 0.5


def _filled(loops: Sequence[Floats], shape: tuple[int, ...]) -> Floats:
    """Loops of points filled, H x W in [0, 1]."""
    canvas = Image.new("L", (shape[1] * FINE, shape[0] * FINE))
    for loop in loops:
        ImageDraw.Draw(canvas).polygon([tuple(point * FINE) for point in _rounded(loop)], fill=255)
    return np.asarray(canvas.reduce(FINE), np.float64) / 255


def _rounded(loop: Floats) -> Floats:
    """A closed loop of points as a smooth curve through them (Catmull and Rom, 1974)."""
    before, after, beyond = np.roll(loop, 1, axis=0), np.roll(loop, -1, axis=0), np.roll(loop, -2, axis=0)
    t = np.linspace(0, 1, 6, endpoint=False)[None, :, None]
    p0, p1, p2, p3 = (points[:, None] for points in (before, loop, after, beyond))
    curve = 2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3
    return np.asarray((curve / 2).reshape(-1, 2))


def _lids(points: Floats, shape: tuple[int, ...], high: float) -> Floats:
    """From the lashes up towards the brows, densest below, and a little beyond the outer corners."""
    place = np.zeros(shape[:2])
    for eye, brow in ((points[[36, 37, 38, 39]], points[17:22]), (points[[45, 44, 43, 42]], points[26:21:-1])):
        above = np.stack([np.interp(eye[:, 0], *_ascending(brow, k)) for k in (0, 1)], axis=1)
        out = eye[0] + 0.25 * (eye[0] - eye[3]) - (0, 0.2 * np.linalg.norm(eye[0] - eye[3]))
        for share, dense in ((1.0, 0.45), (0.65, 0.75), (0.4, 1.0)):
            top = eye + high * share * (above - eye)
            loop = np.concatenate([eye[:1], (eye[0] + share * (out - eye[0]))[None], top, eye[::-1]])
            place = np.maximum(place, dense * _filled([loop], shape))
    return place


def _ascending(points: Floats, axis: int) -> tuple[Floats, Floats]:
    order = np.argsort(points[:, 0])
    return points[order, 0], points[order, axis]


def _line(points: Floats, shape: tuple[int, ...], width: float) -> Floats:
    """Along the lashes of the upper lids."""
    canvas = Image.new("L", (shape[1] * FINE, shape[0] * FINE))
    for eye in (points[36:40], points[42:46]):
        where = [tuple(point * FINE) for point in eye]
        ImageDraw.Draw(canvas).line(where, fill=255, width=max(1, round(width * FINE)), joint="curve")
    return np.asarray(canvas.reduce(FINE), np.float64) / 255


def _cheeks(points: Floats, shape: tuple[int, ...]) -> Floats:
    """Round the apples of the cheeks, softly."""
    unit = float(np.linalg.norm(points[36] - points[45]))
    across, down = (points[45] - points[36]) / unit, (points[8] - points[27]) / np.linalg.norm(points[8] - points[27])
    y, x = np.mgrid[: shape[0], : shape[1]] + 0.5
    place = np.zeros(shape[:2])
    for eye, jaw, nose in ((36, 2, 31), (45, 14, 35)):
        middle = 0.3 * points[eye] + 0.3 * points[jaw] + 0.4 * points[nose]
        along = (x - middle[0]) * across[0] + (y - middle[1]) * across[1]
        below = (x - middle[0]) * down[0] + (y - middle[1]) * down[1]
        place = np.maximum(place, np.exp(-0.5 * (np.square(along / (0.2 * unit)) + np.square(below / (0.15 * unit)))))
    return np.where(place > 0.02, place, 0)
