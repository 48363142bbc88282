"""Find faces: one pass over the whole photo made small, another over a larger one for those far away."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from looksmith.faces.face import Points
from looksmith.models.load import session

NETWORK = "faces-detector"
STRIDE, MULTIPLE = 8, 32
"""Pixels of a cell, and what the sides of the network's picture are a multiple of."""
UNIT = 32.0
"""Pixels of a face whose logarithm of size is 0."""
NEAR = 224
"""Longer side of the photo in the first pass: faces from 10 pixels in it to more than it."""
FAR_SHARE, FAR_FROM, FAR_LIMIT = 0.4, 480, 1600
"""Longer side of the second pass over that of the photo, so that a face of 32 pixels has 12.8; the photos that get one;
its limit."""
LARGE_SHARE, NATIVE_FROM, NATIVE = 0.2, 300, 800
"""Where no face is as large as this share of the photo, as in groups and whole figures, photos from this longer side on
are looked at closely: as they are up to this one."""
RETRY = 112
"""Longer side of the photo in the pass that is made when none was clearly found: faces larger than the photo."""
LARGEST_STEP = 4.0
"""How much a small photo is enlarged at most."""
SCORE, OVERLAP = 0.2, 0.35
"""Least score of what may be a face, for the mesh to look at; least intersection over union of two that are one."""
CLEAR = 0.45
"""Score from which on a face needs no other pass to be sought in."""
NESTED = 0.4
"""Side of a face within another, over that one's, from which on it is the same one."""
MOST = 256
"""Faces that are told at most, best first."""


@dataclass(frozen=True, eq=False)
class Detection:
    """A face as the detector sees it, in pixels of the photo.

    Attributes:
        box: float32 (4,), x0, y0, x1, y1.
        score: in [0, 1].
        points: float32 (5, 2): right eye, left eye, tip of the nose, right and left corner of the mouth.
    """

    box: Points
    score: float
    points: Points


def detect(rgb: NDArray[np.uint8], *, score: float = SCORE) -> tuple[Detection, ...]:
    """Every face of a photo, best first.

    Args:
        rgb: H x W x 3 sRGB.
        score: least score.

    Returns:
        at most ``MOST`` faces.
    """
    longest = max(rgb.shape[:2])
    image = Image.fromarray(np.ascontiguousarray(rgb))
    rows = [_look(image, NEAR, score)]
    clear = rows[0][rows[0][:, 0] >= CLEAR]
    large = bool((clear[:, 3:5] - clear[:, 1:3] > LARGE_SHARE * longest).any())
    if not large and longest > NATIVE_FROM:
        rows.append(_look(image, min(FAR_LIMIT, max(min(longest, NATIVE), FAR_SHARE * longest)), score))
    elif longest > FAR_FROM:
        rows.append(_look(image, min(FAR_LIMIT, max(1.5 * NEAR, FAR_SHARE * longest)), score))
    if not any((row[:, 0] >= CLEAR).any() for row in rows):
        rows.append(_look(image, RETRY, max(score, CLEAR)))
    found = one_each(np.concatenate(rows))
    return tuple(Detection(row[1:5], float(row[0]), row[5:].reshape(5, 2)) for row in found[:MOST])


def _look(image: Image.Image, longest: float, score: float) -> NDArray[np.float32]:
    """One pass with the longer side made so long: n x 15, score, box and points in pixels of the photo."""
    scale = min(longest / max(image.size), LARGEST_STEP)
    width, height = (max(1, round(side * scale)) for side in image.size)
    small = image.resize((width, height), Image.Resampling.BILINEAR, reducing_gap=2.0)
    rows, columns = (MULTIPLE * math.ceil(side / MULTIPLE) for side in (height, width))
    canvas = np.zeros((1, 3, rows, columns), np.float32)
    canvas[0, :, :height, :width] = np.asarray(small, np.float32).transpose(2, 0, 1) / 255
    (made,) = session(NETWORK).run(None, {"picture": canvas})
    found = decode(np.asarray(made)[0], score)
    found[:, 1::2] *= image.size[0] / width
    found[:, 2::2] *= image.size[1] / height
    return found


def decode(cells: NDArray[np.float32], score: float) -> NDArray[np.float32]:
    """What the cells say whose score suffices.

    Args:
        cells: 15 x rows x columns, as the network makes them.
        score: least score.

    Returns:
        n x 15: score, box (x0, y0, x1, y1), five points (x, y), pixels of the network's picture.
    """
    rows, columns = np.nonzero(cells[0] >= score)
    told = cells[:, rows, columns].T.astype(np.float32)
    at = (np.stack([columns, rows], axis=1).astype(np.float32) + 0.5) * STRIDE
    size = UNIT * np.exp(np.clip(told[:, 3:5], -4, 4))
    longer = size.max(axis=1, keepdims=True)
    middle = at + told[:, 1:3] * longer
    points = np.tile(at, (1, 5)) + told[:, 5:] * longer
    return np.concatenate([told[:, :1], middle - size / 2, middle + size / 2, points], axis=1).astype(np.float32)


def one_each(found: NDArray[np.float32], overlap: float = OVERLAP) -> NDArray[np.float32]:
    """Non-maximum suppression: the best of those that overlap, its place the mean of theirs, weighted by score.

    Args:
        found: n x 15, as :func:`decode` gives it.
        overlap: least intersection over union of two that are one; a face that lies within another is one, too, but for
            a much smaller one of which the network is as sure: then the large one may be a chance likeness.
    """
    rest = found[np.argsort(-found[:, 0], kind="stable")]
    kept = []
    while len(rest):
        shared, smaller = _overlaps(rest[0, 1:5], rest[:, 1:5])
        sides = (rest[:, 3:5] - rest[:, 1:3]).max(axis=1)
        own = (sides < NESTED * sides[0]) & (rest[:, 0] > 0.9 * rest[0, 0])
        same = (shared > overlap) | ((smaller > 0.75) & ~own)
        same[0] = True
        close = same & (shared > 0.6) & (rest[:, 0] > 0.6 * rest[0, 0])
        close[0] = True
        weights = rest[close, 0] / rest[close, 0].sum()
        kept.append(np.concatenate([rest[0, :1], weights @ rest[close, 1:]]))
        rest = rest[~same]
    return np.array(kept, np.float32).reshape(-1, found.shape[1])


def _overlaps(box: NDArray[np.float32], boxes: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Shared area over that of both, and over the smaller one's."""
    low, high = np.maximum(box[:2], boxes[:, :2]), np.minimum(box[2:], boxes[:, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=1)
    areas, own = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1), float((box[2:] - box[:2]).prod())
    return shared / np.maximum(areas + own - shared, 1e-9), shared / np.maximum(np.minimum(areas, own), 1e-9)
