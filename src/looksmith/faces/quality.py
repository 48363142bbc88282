"""How well a face can be worked on and recognised: large, sharp, turned to the camera, well lit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from looksmith.faces.face import Face
from looksmith.faces.identity import aligned
from looksmith.media.colour import luma

SMALL, LARGE = 14.0, 60.0
"""Distance of the eyes' outer corners, pixels: too few for anything, and as many as any network here uses."""
BLURRED, SHARP = 0.025, 0.12
"""Deviation of the Laplacian over that of the luma, in the crop."""
YAW, PITCH = 70.0, 55.0
"""Degrees at which nothing is left."""


@dataclass(frozen=True)
class Quality:
    """Each part and the whole in [0, 1]; the whole is their geometric mean, so that one bad part spoils it."""

    size: float
    sharpness: float
    pose: float
    light: float

    @property
    def overall(self) -> float:
        return float((self.size * self.sharpness * self.pose * self.light) ** 0.25)


def quality(rgb: NDArray[np.uint8], face: Face) -> Quality:
    """Judge a face.

    Args:
        rgb: H x W x 3 sRGB, the photo that it was found in.
        face: with mesh and pose.
    """
    plane = luma(aligned(rgb, face))
    return Quality(
        size=_ramp(face.inter_ocular, SMALL, LARGE),
        sharpness=_sharpness(plane, face.inter_ocular),
        pose=max(0.0, 1 - (face.pose.yaw / YAW) ** 2) * max(0.0, 1 - (face.pose.pitch / PITCH) ** 2),
        light=_light(plane),
    )


def _sharpness(plane: NDArray[np.float32], across: float) -> float:
    """Fine detail over coarse.  A face enlarged into the crop has none, which its size says already."""
    inner = plane[24:104, 16:96]
    step = 1 if across >= 40 else 2
    inner = inner[::step, ::step]
    bend = 4 * inner[1:-1, 1:-1] - inner[:-2, 1:-1] - inner[2:, 1:-1] - inner[1:-1, :-2] - inner[1:-1, 2:]
    contrast = float(inner.std()) + 1e-3
    return _ramp(float(np.median(np.abs(bend))) / contrast, BLURRED, SHARP)


def _light(plane: NDArray[np.float32]) -> float:
    """Neither dark nor burnt, with contrast, and not from one side alone."""
    inner = plane[30:100, 22:90]
    mean, contrast = float(inner.mean()), float(inner.std())
    lost = float(np.mean((inner < 0.03) | (inner > 0.97)))
    left, right = float(inner[:, :34].mean()), float(inner[:, 34:].mean())
    balance = 1 - abs(left - right) / max(left + right, 1e-3)
    exposed = min(_ramp(mean, 0.05, 0.28), _ramp(1 - mean, 0.04, 0.2))
    return exposed * _ramp(contrast, 0.02, 0.09) * balance * max(0.0, 1 - 2 * lost)


def _ramp(value: float, low: float, high: float) -> float:
    return float(min(1.0, max(0.0, (value - low) / (high - low))))
