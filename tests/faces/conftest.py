"""Faces without a detector: the canonical mesh, put into a picture."""

from collections.abc import Callable

import numpy as np
import pytest

from looksmith.faces.canonical import canonical
from looksmith.faces.face import Face, Pose

MakeFace = Callable[..., Face]


def made_face(x: float, y: float, across: float, *, roll: float = 0.0, yaw: float = 0.0) -> Face:
    """A mesh whose eyes are ``across`` pixels apart round (x, y), turned by degrees."""
    a, b = np.deg2rad(roll), np.deg2rad(yaw)
    turn = np.array([[np.cos(b), 0, -np.sin(b)], [0, 1, 0], [np.sin(b), 0, np.cos(b)]])
    lean = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    mesh = (canonical().geometry @ turn.T @ lean.T * across + (x, y, 0)).astype(np.float32)
    low, high = mesh[:, :2].min(axis=0), mesh[:, :2].max(axis=0)
    return Face((*low.tolist(), *high.tolist()), 0.99, mesh, Pose(yaw, 0.0, roll))


@pytest.fixture
def make_face() -> MakeFace:
    return made_face
