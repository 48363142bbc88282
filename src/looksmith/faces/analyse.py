"""All faces of a photo, with mesh and pose."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError
from looksmith.faces.detect import NESTED, Detection, detect
from looksmith.faces.face import Face
from looksmith.faces.landmarks import POINTS
from looksmith.faces.mesh import Mesh, look, look_again, place_of_detection
from looksmith.faces.pose import pose_of
from looksmith.faces.quality import quality
from looksmith.media.colour import to_srgb8
from looksmith.media.photo import Photo

SCORE = 0.5
"""Least score of a face."""
HOPELESS = 0.02
"""Sureness after the first look below which a likeness gets no second: of 2,030 in 210 pictures 66 % have less, and of
the 231 that the second look found to be faces none had less than 0.05."""
EVEN = 0.75
"""What the odds of detector and mesh come to, as a logarithm, where a face is told: a score of one half."""
NEEDED = ((32.0, -1.0), (64.0, 2.5))
"""Size of a face in pixels, and the logarithm of the odds of presence that the mesh alone must give it: the mesh sees
large faces so well that what it doubts is none, as an animal's.  Of faces in scenes made for training a hundredth have
less, at each size."""
SHARED = 0.35
"""Area that two faces share, over the smaller one's, beyond which they are one: people cheek to cheek share less."""
SMALLEST = 16.0
"""Longer side of a face in pixels, below which chance likenesses outnumber faces."""


def analyse(photo: Photo, *, score: float = SCORE) -> tuple[Face, ...]:
    """The faces of a photo, the largest first.

    Args:
        photo: of any size, depth and profile; transparency is not looked at.
        score: least score, of detector and mesh together, in [0, 1].

    Returns:
        one :class:`Face` each, with its quality; none where there is no face.

    Raises:
        LooksmithError: a bound is not in [0, 1].
    """
    if not 0 <= score <= 1:
        raise LooksmithError("the bound does not fit", where="score", expected="0 to 1", got=score)
    rgb = to_srgb8(photo)
    found = analyse_pixels(rgb, score=score)
    return tuple(replace(face, quality=round(quality(rgb, face).overall, 4)) for face in found)


def analyse_pixels(rgb: NDArray[np.uint8], *, score: float = SCORE) -> tuple[Face, ...]:
    """The same of H x W x 3 sRGB pixels, such as a frame of a clip."""
    found = detect(rgb)
    places = [place_of_detection(each) for each in found]
    glances = look(rgb, places)
    hopeful = [
        k
        for k, (each, mesh) in enumerate(zip(found, glances, strict=True))
        if sureness(each.score, mesh.presence) >= min(HOPELESS, score)
    ]
    meshes = look_again(rgb, [places[k] for k in hopeful], [glances[k] for k in hopeful])
    faces = [_face(found[k], mesh) for k, mesh in zip(hopeful, meshes, strict=True)]
    kept = [face for face in faces if face.score >= score and face.size >= SMALLEST]
    return tuple(sorted(_apart(kept), key=lambda face: -face.size))


def sureness(score: float, presence: float) -> float:
    """Detector and mesh together: the odds of presence times those of the score, squared; so they tell faces best.

    Args:
        score: of the detector, in [0, 1].
        presence: of the mesh, in [0, 1].

    Returns:
        in [0, 1].
    """
    odds = _odds(presence) + 2 * _odds(score) - EVEN
    return float(1 / (1 + np.exp(-np.clip(odds, -30, 30))))


def clearness(presence: float, size: float) -> float:
    """What the mesh alone says of a face of that size, whatever the detector says; one half where it just suffices.

    Args:
        presence: of the mesh, in [0, 1].
        size: longer side, pixels.

    Returns:
        in [0, 1].
    """
    (small, low), (large, high) = NEEDED
    along = float(np.clip(np.log(max(size, 1e-6) / small) / np.log(large / small), 0, 1))
    return float(1 / (1 + np.exp(np.clip(low + along * (high - low) - _odds(presence), -30, 30))))


def _odds(chance: float) -> float:
    """Their logarithm."""
    held = min(max(float(chance), 1e-6), 1 - 1e-6)
    return float(np.log(held / (1 - held)))


def _face(found: Detection, mesh: Mesh) -> Face:
    landmarks = mesh.points[:POINTS]
    low, high = landmarks[:, :2].min(axis=0), landmarks[:, :2].max(axis=0)
    return Face(
        box=(float(low[0]), float(low[1]), float(high[0]), float(high[1])),
        score=min(sureness(found.score, mesh.presence), clearness(mesh.presence, float((high - low)[:2].max()))),
        landmarks=landmarks,
        pose=pose_of(landmarks),
        presence=mesh.presence,
        irises=mesh.points[POINTS:, :2].reshape(2, 5, 2),
    )


def _apart(faces: list[Face]) -> list[Face]:
    """Without those whose mesh slid onto a better face, or who share much of their place with one about as large."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda face: -face.score):
        if not any(_same_place(face, other) for other in kept):
            kept.append(face)
    return kept


def _same_place(face: Face, other: Face) -> bool:
    (x, y), (u, v), smaller = face.centre, other.centre, min(face.size, other.size)
    if np.hypot(x - u, y - v) < smaller / 3:
        return True
    across = min(face.box[2], other.box[2]) - max(face.box[0], other.box[0])
    down = min(face.box[3], other.box[3]) - max(face.box[1], other.box[1])
    shared = max(across, 0.0) * max(down, 0.0) / max(min(face.width * face.height, other.width * other.height), 1e-6)
    return shared > SHARED and smaller > NESTED * max(face.size, other.size)
