"""The shipped networks on a real portrait, and on what is none."""

import numpy as np
import pytest
from skimage.data import astronaut, coffee

from looksmith.errors import LooksmithError
from looksmith.faces import analyse
from looksmith.media.photo import Photo


def test_a_portrait_has_its_face_where_it_is() -> None:
    (face,) = analyse(Photo(np.ascontiguousarray(astronaut())))
    x, y = face.centre
    assert 205 < x < 245 and 100 < y < 140 and 80 < face.size < 140
    right, left, nose, *corners = face.five_points
    assert right[0] < nose[0] < left[0] and nose[1] < corners[0][1]
    assert abs(face.pose.yaw) < 20 and abs(face.pose.roll) < 15
    assert face.landmarks.shape == (468, 3) and face.irises is not None and face.irises.shape == (2, 5, 2)


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (7, 3), (64, 64)])
def test_odd_sizes_have_no_face(shape: tuple[int, int]) -> None:
    assert analyse(Photo(np.full((*shape, 3), 90, np.uint8))) == ()


def test_a_cup_of_coffee_is_nobody() -> None:
    assert analyse(Photo(np.ascontiguousarray(coffee()))) == ()


def test_sixteen_bits_are_seen_as_eight() -> None:
    deep = np.ascontiguousarray(astronaut()).astype(np.uint16) * 257
    (face,) = analyse(Photo(deep))
    assert 80 < face.size < 140


def test_a_bound_must_fit() -> None:
    with pytest.raises(LooksmithError, match="bound"):
        analyse(Photo(np.zeros((8, 8, 3), np.uint8)), score=2)
