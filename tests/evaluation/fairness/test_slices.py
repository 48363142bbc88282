"""Numbers by group against theory, exact enumeration, and planted differences."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from looksmith.errors import LooksmithError
from looksmith.evaluation.fairness.slices import gap, read_groups, slices


def test_means_and_intervals_of_groups() -> None:
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.normal(2, 1, 200), rng.normal(5, 3, 100)])
    first, second = slices(values, ["a"] * 200 + ["b"] * 100)
    for found, members in ((first, values[:200]), (second, values[200:])):
        half = 1.96 * members.std(ddof=1) / np.sqrt(len(members))
        assert found.mean.value == pytest.approx(members.mean())
        assert found.mean.high - found.mean.low == pytest.approx(2 * half, rel=0.1)
        assert found.mean.n == len(members) and not found.small


def test_small_groups_are_pointed_out_and_wide() -> None:
    values = np.array([1.0, 2, 3, 4, *np.tile([1.0, 2, 3, 4], 10)])
    few, many = slices(values, ["few"] * 4 + ["many"] * 40)
    assert few.small and not many.small
    assert few.mean.high - few.mean.low > 3 * (many.mean.high - many.mean.low)
    (single,) = slices(np.array([2.0]), ["one"])
    assert single.small and single.mean.value == 2 and np.isnan(single.mean.low)


def test_order_unknown_groups_and_missing_values() -> None:
    values = np.array([1.0, 2.0, np.nan, 4.0, 5.0, 6.0])
    found = slices(values, ["tan", None, "tan", "light", "zebra", "ant"], order=("light", "tan"))
    assert [(s.group, s.mean.value, s.mean.n) for s in found] == [
        ("light", 4.0, 1), ("tan", 1.0, 1), ("ant", 6.0, 1), ("zebra", 5.0, 1)
    ]  # fmt: skip
    with pytest.raises(ValueError, match="as many"):
        slices(values, ["a"])


def test_the_chance_of_a_gap_is_that_of_all_permutations() -> None:
    values, groups = np.array([1.0, 2, 4, 3, 7, 9]), ["a"] * 3 + ["b"] * 3
    found = gap(values, groups, rounds=8000)
    assert found is not None
    splits = [set(c) for c in itertools.combinations(range(6), 3)]
    apart = [abs(values[list(s)].mean() - values[[k for k in range(6) if k not in s]].mean()) for s in splits]
    exact = np.mean([d >= found.difference - 1e-9 for d in apart])
    assert found.chance == pytest.approx(exact, abs=0.015)
    assert (found.lowest, found.highest, found.difference) == ("a", "b", pytest.approx(19 / 3 - 7 / 3))
    assert found.small


def test_no_gap_is_found_in_noise_more_often_than_said() -> None:
    rng = np.random.default_rng(3)
    groups = ["a"] * 40 + ["b"] * 10 + ["c"] * 25
    alarms = 0
    for seed in range(120):
        found = gap(rng.normal(size=75), groups, rounds=200, seed=seed)
        assert found is not None
        alarms += found.chance < 0.05
    assert alarms / 120 < 0.12


def test_a_planted_gap_is_found() -> None:
    rng = np.random.default_rng(4)
    values = np.concatenate([rng.normal(0.3, 0.05, 60), rng.normal(0.3, 0.05, 60), rng.normal(0.36, 0.05, 60)])
    found = gap(values, ["light"] * 60 + ["tan"] * 60 + ["dark"] * 60)
    assert found is not None and found.highest == "dark" and found.chance < 0.001 and not found.small


def test_one_group_has_no_gap() -> None:
    assert gap(np.arange(5.0), ["a"] * 5) is None
    assert gap(np.arange(5.0), ["a"] * 4 + ["b"]) is None


def test_declared_groups(tmp_path: Path) -> None:
    path = tmp_path / "groups.csv"
    path.write_text("picture,group\na.jpg,women\nb.jpg, men \nc.jpg,\n", encoding="utf-8")
    assert read_groups(path) == {"a.jpg": "women", "b.jpg": "men"}
    for text, told in (("name,group\n", "other columns"), ("picture,group\na,x\na,y\n", "twice")):
        path.write_text(text)
        with pytest.raises(LooksmithError, match=told):
            read_groups(path)
    with pytest.raises(LooksmithError, match="cannot be read"):
        read_groups(tmp_path / "nobody.csv")
