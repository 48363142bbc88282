"""The names of the mesh's points."""

import pytest

from looksmith.faces import landmarks
from looksmith.faces.pose import BONY, FRONTAL


@pytest.mark.parametrize("name", sorted(landmarks.GROUPS))
def test_a_group_has_points_of_the_mesh_once_each(name: str) -> None:
    group = landmarks.GROUPS[name]
    assert len(set(group)) == len(group)
    assert all(0 <= point < landmarks.POINTS for point in group)


def test_left_and_right_have_as_many_points_and_share_none() -> None:
    for right, left in (
        (landmarks.RIGHT_EYE, landmarks.LEFT_EYE),
        (landmarks.RIGHT_BROW, landmarks.LEFT_BROW),
    ):
        assert len(right) == len(left)
        assert not set(right) & set(left)
    assert len(landmarks.LIPS_OUTER) == len(landmarks.LIPS_INNER)
    assert not set(landmarks.LIPS_OUTER) & set(landmarks.LIPS_INNER)


def test_corners_belong_to_their_loops() -> None:
    assert set(landmarks.EYE_CORNERS[0]) <= set(landmarks.RIGHT_EYE)
    assert set(landmarks.EYE_CORNERS[1]) <= set(landmarks.LEFT_EYE)
    assert set(landmarks.MOUTH_CORNERS) <= set(landmarks.LIPS_OUTER)
    assert landmarks.CHIN in landmarks.FACE_OVAL and landmarks.FOREHEAD in landmarks.FACE_OVAL


def test_the_68_points_are_in_the_order_of_ibug() -> None:
    points = landmarks.IBUG_68
    assert len(points) == 68
    assert points[8] == landmarks.CHIN
    assert {points[36], points[39]} == set(landmarks.EYE_CORNERS[0])
    assert {points[42], points[45]} == set(landmarks.EYE_CORNERS[1])
    assert (points[48], points[54]) == landmarks.MOUTH_CORNERS
    assert set(points[60:]) <= set(landmarks.LIPS_INNER)


def test_the_frontal_face_is_symmetric() -> None:
    partner = {33: 263, 133: 362, 98: 327, 234: 454, 127: 356, 50: 280}
    partner |= {left: right for right, left in partner.items()}
    for index, point in zip(BONY, FRONTAL, strict=True):
        other = FRONTAL[BONY.index(partner.get(index, index))]
        assert point == pytest.approx((-other[0], other[1], other[2]), abs=1e-9)
