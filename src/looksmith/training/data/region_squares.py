"""Squares for the recipe ``faces-regions``: cut from labelled pictures, changed so that the labels stay true."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from looksmith.faces.align import place_of
from looksmith.faces.crop import Place
from looksmith.faces.parts import CLOSE, CROP, HEAD
from looksmith.faces.regions import ON_BODY
from looksmith.training.data.region_labels import Labelled, Sets, one_of

Rgb = NDArray[np.uint8]

BACKGROUND = one_of("background")
LARGE = 130.0
"""Side of the head's square in pixels of the photo from which on the face is looked at closer."""
FACES = 1.82
"""Side of the head's square in sizes of the face (``Face.size``; the middle one of 69 outfits, 1.7 to 2.1)."""
COLOURED = (
    (one_of("hair"), one_of("hair", "other", "clothes"), (-1.0, 0.8), 0.25),
    (one_of("skin", "neck"), one_of("skin", "nose", "ears", "neck", "body", "glasses", "brows"), (-0.7, 0.25), 0.12),
    (one_of("lips"), one_of("lips", "mouth"), (-0.5, 0.2), 0.3),
    (one_of("clothes"), one_of("clothes", "other", "body"), (-1.0, 0.8), 0.4),
)  # fmt: skip
"""What gets another colour together: parts one of which must be possible, parts that may be, range of the logarithm of
light, deviation of that of each channel."""


def crop_of(
    picture: Labelled, rng: np.random.Generator, near: float, part: float = 0.5, body: float = 0.0
) -> tuple[Rgb, Sets]:
    """A square of 256 pixels and what is known of it, moved and mirrored; what lies out of the photo is background.

    Args:
        picture: any.
        rng: chooses.
        near: chance that it is cut round the head, or the face alone.
        part: side of the smallest part, in units of the photo's longer side, where it is cut out of the photo anywhere.
        body: chance that it lies on the body, as ``faces.regions.bodies`` lays it.
    """
    height, width = picture.rgb.shape[:2]
    half = CROP / 2
    kind = rng.random()
    if picture.points is not None and kind < near + body:
        place = place_of(picture.points, HEAD, CROP)
        if kind >= near:
            place, wider, away = _on_body(place, height, rng), (-0.2, 0.2), (0.08, 0.05)
        else:
            if place.side > LARGE and rng.random() < 0.5:
                place = place_of(picture.points, CLOSE, CROP)
            wider, away = (-0.25, 0.4), (0.1, 0.15)
        side, angle = place.side * math.exp(rng.uniform(*wider)), place.angle + rng.normal(0, away[1])
        x, y = (at + rng.uniform(-away[0], away[0]) * side for at in (place.x, place.y))
    else:
        side = max(height, width) * math.exp(rng.uniform(math.log(part), 0.05))
        x = width / 2 + rng.uniform(-0.5, 0.5) * max(0.0, width - side) + rng.uniform(-0.05, 0.05) * side
        y = height / 2 + rng.uniform(-0.5, 0.5) * max(0.0, height - side) + rng.uniform(-0.05, 0.05) * side
        angle = rng.normal(0, 0.06)
    scale = CROP / side
    turn = scale * np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    if rng.random() < 0.5:
        turn[0] *= -1
    matrix = np.concatenate([turn, (half - turn @ (x, y))[:, None]], axis=1)
    matrix[:, 2] += turn @ (0.5, 0.5) - 0.5  # OpenCV counts from the middles of pixels
    size = (CROP, CROP)
    rgb = picture.rgb
    if scale < 0.7:
        rgb = np.asarray(cv2.GaussianBlur(rgb, (0, 0), 0.4 / scale), np.uint8)
    warped = cv2.warpAffine(rgb, matrix, size, flags=cv2.INTER_LINEAR)
    known = cv2.warpAffine(picture.sets, matrix, size, flags=cv2.INTER_NEAREST, borderValue=BACKGROUND)
    return np.asarray(warped, np.uint8), np.asarray(known, np.uint16)


def _on_body(head: Place, height: int, rng: np.random.Generator) -> Place:
    """One of the squares on a body, upright, by that of its head; of those that the photo reaches."""
    size = head.side / FACES
    squares = [(side, down) for side, down in ON_BODY if head.y + (down - side / 2) * size < height] or ON_BODY[:1]
    side, down = squares[int(rng.integers(len(squares)))]
    return Place(head.x, head.y + down * size, side * size, 0.0)


def elsewhere(rgb: Rgb, known: Sets, behind: Rgb) -> Rgb:
    """The same people in front of something else; rims of which nothing is known stay."""
    mask = cv2.blur((known == BACKGROUND).astype(np.float32), (3, 3))[..., None]
    return np.asarray(rgb + mask * (behind.astype(np.float32) - rgb), np.float32).astype(np.uint8)


