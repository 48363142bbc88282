"""Hair and skin told apart more finely than by the network of regions: on foreheads.

What the network says there is weighed again: by the colours of this person's cheeks and of the hair that lies clear of
the face, and by how far inside the mesh a pixel is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from looksmith.faces.landmarks import FACE_OVAL, LEFT_BROW, LEFT_EYE, LIPS_OUTER, RIGHT_BROW, RIGHT_EYE
from looksmith.faces.refine import box_mean
from looksmith.facets.closeup import Closeup
from looksmith.media.colour import rgb_to_lab
from looksmith.media.smooth import blurred

Plane = NDArray[np.float32]

CHEEKS = (117, 118, 50, 205, 203, 4, 423, 425, 280, 347, 346, 6)
"""Loop over cheeks and nose."""
LEAST_SPREAD = np.array([7.0, 3.0, 3.5], np.float32)
"""Of L, a and b in hair; skin is given twice that of L, since light falls on it unevenly."""
FEW = 25
"""Pixels below which a colour is not known."""
FRINGE, COVERED = 0.12, 0.5
"""How near a brow, in units of the eyes' distance, hair has to be round it, and how much of what is there, to be a
fringe that hangs over it."""
OUT, IN = 2.5, 5.0
"""Log odds of hair well outside the mesh, and how much they are less well inside it."""


def hair_in(near: Closeup, coarse: Plane | None = None, lab: NDArray[np.float32] | None = None) -> Plane:
    """How likely hair is in a closeup: h x w in [0, 1].

    Args:
        near: of a face.
        coarse: what the network says, where it was narrowed down already.
        lab: of the closeup, where it was made already.
    """
    said = near.coarse("hair") if coarse is None else coarse
    if said is None:
        return np.zeros(near.shape, np.float32)
    lab = rgb_to_lab(near.rgb) if lab is None else lab
    oval = near.polygon(FACE_OVAL, grow=1.02, soft=0.05)
    inner = near.polygon(CHEEKS) * (1 - near.polygon(RIGHT_EYE, LEFT_EYE, LIPS_OUTER, grow=1.2))
    skin = inner > 0.7
    clear = (said > 0.85) & (near.polygon(FACE_OVAL, grow=1.12) < 0.05)
    if skin.sum() < FEW:
        return said
    odds = np.float32(OUT) - np.float32(IN) * oval
    low, high = np.quantile(lab[skin][:, 0], (0.15, 0.9))
    lit = lab[skin][(lab[skin][:, 0] >= low) & (lab[skin][:, 0] <= high)]
    odds += _off(lab, lit, np.array([2.0, 1.0, 1.0], np.float32))
    odds -= _off(lab, lab[clear], np.ones(3, np.float32)) if clear.sum() >= FEW else np.float32(4.0)
    odds = box_mean(np.clip(odds, -8, 8).astype(np.float32), max(1, round(0.012 * near.unit)))
    hair = said / (1 + np.exp(-np.clip(odds, -8, 8)))
    return np.asarray(hair, np.float32)


def without_brows(near: Closeup, hair: Plane) -> Plane:
    """Without eyes and lips; and without brows, as far as no fringe hangs over them."""
    kept = np.maximum(near.polygon(RIGHT_EYE, LEFT_EYE, grow=1.15), near.polygon(LIPS_OUTER, grow=1.1))
    for loop in (RIGHT_BROW, LEFT_BROW):
        brow = np.clip(near.polygon(loop, grow=1.1, soft=0.035) * 4, 0, 1)
        rim = np.clip(near.polygon(loop, grow=2.4) - near.polygon(loop, grow=1.7), 0, 1)
        wide = FRINGE * near.unit
        around = blurred(np.asarray(hair * rim, np.float32), wide) / np.maximum(blurred(rim, wide), np.float32(1e-3))
        kept = np.maximum(kept, brow * np.clip(np.float32(0.5) + (np.float32(COVERED) - around) * 4, 0, 1))
    return np.asarray(hair * (1 - np.clip(kept, 0, 1)), np.float32)


def _off(lab: NDArray[np.float32], known: NDArray[np.float32], wider: NDArray[np.float32]) -> Plane:
    """Minus the log likelihood of colours under a normal distribution of known ones, without its constant: h x w."""
    middle = np.median(known, axis=0)
    spread = np.maximum(np.std(known, axis=0), LEAST_SPREAD) * wider
    far = np.zeros(lab.shape[:2], np.float32)
    for channel in range(3):
        far += np.square((lab[..., channel] - middle[channel]) * np.float32(1 / spread[channel]))
    return np.asarray(0.5 * np.minimum(far, 24) + np.log(spread).sum(), np.float32)


def hair_over(near: Closeup) -> Plane:
    """Hair in front of a face, soft: h x w in [0, 1]."""
    return blurred(hair_in(near), 0.012 * near.unit)
