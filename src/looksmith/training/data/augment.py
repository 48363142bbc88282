"""Augmentation as a pure function of a generator of random numbers; pairs are cut and turned alike."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]


@dataclass(frozen=True)
class Augment:
    """What is varied, and how far.

    Attributes:
        zoom: the crop's side is the short side divided by a factor from this range.
        mirror: share of the crops that are mirrored left to right; 0 for what has a left and a right.
        turn: degrees, to either side.
        stretch: the crop's width and height differ by up to this share.
        light, contrast, colour: brightness is shifted by up to ``light``, contrast and each channel's gain changed by
            up to these shares; of the input and the target of a pair alike.
        noise: deviation of Gaussian noise, of full scale, up to; on the input alone.
    """

    zoom: tuple[float, float] = (1.0, 1.4)
    mirror: float = 0.5
    turn: float = 0.0
    stretch: float = 0.0
    light: float = 0.0
    contrast: float = 0.0
    colour: float = 0.0
    noise: float = 0.0


NOTHING = Augment(zoom=(1.0, 1.0), mirror=0.0)
"""The middle square as it is: for validation and for looking at."""


def crops(pictures: tuple[Rgb, ...], size: int, augment: Augment, rng: np.random.Generator) -> tuple[Rgb, ...]:
    """The same square of each picture, ``size`` x ``size`` x 3 uint8.

    Args:
        pictures: H x W x 3 of one size, the first the input.
        size: of the result in pixels.
        augment: the ranges to draw from.
        rng: the same state gives the same crops.
    """
    height, width = pictures[0].shape[:2]
    if any(p.shape != pictures[0].shape for p in pictures):
        raise ValueError(f"crops: expected pictures of one size, got {[p.shape for p in pictures]}")
    draw = rng.random(13)
    side = min(height, width) / (augment.zoom[0] + draw[0] * (augment.zoom[1] - augment.zoom[0]))
    stretch = 1.0 + augment.stretch * (2 * draw[1] - 1)
    box_w, box_h = min(width, side * min(1.0, stretch)), min(height, side / max(1.0, stretch))
    still = augment.zoom[0] == augment.zoom[1] == 1.0 and augment.mirror == 0
    across, down = (0.5, 0.5) if still else (draw[2], draw[3])
    centre = (box_w / 2 + across * (width - box_w) - 0.5, box_h / 2 + down * (height - box_h) - 0.5)
    matrix = _onto_square(
        centre, (box_w, box_h), augment.turn * (2 * draw[4] - 1), size, bool(draw[5] < augment.mirror)
    )
    gain = (1 + augment.contrast * (2 * draw[6] - 1)) * (1 + augment.colour * (2 * draw[7:10] - 1))
    shift = augment.light * (2 * draw[10] - 1)
    made = []
    for number, picture in enumerate(pictures):
        crop = _warped(picture, matrix, size, min(box_w, box_h))
        if (gain != 1).any() or shift != 0:
            crop = _toned(crop, gain, shift)
        if number == 0 and augment.noise > 0:
            grain = rng.normal(0.0, 255.0 * augment.noise * draw[11], crop.shape)
            crop = np.clip(np.rint(crop + grain), 0, 255).astype(np.uint8)
        made.append(np.ascontiguousarray(crop))
    return tuple(made)


def crop(picture: Rgb, size: int, augment: Augment, rng: np.random.Generator) -> Rgb:
    """One square crop; see :func:`crops`."""
    return crops((picture,), size, augment, rng)[0]


def _onto_square(
    centre: tuple[float, float], box: tuple[float, float], degrees: float, size: int, mirror: bool
) -> NDArray[np.float64]:
    """The affine map from the square's pixels to the picture's, 2 x 3."""
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    scale = np.diag([(-1.0 if mirror else 1.0) * box[0] / size, box[1] / size])
    linear = turn @ scale
    middle = (size - 1) / 2
    offset = np.asarray(centre) - linear @ np.array([middle, middle])
    return np.column_stack([linear, offset])


def _warped(picture: Rgb, matrix: NDArray[np.float64], size: int, side: float) -> Rgb:
    """Sample the picture; when it is shrunk by much it is first made smaller by area, so that nothing flickers."""
    factor = side / size
    if factor > 1.5:
        height, width = picture.shape[:2]
        small = (max(1, round(width / factor)), max(1, round(height / factor)))
        ratio = np.array([small[0] / width, small[1] / height])
        picture = np.asarray(cv2.resize(picture, small, interpolation=cv2.INTER_AREA), np.uint8)
        matrix = matrix * ratio[:, None]
        matrix[:, 2] += 0.5 * ratio - 0.5
    flags = cv2.WARP_INVERSE_MAP | (cv2.INTER_LINEAR if factor > 0.8 else cv2.INTER_CUBIC)
    return np.asarray(
        cv2.warpAffine(picture, matrix, (size, size), flags=flags, borderMode=cv2.BORDER_REFLECT_101), np.uint8
    )


def _toned(crop: Rgb, gain: NDArray[np.float64], shift: float) -> Rgb:
    levels = np.arange(256) / 255.0 - 0.5
    table = np.clip(np.rint(255 * (levels[:, None] * gain + 0.5 + shift)), 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(crop, table[:, None, :]), np.uint8)
