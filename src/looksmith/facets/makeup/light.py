"""The light on a face, as far as its skin tells.

Dark skin in bright light and light skin in dim light look alike, and so do yellow skin and yellow light.  A part of
how a skin differs from a mean one is taken for light, on the face that a makeup is learned from as on the one that
wears it: relighting moves a learned shade by what is left, and a shade goes to another skin a little lighter or
darker.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from looksmith.media.colour import lab_to_rgb

MEAN_LAB = np.array([64.0, 14.0, 17.0], np.float32)
"""CIELAB of a mean skin."""
MEAN_SKIN = lab_to_rgb(MEAN_LAB[None])[0]
"""The same, sRGB in [0, 1]."""
STEEPEST = 0.9
"""Of light from one side, the most that is believed: a logarithm, from one outer corner of the eyes to the other."""
LEVEL, CAST = 0.35, 0.6
"""The parts of the difference in brightness, and in colour, that are light."""

Floats = NDArray[np.float32]


def light_of(skin: Floats) -> Floats:
    """What encoded sRGB values under the light of a face are multiples of: (3,).

    Args:
        skin: sRGB in [0, 1], (3,), its plain skin.
    """
    apart = np.log(np.maximum(skin, 0.03) / MEAN_SKIN)
    level = float(apart.mean())
    return np.asarray(np.clip(np.exp(LEVEL * level + CAST * (apart - level)), 0.5, 1.8), np.float32)


def slope_of(grey: Floats, along: Floats, weight: Floats) -> float:
    """How much brighter skin becomes along a way, as light from one side makes it: the logarithm for each unit of it.

    Args:
        grey: brightness, at least 0, of any shape.
        along: the place of each on the way, 0 in the middle of the face.
        weight: how far each is skin and seen; where one side of the middle has less, less is believed.
    """
    near, far = float(weight[along < 0].sum()), float(weight[along >= 0].sum())
    if min(near, far) < 1e-3:
        return 0.0
    level = np.log(np.maximum(grey, 0.02))
    middle = float(np.median(level[weight > 0.5])) if (weight > 0.5).any() else float(level.mean())
    level = np.clip(level - middle, -0.7, 0.7)
    total = float(weight.sum())
    level = level - float((weight * level).sum()) / total
    apart = along - float((weight * along).sum()) / total
    slope = float((weight * apart * level).sum()) / max(float((weight * apart * apart).sum()), 1e-6)
    return float(np.clip(slope, -STEEPEST, STEEPEST)) * min(1.0, 2.5 * min(near, far) / max(near, far))