def disturbed(rgb: Rgb, known: Sets, rng: np.random.Generator, least: float = 0.25) -> NDArray[np.float32]:
    """Light, skin and hair of other colours, blur, noise, compression; things in front and frames, as ``known`` says.

    Args:
        rgb: square; changed in place.
        known: of it; changed in place.
        rng: chooses.
        least: size that a blurred square had before, at least, of its own.

    Returns:
        the square in [0, 1].
    """
    if rng.random() < 0.5:
        rgb = _coloured(rgb, known, rng)
    if rng.random() < 0.25:
        _cover(rgb, known, rng)
    if rng.random() < 0.3:
        less = int(rng.uniform(least, 0.8) * CROP)
        smaller = cv2.resize(rgb, (less, less), interpolation=cv2.INTER_AREA)
        rgb = np.asarray(cv2.resize(smaller, (CROP, CROP)), np.uint8)
    if rng.random() < 0.2:
        packed = cv2.imencode(".jpg", rgb, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(20, 80))])[1]
        rgb = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
    tones = np.power(np.arange(256, dtype=np.float32) / 255, np.float32(math.exp(rng.uniform(-0.5, 0.5))))
    tones = (tones - 0.5) * math.exp(rng.uniform(-0.35, 0.3)) + 0.5 + rng.uniform(-0.1, 0.1)
    table = tones[:, None] * np.exp(rng.uniform(-0.15, 0.15, 3))
    x = np.asarray(cv2.LUT(rgb, np.ascontiguousarray(table[None], np.float32)), np.float32)
    if rng.random() < 0.1:
        x[:] = x.mean(axis=2, keepdims=True)
    if rng.random() < 0.3:  # even noise of this deviation
        x += (rng.random(x.shape, np.float32) - np.float32(0.5)) * np.float32(math.sqrt(12) * rng.uniform(0.005, 0.05))
    if rng.random() < 0.2:
        _frame(x, known, rng)
    return np.asarray(np.clip(x, 0, 1), np.float32)


def _coloured(rgb: Rgb, known: Sets, rng: np.random.Generator) -> Rgb:
    """Hair, skin, lips or clothes of another colour."""
    must, may, (low, high), hue = COLOURED[int(rng.integers(len(COLOURED)))]
    part = ((known & np.uint16(must)) != 0) & ((known & ~np.uint16(may)) == 0)
    if not part.any():
        return rgb
    mask = cv2.blur(part.astype(np.float32), (5, 5))[..., None]
    gain = np.exp(rng.uniform(low, high) + rng.normal(0, hue, 3)).astype(np.float32)
    return np.asarray(np.clip(rgb * (1 + mask * (gain - 1)), 0, 255), np.uint8)


def _cover(rgb: Rgb, known: Sets, rng: np.random.Generator) -> None:
    """Something that someone holds in front: a turned ellipse of one colour with grain, or of skin like a hand."""
    middle = tuple(int(v) for v in rng.integers(40, CROP - 40, 2))
    axes = tuple(int(v) for v in rng.integers(12, 60, 2))
    shape = np.zeros((CROP, CROP), np.uint8)
    cv2.ellipse(shape, middle, axes, float(rng.uniform(0, 180)), 0, 360, 1, -1)
    inside = shape > 0
    face = rgb[100:160, 100:156].reshape(-1, 3)
    hand = rng.random() < 0.4
    colour = np.median(face, axis=0) if hand else rng.uniform(0, 255, 3)
    grain = rng.standard_normal((CROP, CROP, 1), np.float32) * rng.uniform(2, 20)
    rgb[inside] = np.clip(colour + np.broadcast_to(grain, rgb.shape)[inside], 0, 255).astype(np.uint8)
    known[inside] = one_of("body") if hand else one_of("other", "clothes", "background")


def _frame(x: NDArray[np.float32], known: Sets, rng: np.random.Generator) -> None:
    """Even bars at the rim, a little askew: black, white or grey, as pictures get them that were turned."""
    colour = (0.0, 0.0, 1.0, float(rng.random()))[int(rng.integers(4))]
    along = np.arange(CROP, dtype=np.float32) / CROP
    for quarter in rng.permutation(4)[: int(rng.integers(1, 4))]:
        rows, columns = (along[:, None], along[None]) if quarter % 2 else (along[None], along[:, None])
        depth = rows if quarter < 2 else 1 - rows
        bar = depth + rng.uniform(-0.08, 0.08) * columns < rng.uniform(0, 0.25)
        x[bar] = colour
        known[bar] = BACKGROUND
