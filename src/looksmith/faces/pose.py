"""Where a head looks: a rigid fit of the mesh's bony points to those of a face that looks into the camera."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from looksmith.faces.face import Points, Pose

BONY = (33, 133, 263, 362, 168, 6, 197, 195, 5, 4, 2, 98, 327, 234, 454, 127, 356, 10, 9, 151, 50, 280)
"""Points that a smile or a word hardly moves."""
FRONTAL = np.array(
    [
        (-0.499, 0.000, 0.000), (-0.194, 0.032, -0.060), (0.499, 0.000, 0.000), (0.194, 0.032, -0.060),
        (0.000, -0.032, -0.253), (0.000, 0.060, -0.295), (0.000, 0.145, -0.345), (0.000, 0.224, -0.400),
        (0.000, 0.309, -0.457), (0.000, 0.411, -0.477), (0.000, 0.543, -0.264), (-0.197, 0.507, -0.176),
        (0.197, 0.507, -0.176), (-0.780, 0.196, 0.630), (0.780, 0.196, 0.630), (-0.788, 0.034, 0.564),
        (0.788, 0.034, 0.564), (0.000, -0.596, -0.249), (0.000, -0.214, -0.288), (0.000, -0.411, -0.275),
        (-0.552, 0.371, -0.039), (0.552, 0.371, -0.039),
    ]
)  # fmt: skip
"""Where they are in a face from the front, in units of the distance of the eyes' outer corners: the mean of the
teacher's meshes of 1,732 portraits that are turned aside by less than 6 degrees, made symmetric."""


def pose_of(mesh: Points) -> Pose:
    """The pose of a mesh (at least 468 x 3, pixels, z with the scale of x)."""
    return pose_of_rotation(rotation_of(mesh))


def rotation_of(mesh: Points) -> NDArray[np.float64]:
    """3 x 3: the rotation of a head, of axes x to the right, y down, z away from the viewer.

    Kabsch (1976), "A solution for the best rotation to relate two sets of vectors".
    """
    found = mesh[list(BONY)].astype(np.float64)
    covariance = (found - found.mean(axis=0)).T @ (FRONTAL - FRONTAL.mean(axis=0))
    left, _, right = np.linalg.svd(covariance)
    sign = np.sign(np.linalg.det(left @ right))
    return np.asarray(left @ np.diag([1.0, 1.0, sign]) @ right, np.float64)


def pose_of_rotation(rotation: NDArray[np.float64]) -> Pose:
    """Angles of a rotation."""
    roll = math.atan2(rotation[1, 0], rotation[0, 0])
    cos, sin = math.cos(roll), math.sin(roll)
    upright = np.array([[cos, sin, 0], [-sin, cos, 0], [0, 0, 1]]) @ rotation
    nose = -upright[:, 2]
    pitch = math.asin(float(np.clip(-nose[1], -1, 1)))
    return Pose(math.degrees(math.atan2(nose[0], -nose[2])), math.degrees(pitch), math.degrees(roll))
