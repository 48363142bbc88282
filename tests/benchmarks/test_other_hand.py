"""Makeup by another hand: where it lies, and that it is the one that was drawn."""

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.other_hand import drawn, painted, photographed, points_of
from skimage import data

from looksmith.evaluation.identity import judge
from looksmith.faces.analyse import analyse_pixels
from looksmith.faces.landmarks import IBUG_68
from looksmith.faces.regions import mesh_mask
from looksmith.media.colour import rgb_to_lab

PHOTO = np.ascontiguousarray(data.astronaut()[:300, 60:360])


FACE = analyse_pixels(PHOTO)[0]
POINTS = FACE.points(IBUG_68).astype(np.float64)


@pytest.mark.skipif(judge() is None, reason="needs dlib and its face models")
def test_dlib_finds_the_points_where_the_mesh_has_them() -> None:
    found = points_of(PHOTO, FACE)
    assert found.shape == (68, 2)
    assert np.linalg.norm(found - POINTS, axis=1)[17:].mean() < 0.08 * FACE.inter_ocular


def test_lips_take_the_shade_and_nothing_else_changes() -> None:
    nothing = (np.zeros(3), 0.0)
    bare = replace(drawn(np.random.default_rng(1)), lips=nothing, lids=nothing, cheeks=nothing, line=0.0)
    assert (painted(PHOTO, POINTS, bare) == PHOTO).all()
    green = np.array([0.1, 0.5, 0.2])
    made = painted(PHOTO, POINTS, replace(bare, lips=(green, 1.0)))
    lips, eyes = (mesh_mask(FACE, part, *PHOTO.shape[:2]) > 0.9 for part in ("lips", "eyes"))
    aim = rgb_to_lab(green.astype(np.float32)[None])[0]
    assert np.linalg.norm(rgb_to_lab(made)[lips].mean(axis=0)[1:] - aim[1:]) < 14
    x0, y0, x1, y1 = (round(v) for v in FACE.box)
    outside = np.ones(PHOTO.shape[:2], bool)
    outside[y0 + (y1 - y0) // 2 : y1, x0:x1] = False
    assert (made[outside] == PHOTO[outside]).all() and (made[eyes] == PHOTO[eyes]).all()


def test_denser_is_further_and_sheer_keeps_what_is_below() -> None:
    shade = np.array([0.2, 0.1, 0.3])
    lids = [
        painted(PHOTO, POINTS, replace(drawn(np.random.default_rng(1)), lids=(shade, dense), cheeks=(shade, 0.0)))
        for dense in (0.2, 0.8)
    ]
    change = [np.abs(made.astype(int) - PHOTO).sum() for made in lids]
    assert 0 < change[0] < change[1]


def test_a_seed_gives_its_makeup_and_every_part_is_left_out_at_times() -> None:
    first, again = (drawn(np.random.default_rng(5)) for _ in range(2))
    assert first.line == again.line and (first.lips[0] == again.lips[0]).all()
    rng = np.random.default_rng(0)
    many = [drawn(rng) for _ in range(60)]
    for part in ("lips", "lids", "cheeks"):
        worn = [getattr(one, part)[1] > 0 for one in many]
        assert any(worn) and not all(worn)
    assert photographed(PHOTO, rng).shape == PHOTO.shape
