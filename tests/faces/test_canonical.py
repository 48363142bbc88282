"""A face into a texture and back: exact where it must be, close where it can be."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from skimage.data import astronaut

from looksmith.faces.canonical import Texture, canonical, put_back, unwrap, wrap
from looksmith.faces.face import Face

PICTURE = np.ascontiguousarray(astronaut()[:300, 60:380])


def _smooth(height: int, width: int) -> np.ndarray:
    y, x = np.mgrid[:height, :width] + 0.5
    return np.stack([x / width, y / height, 0.5 + 0.4 * np.sin(x / 31) * np.cos(y / 23)], axis=2).astype(np.float32)


def test_the_mean_face_is_symmetric_and_covers_every_point_once() -> None:
    held = canonical()
    assert held.geometry.shape == (468, 3) and held.uv.shape == (468, 2)
    assert np.abs(held.geometry - held.geometry[held.mirror] * (-1, 1, 1)).max() < 1e-5
    assert sorted(held.mirror.tolist()) == list(range(468))
    assert set(held.triangles.ravel().tolist()) == set(range(468))
    a, b, c = (held.uv[held.triangles[:, k]] for k in range(3))
    area = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]
    assert (area > 0).all()


def test_texels_look_where_the_mesh_is(make_face: Callable[..., Face]) -> None:
    face = make_face(160, 130, 70, roll=8, yaw=15)
    y, x = np.mgrid[:300, :320].astype(np.float32) + 0.5
    texture = unwrap(np.stack([x, y], axis=2), face, 512)
    for point in (1, 33, 61, 105, 205, 425, 9, 199):
        column, row = (canonical().uv[point] * 512).astype(int)
        assert np.abs(texture.pixels[row, column] - face.landmarks[point, :2]).max() < 1.5


@pytest.mark.parametrize("yaw", [0, 25, -40])
def test_a_smooth_picture_comes_back_through_the_texture(make_face: Callable[..., Face], yaw: float) -> None:
    picture = _smooth(300, 320)
    face = make_face(160, 130, 80, roll=-12, yaw=yaw)
    texture = unwrap(picture, face, 512)
    values, coverage, (top, left) = wrap(texture.pixels, face, 300, 320)
    inner = coverage > 0
    inner[1:-1, 1:-1] &= inner[:-2, 1:-1] & inner[2:, 1:-1] & inner[1:-1, :-2] & inner[1:-1, 2:]
    wanted = picture[top : top + values.shape[0], left : left + values.shape[1]]
    error = np.abs(values - wanted)[inner]
    assert inner.sum() > 5000
    assert np.quantile(error, 0.99) < 0.012


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    x=st.floats(-60, 380), y=st.floats(-60, 360), across=st.floats(6, 160), roll=st.floats(-180, 180),
    yaw=st.floats(-70, 70), seed=st.integers(0, 99),
)  # fmt: skip
def test_outside_the_mesh_not_a_byte_changes(
    make_face: Callable[..., Face], x: float, y: float, across: float, roll: float, yaw: float, seed: int
) -> None:
    face = make_face(x, y, across, roll=roll, yaw=yaw)
    before = unwrap(PICTURE, face, 64)
    after = np.random.default_rng(seed).uniform(0, 255, before.pixels.shape).astype(np.float32)
    made = put_back(PICTURE, face, before, after)
    _, coverage, (top, left) = wrap(after, face, *PICTURE.shape[:2])
    covered = np.zeros(PICTURE.shape[:2], bool)
    covered[top : top + coverage.shape[0], left : left + coverage.shape[1]] = coverage > 0
    assert (made[~covered] == PICTURE[~covered]).all()
    assert (put_back(PICTURE, face, before, before.pixels) == PICTURE).all()


def test_a_change_lands_on_the_part_it_was_painted_on(make_face: Callable[..., Face]) -> None:
    face = make_face(160, 130, 80, yaw=20)
    before = unwrap(PICTURE, face)
    after = before.pixels.copy()
    column, row = (canonical().uv[1] * before.side).astype(int)
    after[row - 6 : row + 7, column - 6 : column + 7] = 255
    change = np.abs(put_back(PICTURE, face, before, after).astype(int) - PICTURE).sum(axis=2)
    y, x = np.average(np.argwhere(change > 0) + 0.5, axis=0, weights=change[change > 0])
    assert np.hypot(x - face.landmarks[1, 0], y - face.landmarks[1, 1]) < 6


def test_what_is_turned_away_is_not_visible(make_face: Callable[..., Face]) -> None:
    left, right = (unwrap(PICTURE, make_face(160, 130, 70, yaw=yaw)).visible for yaw in (-55, 55))
    front = unwrap(PICTURE, make_face(160, 130, 70)).visible
    half = front.shape[1] // 2
    for turned in (left, right):
        assert turned.sum() < 0.9 * front.sum()
    assert (left[:, :half].sum() > left[:, half:].sum()) != (right[:, :half].sum() > right[:, half:].sum())


def test_planes_and_far_faces(make_face: Callable[..., Face]) -> None:
    plane = _smooth(100, 100)[..., 0]
    assert unwrap(plane, make_face(50, 40, 20), 32).pixels.shape == (32, 32)
    gone = make_face(900, 900, 20)
    assert isinstance(unwrap(plane, gone, 32), Texture) and unwrap(plane, gone, 32).visible.max() == 0
    values, coverage, _ = wrap(np.ones((32, 32), np.float32), gone, 100, 100)
    assert values.size == 0 and coverage.size == 0
