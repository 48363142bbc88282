"""The part of the canonical texture that makeup is looked at in: from the forehead to the chin, without the ears."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from looksmith.faces.canonical import Texture, unwrap
from looksmith.faces.face import Face
from looksmith.media.smooth import gaussian, smoothed

WHOLE = 170
"""Texels of the whole texture's side."""
SIDE = 128
"""Of the part that is seen."""
TOP, LEFT = 26, 21
EYES_APART = 70.6
"""Texels between the outer corners of the eyes."""

Floats = NDArray[np.float32]


def seen(picture: NDArray[np.uint8] | Floats, face: Face) -> Texture:
    """The part of a face's texture that the network sees: 128 x 128 x C, in the picture's values."""
    whole = unwrap(picture, face, WHOLE)
    return Texture(cut(whole.pixels), cut(whole.visible))


def cut(whole: Floats) -> Floats:
    """That part of a texture of side :data:`WHOLE`."""
    return np.ascontiguousarray(whole[TOP : TOP + SIDE, LEFT : LEFT + SIDE])


def laid_out(part: Floats) -> Floats:
    """A texture of side :data:`WHOLE` with this part, 0 elsewhere."""
    whole = np.zeros((WHOLE, WHOLE, *part.shape[2:]), np.float32)
    whole[TOP : TOP + SIDE, LEFT : LEFT + SIDE] = part
    return whole


def softened(planes: Floats, deviation: float) -> Floats:
    """Planes S x S x C under a Gaussian of a deviation in texels."""
    window = gaussian(max(1, round(2.5 * deviation)), deviation)
    return np.stack([smoothed(np.ascontiguousarray(planes[..., c]), window) for c in range(planes.shape[2])], axis=-1)


def moved(face: Face, where: tuple[slice, slice], scale: tuple[float, float] = (1.0, 1.0)) -> Face:
    """A face in pixels of a part of its photo, made larger or smaller by factors across and down."""
    across, down = scale
    corner = np.array([where[1].start, where[0].start, 0], np.float32)
    x0, y0, x1, y1 = face.box
    box = ((x0 - where[1].start) * across, (y0 - where[0].start) * down,
           (x1 - where[1].start) * across, (y1 - where[0].start) * down)  # fmt: skip
    landmarks = (face.landmarks - corner) * np.array([across, down, across], np.float32)
    return replace(face, box=box, landmarks=np.asarray(landmarks, np.float32))
