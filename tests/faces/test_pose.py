"""Where a head looks, from points that were turned."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from looksmith.faces.pose import BONY, FRONTAL, pose_of, rotation_of


def turned(yaw: float, pitch: float, roll: float) -> np.ndarray:
    """Rz(roll) Ry(yaw) Rx(pitch) such that the nose of (0, 0, -1) goes right for yaw and up for pitch."""
    a, b, c = math.radians(-yaw), math.radians(-pitch), math.radians(roll)
    ry = np.array([[math.cos(a), 0, math.sin(a)], [0, 1, 0], [-math.sin(a), 0, math.cos(a)]])
    rx = np.array([[1, 0, 0], [0, math.cos(b), -math.sin(b)], [0, math.sin(b), math.cos(b)]])
    rz = np.array([[math.cos(c), -math.sin(c), 0], [math.sin(c), math.cos(c), 0], [0, 0, 1]])
    return rz @ ry @ rx


def mesh_of(rotation: np.ndarray, scale: float = 80.0) -> np.ndarray:
    mesh = np.zeros((468, 3), np.float32)
    mesh[list(BONY)] = FRONTAL @ rotation.T * scale + (300, 200, 0)
    return mesh


@given(yaw=st.floats(-80, 80), pitch=st.floats(-60, 60), roll=st.floats(-170, 170))
def test_the_angles_come_back(yaw: float, pitch: float, roll: float) -> None:
    assert pose_of(mesh_of(turned(yaw, pitch, roll))).degrees == pytest.approx((yaw, pitch, roll), abs=0.05)


def test_signs_are_those_of_the_photo() -> None:
    """Looked at, not computed: where the tip of the nose goes against the eyes."""
    tip, right_eye, left_eye = BONY.index(4), BONY.index(33), BONY.index(263)

    def points(*angles: float) -> np.ndarray:
        return FRONTAL @ turned(*angles).T

    still = points(0, 0, 0)
    assert points(30, 0, 0)[tip, 0] > still[tip, 0]  # to the right of the photo
    assert points(0, 20, 0)[tip, 1] < still[tip, 1]  # up
    clockwise = points(0, 0, 20)
    assert clockwise[left_eye, 1] > clockwise[right_eye, 1]  # the eye on the right sinks


def test_rotation_is_a_rotation_even_of_a_flat_mesh() -> None:
    mesh = mesh_of(turned(10, 5, 3))
    mesh[:, 2] = 0
    rotation = rotation_of(mesh)
    assert rotation @ rotation.T == pytest.approx(np.eye(3), abs=1e-9)
    assert np.linalg.det(rotation) == pytest.approx(1)
