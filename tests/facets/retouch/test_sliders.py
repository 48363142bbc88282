from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from looksmith.errors import LooksmithError
from looksmith.facets.retouch.facet import Retouch
from looksmith.facets.retouch.sliders import (
    NAMES,
    NATURAL,
    SHAPE,
    RetouchState,
    least,
    mean_of,
    moved,
    natural,
    parse_wishes,
)

states = st.builds(RetouchState, **{name: st.floats(least(name), 1) for name in NAMES})


def test_what_comes_by_itself_moves_no_part_of_the_face() -> None:
    assert natural().colours and not natural().shapes and not set(NATURAL) & set(SHAPE)
    assert not Retouch().moves(natural()) and Retouch().moves(RetouchState(jaw=-0.1))


@pytest.mark.parametrize(("name", "value"), [("smooth", 1.1), ("smooth", -0.1), ("jaw", -1.2), ("eyes", float("nan"))])
def test_a_slider_has_ends(name: str, value: float) -> None:
    with pytest.raises(LooksmithError, match="out of range"):
        RetouchState(**{name: value})


def test_wishes_as_they_are_typed() -> None:
    assert parse_wishes(["smooth=0.6", "under-eye = 1"]) == {"smooth": 0.6, "under_eye": 1.0}
    assert moved(natural(), {"jaw": -0.5}).jaw == -0.5
    for texts in (["smooth"], ["smooth=much"]):
        with pytest.raises(LooksmithError, match=r"smooth=0\.6"):
            parse_wishes(texts)
    with pytest.raises(LooksmithError, match="no such slider"):
        moved(natural(), {"chin": 1.0})


@given(st.lists(states, min_size=3, max_size=3))
def test_a_mean_knows_no_order_and_lies_between(some: list[RetouchState]) -> None:
    weights = (0.5, 0.2, 0.3)
    each = list(zip(some, weights, strict=True))
    made = [mean_of(*zip(*order, strict=True)) for order in permutations(each)]
    assert all(one == made[0] for one in made)
    for name, value in made[0].values().items():
        held = [getattr(state, name) for state in some]
        assert min(held) - 1e-5 <= value <= max(held) + 1e-5
    assert mean_of([some[0]], [0.3]) == some[0]


def test_no_weights_no_mean() -> None:
    for weights in ([], [0.0], [-1.0]):
        with pytest.raises(LooksmithError, match="cannot blend"):
            mean_of([RetouchState()][: len(weights)], weights)
