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
