"""Faces in pictures of a collection; where the networks for them are not shipped, that is told."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from looksmith.faces import detect, identity, mesh
from looksmith.faces.analyse import analyse_pixels
from looksmith.faces.face import Face
from looksmith.faces.quality import quality
from looksmith.faces.skin_tone import cheeks, skin_colour
from looksmith.materials.seen import SeenFace, packed
from looksmith.materials.whose import Limits
from looksmith.models.load import records

MOST = 12
"""Most faces of a picture, the largest first."""
SMALLEST = 20.0
"""Longer side of a face in pixels, under which it is nobody's."""

SCORE = 0.995
"""From which on it is surely a face.  In 170 photos of things and animals 23 likenesses of prominent size were found,
the surest at 0.991; of 105 true faces, portraits and selfies, all but one are past 0.998."""


def installed() -> bool:
    """Whether the networks that find faces are shipped."""
    return {detect.NETWORK, mesh.NETWORK} <= set(records())


def networks() -> str:
    """The networks for faces that are shipped, by their digests; empty when there are none."""
    return " ".join(f"{name}:{entry.sha256[:12]}" for name, entry in sorted(records().items()) if "face" in name)


def identity_limits() -> Limits | None:
    """Limits of the identity network; None when people cannot be told apart."""
    if not (installed() and identity.installed()):
        return None
    held = identity.thresholds()
    return Limits(held.same, held.different)


def faces_in(rgb: NDArray[np.uint8]) -> tuple[SeenFace, ...] | None:
    """The faces in a picture, the largest first; None when the networks are not shipped.

    Args:
        rgb: H x W x 3 uint8 sRGB.
    """
    if not installed():
        return None
    found: list[Face] = sorted(analyse_pixels(rgb), key=lambda face: (-face.size, face.box))
    found = [face for face in found if face.size >= SMALLEST][:MOST]
    vectors = identity.embed(rgb, found) if identity.installed() and found else [None] * len(found)
    return tuple(_seen(rgb, face, vector) for face, vector in zip(found, vectors, strict=True))


def _seen(rgb: NDArray[np.uint8], face: Face, vector: NDArray[np.float32] | None) -> SeenFace:
    height, width = rgb.shape[:2]
    scale = np.array([width, height, width, height], np.float64)
    box = np.clip(np.asarray(face.box) / scale, 0, 1).round(4)
    points = (face.five_points / scale[:2]).round(4)
    left, top, right, bottom = (round(v) for v in face.box)
    colour = skin_colour(rgb, cheeks(rgb.shape, (left, top, right, bottom)))
    judged = quality(rgb, face).overall
    return SeenFace(
        box=(float(box[0]), float(box[1]), float(box[2]), float(box[3])),
        pixels=round(face.size, 1),
        quality=round(judged, 4),
        certain=bool(face.score >= SCORE),
        yaw=round(face.pose.yaw, 1),
        points=tuple(points.ravel().tolist()),
        embedding="" if vector is None else packed(np.asarray(vector, np.float32)),
        skin=() if np.isnan(colour).any() or judged < 0.3 else tuple(colour.round(2).tolist()),
    )
