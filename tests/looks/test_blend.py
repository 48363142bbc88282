"""Blends do not depend on order or scale of weights, and carry the strictest terms."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest

from looksmith.errors import LooksmithError
from looksmith.looks.blend import blend
from looksmith.looks.learn import learn
from looksmith.looks.look import Look
from looksmith.media.photo import Photo
from looksmith.rights.consent import Consent


def test_blend_of_one_is_that_look(look: Look) -> None:
    assert blend({look: 0.3}) is look
    assert blend([(look, 0.3), (look.replace(creator="Rina"), 2)]) == look


def test_zero_weights_fall_away(look: Look, make_look: Any) -> None:
    assert blend({look: 1, make_look("cold"): 0}) is look


def test_order_and_scale_of_weights_do_not_matter(make_look: Any) -> None:
    looks = [
        (make_look("a", (0.1, 0.2, 0.3)), 0.1),
        (make_look("b", (1, 1, 1)), 0.2),
        (make_look("c", (0.7, 2, 0)), 0.7),
    ]
    blended = {blend(order).to_bytes() for order in permutations(looks)}
    assert len(blended) == 1
    doubled = blend([(look, weight * 2) for look, weight in looks])
    assert np.allclose(doubled.facets["gain"].gain, Look.load(blended.pop()).facets["gain"].gain)


def test_numbers_are_mixed_by_weight(make_look: Any) -> None:
    mixed = blend({make_look("a", (1.0, 0.0, 0.5)): 3, make_look("b", (0.0, 1.0, 0.5)): 1})
    assert np.allclose(mixed.facets["gain"].gain, [0.75, 0.25, 0.5])
    assert mixed.name == "a+b" and mixed.title == {"en": "A × B", "zh": "暖"}
    assert sorted((source.title, source.weight) for source in mixed.sources) == [("A", 0.75), ("B", 0.25)]


def test_strictest_terms_are_carried(make_look: Any) -> None:
    mixed = blend(
        {
            make_look("a", licence="CC-BY-4.0", consent=Consent("own")): 1,
            make_look("b", licence="CC-BY-NC-4.0", consent=Consent("undeclared")): 1,
        }
    )
    assert mixed.licence == "CC-BY-NC-4.0" and mixed.consent.kind == "undeclared"


def test_facet_that_only_some_have_comes_at_their_share(astronaut: Photo, coffee: Photo, make_look: Any) -> None:
    painting = learn(coffee, name="p", medium="painting", only="tone,texture", with_preview=False)
    grade = learn(astronaut, name="g", only="tone", with_preview=False)
    mixed = blend({painting: 1, grade: 3})
    assert mixed.strengths == {"tone": 0.75, "texture": 0.25}
    assert np.array_equal(mixed.facets["texture"].vector, painting.facets["texture"].vector)
    assert np.array_equal(mixed.facets["tone"].coefficients, grade.facets["tone"].coefficients)


def test_facet_that_is_idle_in_all_stays_idle(make_look: Any) -> None:
    idle = {"gain": 0.0}
    mixed = blend({make_look("a", (1, 1, 1), strengths=idle): 1, make_look("b", (0, 0, 0), strengths=idle): 1})
    assert mixed.strengths == {"gain": 0.0} and np.allclose(mixed.facets["gain"].gain, 0.5)


@pytest.mark.parametrize("weight", [-1, float("nan"), float("inf"), "1", True, None])
def test_wrong_weight_is_named(look: Look, weight: Any) -> None:
    with pytest.raises(LooksmithError, match="weight"):
        blend({look: weight})


def test_nothing_to_blend(look: Look) -> None:
    for looks in ({}, {look: 0}):
        with pytest.raises(LooksmithError, match="nothing to blend"):
            blend(looks)  # type: ignore[arg-type]
    with pytest.raises(LooksmithError, match="at most 32"):
        blend([(look, 1)] * 33)


def test_unknown_look_is_named() -> None:
    with pytest.raises(LooksmithError, match="no-such"):
        blend({"no-such": 1.0})
