"""Intervals against theory, and what a result says of itself."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks import record


def test_the_interval_of_a_mean_is_that_of_theory() -> None:
    x = np.random.default_rng(0).normal(3, 2, 400)
    found = record.bootstrap(x)
    half = 1.96 * x.std() / 20
    assert found["value"] == pytest.approx(x.mean(), abs=1e-4)
    assert found["low"] == pytest.approx(x.mean() - half, abs=0.15 * half)
    assert found["high"] == pytest.approx(x.mean() + half, abs=0.15 * half)


def test_pairs_that_share_a_photo_do_not_narrow_the_interval() -> None:
    photos = np.random.default_rng(1).normal(0, 1, (8, 1))
    table = np.repeat(photos, 50, axis=1)  # 400 numbers, but only 8 things were drawn
    crossed, naive = record.bootstrap(table), record.bootstrap(table.ravel())
    assert crossed["high"] - crossed["low"] > 4 * (naive["high"] - naive["low"])


def test_missing_values_are_left_out() -> None:
    table = np.array([[1.0, np.nan], [3.0, np.nan]])
    assert record.bootstrap(table)["value"] == 2
    assert record.rounded([1.23456, None, float("nan")], 2) == [1.23, None, None]


def test_a_result_says_machine_and_versions_but_no_place(tmp_path: Path) -> None:
    path = record.write("trial", {"pairs": [{"a": 1.0, "b": [1, 2]}]}, tmp_path)
    text = path.read_text(encoding="utf-8")
    said = json.loads(text)
    assert said["pairs"] == [{"a": 1.0, "b": [1, 2]}]
    assert said["machine"]["cores"] >= 1 and said["versions"]["looksmith"]
    assert len(said["weights"]["texture-painter"]) == 16
    assert str(Path.home()) not in text and str(tmp_path) not in text
    assert [p.name for p in tmp_path.iterdir()] == ["trial.json"]
