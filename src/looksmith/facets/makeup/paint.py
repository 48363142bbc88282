"""Face paint: a picture of its own on the canonical face, where no layer explains what is seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from looksmith.facets.makeup import bare
from looksmith.facets.makeup.window import EYES_APART, SIDE, softened
from looksmith.media.colour import lab_to_rgb, rgb_to_lab

PAINTED, PAINTED_SHARE = 26.0, 0.025
"""Difference left over from which on something is a pattern, and the least share of the face."""
PAINT, NEAR_PAINT = 14.0, 6.0
"""On a painted face, the difference from which on something is paint, and how far from what is surely paint, texels."""
AMID = 0.58
"""How far from the middle of the face, in distances of the eyes' outer corners, nothing is taken to lie in front."""
WHITE, WHOLE = 8.0, 0.6
"""On a painted face, the chroma of plain skin below which it is painted as well: no skin is so pale; and the share of
the face that must be seen for that."""

Floats = NDArray[np.float32]


def painting(lab: Floats, below: Floats, left: Floats, visible: Floats, light: Floats) -> NDArray[np.uint8] | None:
    """Face paint: 128 x 128 x 4 uint8, sRGB and alpha; None where there is next to none.

    Args:
        lab: CIELAB 128 x 128 x 3 of a face in the light of a mean skin.
        below: what is taken for its bare self.
        left: the difference of the two that layers do not explain.
        visible: 128 x 128 in [0, 1].
        light: (3,).
    """
    place = bare.places_seen()["pattern"] * visible
    alpha = np.clip((_size(left) - PAINTED) / 12, 0, 1) * (place > 0.5)
    spared = bare.places_seen()["brows"] + bare.places_seen()["lashes"]
    alpha = alpha * np.clip(1 - spared, 0, 1)
    alpha = np.where(_soft(alpha > 0.5, 2.5) > 0.45, alpha, 0)
    if float(alpha.sum()) < PAINTED_SHARE * float(bare.zones_seen()["face"].sum()):
        return None
    whole = float(place.sum()) > WHOLE * float(bare.places_seen()["pattern"].sum())
    # what the network of regions takes for hair or a hand amid a painted face is paint, too
    inner = np.abs(np.arange(SIDE) - (SIDE - 1) / 2) < AMID * EYES_APART
    place = bare.places_seen()["pattern"] * np.maximum(visible, inner)
    skin = lab_to_rgb(bare.skin_of(lab, visible)[None]) * light
    pale = float(np.linalg.norm(rgb_to_lab(np.clip(skin, 0, 1).astype(np.float32))[0, 1:]))
    if pale < WHITE and whole:
        alpha, colour = np.full_like(alpha, 0.9), lab_to_rgb(lab) * light
    else:
        apart = lab - below
        size = _size(apart * np.where(apart > 0, (0.3, 1, 1), 1).astype(np.float32))  # brighter alone is mostly light
        near = np.clip(_soft((_soft(size > PAINTED, NEAR_PAINT / 2) > 0.45) | (alpha > 0.5), NEAR_PAINT) / 0.08, 0, 1)
        paint = np.asarray(np.clip((size - PAINT) / 10, 0, 1) * near, np.float32)
        alpha, colour = np.maximum(alpha, softened(paint[..., None], 0.7)[..., 0]), lab_to_rgb(lab)
    made: NDArray[np.uint8] = np.rint(255 * np.dstack([np.clip(colour, 0, 1), alpha * place])).astype(np.uint8)
    return made


def _size(difference: Floats) -> Floats:
    return np.asarray(np.linalg.norm(softened(difference, 1.0), axis=-1), np.float32)


def _soft(mask: NDArray[np.bool_], deviation: float) -> Floats:
    return softened(mask.astype(np.float32)[..., None], deviation)[..., 0]
