"""Eyes and teeth brightened without a tint."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from looksmith.facets.closeup import Closeup
from looksmith.facets.retouch.bands import FAINT

Plane = NDArray[np.float32]

OPEN_EYE, OPEN_MOUTH = 0.16, 0.035
"""Least height of an open eye in parts of its width, and of an open mouth in units of the eyes' distance."""
_LIDS = ((159, 145, 33, 133), (386, 374, 263, 362))
"""Upper lid, lower lid, outer and inner corner of the right eye and of the left one."""
_INNER_LIPS = (13, 14)
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def open_eyes(points: NDArray[np.float32]) -> list[bool]:
    """Whether the right and the left eye are open."""
    found = []
    for upper, lower, outer, inner in _LIDS:
        height = float(np.linalg.norm(points[upper] - points[lower]))
        found.append(height > OPEN_EYE * max(float(np.linalg.norm(points[outer] - points[inner])), 1e-3))
    return found


def open_mouth(points: NDArray[np.float32], unit: float) -> bool:
    """Whether the mouth is open enough to show teeth."""
    return float(np.linalg.norm(points[_INNER_LIPS[0]] - points[_INNER_LIPS[1]])) > OPEN_MOUTH * unit


def brightened_eye(near: Closeup, which: int, amount: float) -> NDArray[np.float32]:
    """The change of a closeup of one eye: h x w x 3.

    Args:
        near: the closeup.
        which: 0 for the right eye, 1 for the left one.
        amount: 0 to 1.
    """
    white, iris = eye_parts(near, which)
    rgb = near.rgb.astype(np.float32) * np.float32(1 / 255)
    light = near.luma
    more = np.float32(0.5 * amount) * white * light * (1 - light) ** 2
    grey = light[..., None] - rgb
    change = grey * (np.float32(0.3 * amount) * white)[..., None]  # bloodshot and yellow whites a little calmer
    inside = iris > 0.5
    if inside.any():
        middle = np.float32(np.median(light[inside]))
        contrast = np.float32(0.22 * amount) * iris * np.clip(light - middle, -0.12, 0.2)
        more = more + contrast + np.float32(0.1 * amount) * iris * light * (1 - light)
    gain = more / np.maximum(light, np.float32(FAINT))
    change += (rgb + change) * np.minimum(gain, 0.6)[..., None]
    return np.asarray(change, np.float32)


def eye_parts(near: Closeup, which: int) -> tuple[Plane, Plane]:
    """The white of an eye and its iris: h x w in [0, 1] each; glasses in front leave little of either."""
    from looksmith.faces.landmarks import LEFT_EYE, RIGHT_EYE

    lids = near.polygon((RIGHT_EYE, LEFT_EYE)[which], grow=0.94, soft=0.012)
    covered = near.coarse("glasses", "hair", "other")
    if covered is not None:
        lids = lids * np.clip(1.3 - 1.3 * covered, 0, 1)
    rgb = near.rgb.astype(np.float32)
    top = rgb.max(axis=2)
    dull = 1 - (top - rgb.min(axis=2)) / np.maximum(top, 8)
    light = near.luma
    sure = lids > 0.6
    if not sure.any():
        return np.zeros(near.shape, np.float32), np.zeros(near.shape, np.float32)
    dark, bright = np.quantile(light[sure], (0.3, 0.9))
    usual = float(np.quantile(dull[sure], 0.75))
    span = max(float(bright - dark), 0.04)
    white = lids * np.clip((light - (dark + 0.25 * span)) / (0.4 * span), 0, 1)
    white *= np.clip((dull - (usual - 0.22)) / 0.14, 0, 1)  # lids have the colour of skin
    iris = np.zeros(near.shape, np.float32)
    if near.irises is not None:
        middle = near.irises[which, 0]
        radius = float(np.linalg.norm(near.irises[which, 1:] - middle, axis=1).mean())
        y, x = np.mgrid[: near.shape[0], : near.shape[1]] + 0.5
        far = np.hypot(x - middle[0], y - middle[1])
        iris = np.asarray(np.clip((radius - far) / max(0.12 * radius, 0.7) + 0.5, 0, 1), np.float32)
    return np.asarray(white * (1 - iris), np.float32), np.asarray(iris * lids, np.float32)


def whitened_teeth(near: Closeup, amount: float) -> NDArray[np.float32]:
    """The change of a closeup of an open mouth: h x w x 3."""
    tooth = teeth_of(near)
    rgb = near.rgb.astype(np.float32) * np.float32(1 / 255)
    yellow = np.maximum(rgb[..., 1] - rgb[..., 2], 0)
    less = np.float32(0.6 * amount) * tooth * np.maximum(yellow - np.float32(0.03) * near.luma, 0)
    change = less[..., None] * -np.array([0.114, 0.114, -0.886], np.float32)
    light = near.luma
    gain = np.float32(0.3 * amount) * tooth * (1 - light) ** 1.5
    change += (rgb + change) * gain[..., None]
    return np.asarray(change, np.float32)


def teeth_of(near: Closeup) -> Plane:
    """Where teeth are seen, h x w in [0, 1]: inside the inner lips, bright, and much less red than lips, gums and
    tongue."""
    from looksmith.faces.landmarks import LIPS_INNER, LIPS_OUTER

    inside = near.polygon(LIPS_INNER, grow=0.97, soft=0.008)
    light, red, _ = near.planes
    ratio = red / np.maximum(light, np.float32(FAINT))
    lips = near.polygon(LIPS_OUTER) * (1 - near.polygon(LIPS_INNER, grow=1.1)) > 0.7
    sure = inside > 0.7
    if not sure.any() or not lips.any():
        return np.zeros(near.shape, np.float32)
    lip_red, lip_light = float(np.median(ratio[lips])), float(np.median(light[lips]))
    bright = float(np.quantile(light[sure], 0.9))
    span = max(bright, lip_light)
    white = inside * np.clip((light / np.float32(span) - 0.55) / 0.2, 0, 1)
    limit = max(0.55 * lip_red, 0.06)
    return np.asarray(white * np.clip((limit - ratio) / (0.35 * limit), 0, 1), np.float32)
