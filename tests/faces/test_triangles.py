"""Triangles drawn all at once, beside asking of every pixel which triangle it lies in."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import Delaunay

from looksmith.faces.triangles import drawn


def _inside(corners: np.ndarray, height: int, width: int) -> np.ndarray:
    """How far each centre of a pixel lies within a triangle, n x height x width, from the edge nearest to it."""
    y, x = np.mgrid[:height, :width] + 0.5
    a, b, c = (corners[:, k, :, None, None] for k in range(3))
    turn = np.sign((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0])
    edges = []
    for p, q in ((a, b), (b, c), (c, a)):
        (along, down), (to_x, to_y) = (q - p).transpose(1, 0, 2, 3), (x - p[:, 0], y - p[:, 1])
        edges.append(turn * (along * to_y - down * to_x) / np.maximum(np.hypot(along, down), 1e-9))
    return np.min(edges, axis=0)


@given(seed=st.integers(0, 10_000), grid=st.booleans())
def test_a_mesh_leaves_no_pixel_out_and_gives_each_to_the_triangle_it_lies_in(seed: int, grid: bool) -> None:
    rng = np.random.default_rng(seed)
    points = rng.uniform(-6, 36, (40, 2))
    if grid:  # corners and edges that go through centres of pixels
        points = np.unique(np.rint(points) + 0.5, axis=0)
    corners = points[Delaunay(points).simplices]
    found = drawn(corners, np.arange(len(corners)), 24, 30)
    within = _inside(corners, 24, 30)
    sure = within.max(axis=0) > 1e-6
    assert (found[sure] == within.argmax(axis=0)[sure]).all()
    assert (found[within.max(axis=0) < -1e-6] == -1).all()


def test_later_triangles_lie_on_top_and_keep_their_numbers() -> None:
    large, small = [(0, 0), (40, 0), (0, 40)], [(2, 2), (8, 2), (2, 8)]
    corners = np.array([large, small], float)
    assert drawn(corners, np.array([7, 9]), 20, 20)[3, 3] == 9
    assert drawn(corners[::-1], np.array([9, 7]), 20, 20)[3, 3] == 7


def test_nothing_to_draw_and_triangles_without_area() -> None:
    assert (drawn(np.zeros((0, 3, 2)), np.zeros(0, int), 4, 5) == -1).all()
    assert drawn(np.zeros((1, 3, 2)), np.zeros(1, int), 0, 5).shape == (0, 5)
    flat = np.array([[(0.0, 1.5), (9.0, 1.5), (4.0, 1.5)], [(2.0, 0.0), (2.0, 9.0), (2.0, 4.0)]])
    assert (drawn(flat, np.arange(2), 6, 8) == -1).all()
    far = np.array([[(-1e7, -1e7), (1e7, -1e7), (0.0, 1e7)]])
    assert (drawn(far, np.zeros(1, int), 6, 8) == 0).all()
