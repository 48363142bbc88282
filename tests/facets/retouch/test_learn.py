from __future__ import annotations

import numpy as np
import pytest
from skimage import data

from looksmith.errors import LooksmithError
from looksmith.faces.people import People
from looksmith.facets.retouch.facet import Retouch
from looksmith.facets.retouch.learn import Usual, amounts_of, prior
from looksmith.facets.retouch.measure import MEASURES, measured
from looksmith.facets.retouch.sliders import SHAPE, RetouchState
from looksmith.media.photo import Photo


def test_the_prior_tells_before_from_after() -> None:
    assert set(prior()) == set(MEASURES)
    for name in ("smooth", "redness", "under_eye", "shine", "teeth"):
        assert prior()[name].full < prior()[name].plain, name
    assert prior()["eyes"].full > prior()["eyes"].plain


def test_an_amount_is_the_share_of_the_way() -> None:
    usual = Usual(plain=0.4, full=0.2)
    assert [usual.amount(value) for value in (0.5, 0.4, 0.3, 0.2, 0.1)] == pytest.approx([0, 0, 0.5, 1, 1])
    assert Usual(0.3, 0.3).amount(0.1) == 0


@pytest.mark.parametrize("slider", ["smooth", "redness", "under_eye", "shine", "eyes", "teeth"])
def test_each_measure_follows_its_slider(portrait: Photo, people: People, slider: str) -> None:
    face, seen = people.faces[0], []
    for amount in (0.0, 0.5, 1.0):
        made = Retouch(people=people).apply(portrait, RetouchState(**{slider: amount}))
        seen.append(measured(made, people, face)[slider])
    towards = np.sign(prior()[slider].full - prior()[slider].plain)
    assert (np.diff(seen) * towards > 0).all(), seen


def test_more_is_learned_of_a_retouched_picture_and_no_shape(portrait: Photo, people: People) -> None:
    much = Retouch(people=people).apply(portrait, RetouchState(smooth=1, redness=1, under_eye=1, shine=1, eyes=1))
    before, after = amounts_of([portrait]), amounts_of([much])
    assert after.smooth > before.smooth + 0.2
    assert sum(after.values().values()) > sum(before.values().values())
    assert not any(getattr(after, name) for name in SHAPE)


def test_pictures_without_faces_teach_nothing() -> None:
    with pytest.raises(LooksmithError, match="no picture shows a face"):
        Retouch().learn(type("M", (), {"photos": (Photo(np.ascontiguousarray(data.coffee()[::4, ::4])),)})())
