"""Benchmarks of faces: groups from file names, equal style, and what the guard's lines come to."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="these benchmarks need the train extra")

from benchmarks import faces_groups, faces_guard, first_release
from looksmith.faces.identity import Thresholds


@pytest.mark.parametrize(
    ("folder", "name", "groups"),
    [
        ("faces/rated", "AF1007.jpg", ("Asian women",)),
        ("faces/rated", "x.jpg", ()),
        ("faces/generated", "female-asian-0049.jpg", ("female", "asian")),
        ("faces/ages", "35_1_3_2017.jpg", ("20 to 39", "female", "Indian")),
        ("faces/ages", "87_0_0_2017.jpg", ("80 and more", "male", "white")),
        ("faces/ages", "87.jpg", ()),
        ("faces/identities", "20_0_0_1.jpg", ()),
    ],
)
def test_groups_are_told_by_names(folder: str, name: str, groups: tuple[str, ...]) -> None:
    assert faces_groups.groups_of(folder, name) == groups


def _line(look: str, wished: float, strength: float, floor: float = 0.6) -> dict[str, Any]:
    one = {"similarity": max(wished, floor), "wished": wished, "strength": strength}
    return {"portrait": "a", "look": look, "people": [one]}


def test_the_guards_lines_are_summed_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faces_guard.identity, "thresholds", lambda: Thresholds(0.6, 0.1))
    rows = [_line("one", 0.9, 1.0), _line("one", 0.8, 1.0), _line("two", 0.5, 0.7), _line("two", 0.7, 1.0)]
    rows[0] |= {"judge": 0.2, "limit": 0.6, "features kept": 0.2, "features not kept": 0.4}
    told = faces_guard._summary(rows, 2, 2)
    assert told["faces measured"] == 4 and told["faces below the floor"] == 0
    assert told["strength went back"] == 0.25 and told["went back, by look"] == {"two": 0.5}
    assert told["similarity before the guard"]["least"] == 0.5 and told["judge"]["verdicts that agree"] == 1.0
    rows[2]["people"][0]["similarity"] = 0.55
    assert faces_guard._summary(rows, 2, 2)["faces below the floor"] == 1


def test_identity_is_read_where_the_style_is_equal() -> None:
    own = np.full(3, 1.0)
    before, now = (
        np.array([[0.8], [0.6], [0.4], [0.2]]) * np.ones(3),
        np.array([[0.9], [0.7], [0.6], [0.5]]) * np.ones(3),
    )
    style = {"before": before, "now": now}
    who = {"before": (1 - before) / 2, "now": (1 - now) / 4}  # half as far at any style distance
    told = first_release.compared(style, who, own, rounds=50)
    assert told["cut"]["value"] == pytest.approx(0.5) and told["cut"]["low"] == pytest.approx(0.5)
    assert told["identity distance, first release"] == pytest.approx(0.25)
    assert first_release.at_equal(np.array([1.0, 0.5]), np.array([0.0, 0.3]), 0.75) == pytest.approx(0.15)
