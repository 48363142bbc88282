"""The shipped networks on a real portrait, and on what is none."""

from importlib import import_module

import numpy as np
import pytest
from skimage.data import astronaut, coffee

from looksmith.errors import LooksmithError
from looksmith.faces import analyse
from looksmith.faces.face import Face, Pose
from looksmith.media.photo import Photo

room = import_module("looksmith.faces.analyse")


def test_a_portrait_has_its_face_where_it_is() -> None:
    (face,) = analyse(Photo(np.ascontiguousarray(astronaut())))
    x, y = face.centre
    assert 205 < x < 245 and 100 < y < 140 and 80 < face.size < 140
    right, left, nose, *corners = face.five_points
    assert right[0] < nose[0] < left[0] and nose[1] < corners[0][1]
    assert abs(face.pose.yaw) < 20 and abs(face.pose.roll) < 15
    assert face.landmarks.shape == (468, 3) and face.irises is not None and face.irises.shape == (2, 5, 2)


def test_likenesses_without_hope_get_no_second_look_and_no_face_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    people, looked_at = np.ascontiguousarray(astronaut()), []
    again = room.look_again
    monkeypatch.setattr(room, "look_again", lambda rgb, *some: looked_at.append(len(some[0])) or again(rgb, *some))
    few = analyse(Photo(people))
    monkeypatch.setattr(room, "HOPELESS", 0.0)
    every = analyse(Photo(people))
    assert looked_at[0] < looked_at[1]
    assert len(few) == len(every) and np.allclose(few[0].landmarks, every[0].landmarks, atol=0.01)


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


def _face(box: tuple[float, float, float, float], score: float) -> Face:
    return Face(box, score, np.zeros((468, 3), np.float32), Pose(0, 0, 0))


def test_of_two_faces_in_one_place_the_surer_is_kept_and_neighbours_stay() -> None:
    found = [
        _face((10, 10, 50, 60), 0.9), _face((12, 30, 52, 78), 0.8),  # half a face lower: the same one
        _face((45, 12, 85, 62), 0.7),  # cheek to cheek
        _face((20, 20, 32, 34), 0.6),  # a small one before it, off its middle
    ]  # fmt: skip
    kept = room._apart(found)
    assert [face.score for face in kept] == [0.9, 0.7, 0.6]


def test_what_the_mesh_doubts_at_a_size_at_which_it_sees_well_is_no_face() -> None:
    (small, low), (large, high) = room.NEEDED
    chance = [float(1 / (1 + np.exp(-odds))) for odds in (low, (low + high) / 2, high)]
    assert room.clearness(chance[0], small) == pytest.approx(0.5) == pytest.approx(room.clearness(chance[0], small / 3))
    assert room.clearness(chance[2], large) == pytest.approx(0.5) == pytest.approx(room.clearness(chance[2], 9 * large))
    assert room.clearness(chance[1], float(np.sqrt(small * large))) == pytest.approx(0.5)
    assert room.clearness(0.8, 2 * large) < 0.5 < room.clearness(0.8, small) < room.clearness(0.9, small)
    found = room.Detection(np.array([0, 0, 2 * large, 2 * large], np.float32), 0.99, np.zeros((5, 2), np.float32))
    points = np.zeros((478, 3), np.float32)
    points[0, :2] = 2 * large
    assert room.sureness(found.score, 0.8) > 0.99 and room._face(found, room.Mesh(points, 0.8)).score < 0.5


def test_sureness_against_the_odds() -> None:
    odds = (0.8 / 0.2) * (0.3 / 0.7) ** 2 / np.exp(room.EVEN)
    assert room.sureness(0.3, 0.8) == pytest.approx(odds / (1 + odds))
    assert 0 <= room.sureness(0.0, 0.0) < 1e-6 < 1 - 1e-6 < room.sureness(1.0, 1.0) <= 1
