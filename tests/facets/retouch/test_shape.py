"""Shape: small, smooth, the right way, and nothing beyond the margin."""

from __future__ import annotations

import numpy as np
import pytest

from looksmith.faces.people import People
from looksmith.facets.retouch.facet import Retouch
from looksmith.facets.retouch.shape import FARTHEST, MARGIN, moves_of
from looksmith.facets.retouch.sliders import SHAPE, RetouchState
from looksmith.media.photo import Photo

FULL = RetouchState(eye_size=1, jaw=-1, nose=-1, lips=1)


@pytest.mark.parametrize("slider", SHAPE)
@pytest.mark.parametrize("end", [-1.0, 1.0])
def test_no_move_is_longer_than_the_limit(people: People, slider: str, end: float) -> None:
    face = people.faces[0]
    moves = moves_of(face, RetouchState(**{slider: end}), people.regions)
    assert moves is not None
    longest = float(np.hypot(moves.x, moves.y).max())
    assert 0.004 * face.inter_ocular < longest <= FARTHEST * face.inter_ocular + 1e-3


def test_moves_do_not_fold(people: People) -> None:
    moves = moves_of(people.faces[0], FULL, people.regions)
    assert moves is not None
    left, top, right, bottom = moves.box
    step = (right - left) / (moves.x.shape[1] - 1), (bottom - top) / (moves.x.shape[0] - 1)
    assert np.abs(np.diff(moves.x, axis=1)).max() < step[0] and np.abs(np.diff(moves.y, axis=0)).max() < step[1]


def test_beyond_the_margin_not_one_byte_changes(portrait: Photo, people: People) -> None:
    made = Retouch(people=people).apply(portrait, FULL)
    face = people.faces[0]
    low, high = face.landmarks[:, :2].min(axis=0), face.landmarks[:, :2].max(axis=0)
    pad = MARGIN * face.inter_ocular + 0.05 * face.inter_ocular
    y, x = np.argwhere((made.pixels != portrait.pixels).any(axis=2)).T
    assert len(y) > 500
    assert x.min() >= low[0] - pad and x.max() <= high[0] + pad and y.min() >= low[1] - pad and y.max() <= high[1] + pad


@pytest.mark.parametrize(("slider", "measure"), [
    ("eye_size", (159, 145)), ("jaw", (172, 397)), ("nose", (98, 327)), ("lips", (0, 17)),
])  # fmt: skip
def test_each_slider_moves_its_part_the_right_way(
    portrait: Photo, people: People, slider: str, measure: tuple[int, int]
) -> None:
    def size(state: RetouchState) -> float:
        made = Retouch(people=people).apply(portrait, state)
        mesh = People(made).faces[0].landmarks[:, :2]
        return float(np.linalg.norm(mesh[measure[0]] - mesh[measure[1]]))

    assert size(RetouchState(**{slider: 1.0})) > size(RetouchState(**{slider: -1.0}))


def test_half_the_strength_is_half_the_way(people: People) -> None:
    face = people.faces[0]
    whole, half = (moves_of(face, FULL, people.regions, strength) for strength in (1.0, 0.5))
    assert whole is not None and half is not None
    big = np.hypot(whole.x, whole.y) > 0.1
    assert np.allclose(half.x[big], whole.x[big] / 2, atol=1e-4)


def test_a_ring_about_the_middle_stays_sharp_to_16_bits(portrait: Photo, people: People) -> None:
    deep = Photo(portrait.pixels.astype(np.uint16) * 257)
    wide = People(deep, people.faces)
    wide.__dict__["regions"] = people.regions
    made = Retouch(people=wide).apply(deep, FULL).pixels
    shallow = Retouch(people=people).apply(portrait, FULL).pixels
    assert made.dtype == np.uint16 and np.abs(made / 257 - shallow).max() < 1.01
