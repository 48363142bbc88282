"""Numbers of rows by group: which numbers, whose group, and a list that fits nothing."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from looksmith.errors import LooksmithError
from looksmith.evaluation.fairness.by_group import SLICED, by_group, declared, sliced_json


def rows(values: list[float | None]) -> list[dict[str, dict[str, float | None]]]:
    names = ("identity-distance[judge]", *SLICED[1:], "ssim")
    return [{"numbers": dict.fromkeys(names, value)} for value in values]


def test_every_identity_and_colour_number_is_told_by_group_and_nothing_else() -> None:
    told = by_group(rows([1, 2, 3, 5]), ["dark", "dark", "light", "light"], ["a", "b", "a", "b"])
    assert [(one.kind, one.number.partition("[")[0]) for one in told] == [
        (kind, number) for kind in ("skin tone", "declared") for number in SLICED
    ]
    first = told[0].slices
    assert [(one.group, one.mean.value, one.mean.n, one.small) for one in first] == [
        ("light", 4, 2, True), ("dark", 1.5, 2, True),
    ]  # fmt: skip
    assert told[0].gap is not None and told[0].gap.difference == 2.5


def test_pictures_without_a_number_or_a_group_are_left_out() -> None:
    told = by_group(rows([1, None, 3, 4]), ["tan", "tan", None, "dark"], [None] * 4)
    assert {one.kind for one in told} == {"skin tone"}
    assert [(one.group, one.mean.n) for one in told[0].slices] == [("tan", 1), ("dark", 1)]
    assert by_group(rows([1, 2]), ["tan", "tan"], [None, None]) == (), "one group is no comparison"
    with pytest.raises(ValueError, match="as many"):
        by_group(rows([1, 2]), ["tan"], [None])


def test_plain_data_can_go_into_json() -> None:
    told = by_group(rows([1, 2]), ["tan", "dark"], [None, None])
    plain = json.loads(json.dumps([sliced_json(one) for one in told], allow_nan=False))
    assert plain[0]["slices"][0] == {"group": "tan", "value": 1, "low": None, "high": None, "n": 1, "small": True}
    assert plain[0]["gap"] is None


def test_a_picture_has_the_group_of_its_own_name_or_of_its_photo() -> None:
    files = [(Path("made/a.png"), Path("a.jpg")), (Path("made/b.png"), Path("b.jpg")), (Path("c.png"), None)]
    assert declared(files, {"a.png": "x", "a.jpg": "y", "b.jpg": "z"}) == ["x", "z", None]
    assert declared(files, None) == [None, None, None]
    with pytest.raises(LooksmithError, match=r"names none of the pictures[\s\S]*a\.png[\s\S]*other\.png"):
        declared(files, {"other.png": "x"})


def test_many_rows_are_quick() -> None:
    """A thousand rows, six groups of two kinds: permutations and intervals are vectorised."""
    rng = np.random.default_rng(0)
    groups = [str(k) for k in rng.integers(0, 6, 1000)]
    told = by_group(rows(list(rng.normal(size=1000))), groups, groups)
    assert len(told) == 2 * len(SLICED) and all(one.gap is not None for one in told)
