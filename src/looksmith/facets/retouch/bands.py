"""Skin taken apart by scale: fine (pores, lines, hair), middle (spots, blotches, bumps) and low (shading, colour).

Frequency separation as retouchers do it, with one difference: the low band is a mean over skin alone that leaves out
what differs much from its surroundings, so that spots and edges do not pull it along.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from looksmith.facets.closeup import Closeup
from looksmith.facets.hairline import hair_over
from looksmith.media.smooth import blurred

Plane = NDArray[np.float32]

FINE, LOW = 0.014, 0.075
"""Widths of the Gaussians between the bands, in units of the outer corners of the eyes (about 90 mm): 1.3 and 7 mm."""
OUTLYING = 0.055
"""Difference from its surroundings, of luma in parts of itself, at which a pixel counts little for the low band."""
FAINT = 0.03
"""Luma to which nothing is divided."""
REDDER = 0.035
"""The same of red less green."""
SMALLEST = 20.0
"""Pixels between the outer corners of the eyes below which a face has no bands to speak of."""

RIGHT_NOSTRIL, LEFT_NOSTRIL = (98, 97, 2, 164, 165), (327, 326, 2, 164, 391)
"""Under the wings of the nose."""


@dataclass(frozen=True, eq=False)
class Bands:
    """A face's skin.

    Attributes:
        skin: h x w in [0, 1], where it is: not eyes, brows, lips, nostrils, hair, glasses or hands.
        luma, red, blue: three bands each, fine, middle, low, h x w, which add up to the plane: luma, red less green,
            green less blue.
        rough: h x w, how much fine detail there is over what skin has here; beard and hair have much.
    """

    skin: Plane
    luma: tuple[Plane, Plane, Plane]
    red: tuple[Plane, Plane, Plane]
    blue: tuple[Plane, Plane, Plane]
    rough: Plane

    @property
    def light(self) -> Plane:
        """The low band of luma, where it is divided by."""
        return np.maximum(self.luma[2], np.float32(FAINT))


def skin_of(near: Closeup) -> Plane:
    """Where a face shows skin: h x w in [0, 1], soft."""
    from looksmith.faces.landmarks import FACE_OVAL, LEFT_BROW, LEFT_EYE, LIPS_OUTER, RIGHT_BROW, RIGHT_EYE

    skin = near.polygon(FACE_OVAL, grow=0.97, soft=0.025)
    kept = near.polygon(RIGHT_EYE, LEFT_EYE, grow=1.35, soft=0.012)
    kept = np.maximum(kept, near.polygon(RIGHT_BROW, LEFT_BROW, grow=1.25, soft=0.012))
    kept = np.maximum(kept, near.polygon(LIPS_OUTER, grow=1.12, soft=0.012))
    kept = np.maximum(kept, near.polygon(RIGHT_NOSTRIL, LEFT_NOSTRIL, grow=1.0, soft=0.008))
    covered = near.coarse("glasses", "other", "background", "clothes")
    free = np.clip(1 - kept, 0, 1)
    if covered is not None:
        free = free * np.clip(1.25 - 1.5 * np.maximum(covered, hair_over(near)), 0, 1)
    return np.asarray(skin * free, np.float32)


def bands_of(near: Closeup, skin: Plane | None = None) -> Bands:
    """The bands of a closeup of a whole face."""
    skin = skin_of(near) if skin is None else skin
    luma, red, blue = near.planes
    soft = [blurred(plane, FINE * near.unit) for plane in (luma, red, blue)]
    wide = LOW * near.unit

    def mean(plane: Plane, weight: Plane, below: Plane) -> Plane:
        return np.asarray(blurred(plane * weight, wide) / below, np.float32)

    weight = skin + np.float32(1e-3)
    below = np.maximum(blurred(weight, wide), np.float32(1e-4))
    first, reddish = mean(soft[0], weight, below), mean(soft[1], weight, below)
    light = np.maximum(first, np.float32(FAINT))
    off = np.square((soft[0] - first) / (np.float32(OUTLYING) * light))
    off += np.square((soft[1] - reddish) / (np.float32(REDDER) * light))
    weight = weight / (1 + np.minimum(off, 30))  # where all differs, as off the face, it is still a mean
    below = np.maximum(blurred(weight, wide), np.float32(1e-6))
    low = [mean(plane, weight, below) for plane in soft]
    fine = luma - soft[0]
    detail = blurred(np.abs(fine), 0.05 * near.unit) / np.maximum(low[0], np.float32(FAINT))
    sure = skin > 0.8
    typical = float(np.median(detail[sure])) if sure.any() else float(detail.mean())
    of_luma, of_red, of_blue = (
        (plane - near_by, near_by - far, far) for plane, near_by, far in zip((luma, red, blue), soft, low, strict=True)
    )
    return Bands(skin, of_luma, of_red, of_blue, np.asarray(detail / np.float32(max(typical, 2e-3)), np.float32))


def without(bands: Bands, places: Plane, unit: float) -> tuple[Plane, Plane, Plane]:
    """What the low band would be without some places: luma, red less green, green less blue.

    Args:
        bands: of the skin.
        places: h x w in [0, 1], 1 where nothing counts.
        unit: distance of the outer corners of the eyes, working pixels.
    """
    weight = (bands.skin + np.float32(1e-3)) * (1 - np.float32(0.999) * places)
    wide = 0.7 * LOW * unit
    below = np.maximum(blurred(np.asarray(weight, np.float32), wide), np.float32(1e-6))
    luma, red, blue = (
        np.asarray(blurred(np.asarray((band[1] + band[2]) * weight, np.float32), wide) / below, np.float32)
        for band in (bands.luma, bands.red, bands.blue)
    )
    return luma, red, blue
