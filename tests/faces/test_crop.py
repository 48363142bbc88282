"""The square round a face, and back."""

import math

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from looksmith.faces.crop import Place, cut, moved, place_of_mesh, upright_angle
from looksmith.faces.landmarks import EYE_CORNERS, MOUTH_CORNERS

places = st.builds(
    Place,
    x=st.floats(-50, 500),
    y=st.floats(-50, 500),
    side=st.floats(5, 800),
    angle=st.floats(-math.pi, math.pi),
)


@given(place=places, size=st.integers(8, 256))
def test_there_and_back_is_where_it_was(place: Place, size: int) -> None:
    points = np.array([[3.0, 4.0, 5.0], [size, 0, -2]], np.float32)
    back = moved(moved(points, place.into_photo(size)), place.from_photo(size))
    assert back == pytest.approx(points, abs=size * 1e-4)
    assert moved(np.array([[size / 2, size / 2]], np.float32), place.into_photo(size))[0] == pytest.approx(
        (place.x, place.y), abs=0.01
    )


def test_depth_takes_the_scale() -> None:
    near = moved(np.array([[0, 0, 10]], np.float32), Place(0, 0, 200, 0.4).into_photo(100))
    assert near[0, 2] == pytest.approx(20)


def test_a_crop_shows_what_opencv_shows() -> None:
    rng = np.random.default_rng(3)
    picture = cv2.GaussianBlur(rng.integers(0, 256, (120, 160, 3), np.uint8), (0, 0), 3)
    place = Place(83.0, 57.5, 70.0, 0.4)
    # OpenCV's pixels have whole numbers in their middles, ours halves
    matrix = place.from_photo(64)
    matrix[:, 2] += matrix[:, :2] @ (0.5, 0.5) - 0.5
    expected = cv2.warpAffine(picture, matrix, (64, 64), flags=cv2.INTER_LINEAR).astype(int)
    assert np.abs(cut(picture, place, 64).astype(int) - expected).max() <= 3


def test_shrinking_averages() -> None:
    stripes = np.zeros((256, 256, 3), np.uint8)
    stripes[:, ::2] = 255
    small = cut(stripes, Place(128, 128, 240, 0), 30)
    assert np.abs(small[2:-2, 2:-2].astype(int) - 127).max() < 12


def test_out_of_the_photo_is_black() -> None:
    white = np.full((40, 40, 3), 255, np.uint8)
    assert cut(white, Place(500, 500, 50, 0), 16).max() == 0
    half = cut(white, Place(0, 20, 20, 0), 20)
    assert half[:, :9].max() == 0 and half[:, 11:].min() == 255


@pytest.mark.parametrize("degrees", [-150, -45, 0, 10, 45, 90])
def test_the_square_of_a_mesh_turns_with_it(degrees: float) -> None:
    mesh = np.zeros((468, 3), np.float32)
    rng = np.random.default_rng(1)
    mesh[:, :2] = rng.uniform((30, 20), (70, 80), (468, 2))
    mesh[0, :2], mesh[1, :2] = (30, 20), (70, 80)
    for corners, y in ((EYE_CORNERS[0], 40), (EYE_CORNERS[1], 40)):
        x = 40 if corners == EYE_CORNERS[0] else 60
        mesh[list(corners), :2] = (x, y)
    mesh[list(MOUTH_CORNERS), :2] = ((45, 60), (55, 60))
    before = place_of_mesh(mesh, 1.0)
    assert (before.x, before.y, before.side, before.angle) == pytest.approx((50, 50, 60, 0), abs=1e-3)
    angle = math.radians(degrees)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    mesh[:, :2] = mesh[:, :2] @ turn.T
    after = place_of_mesh(mesh, 1.0)
    assert (after.x, after.y) == pytest.approx(tuple(turn @ (50, 50)), abs=1e-3)
    assert after.side == pytest.approx(60, abs=1e-3)
    assert math.remainder(after.angle - angle, 2 * math.pi) == pytest.approx(0, abs=1e-5)


def test_in_profile_the_line_down_tells_the_angle() -> None:
    eye = np.array([10.0, 10.0], np.float32)
    assert upright_angle(eye, eye, eye + np.float32([0, 20])) == pytest.approx(0)
    assert upright_angle(eye, eye, eye + np.float32([-20, 0])) == pytest.approx(math.pi / 2)
