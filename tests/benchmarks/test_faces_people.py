"""Benchmark of people: parts that are not measured again stay, and say of which networks they tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="this benchmark needs the train extra")

from benchmarks import faces_people, record

OVERLAPS = {"fashion/street": {"pictures": 2, "skin": 0.5}}
IDENTITY = {"auc": 0.9, "people": 7}


@pytest.fixture
def networks(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    now = {"faces-detector": "d", "faces-mesh": "m", "faces-identity": "i", "faces-regions": "r"}
    monkeypatch.setattr(record, "weights", lambda: now)
    return now


def _told(rows: list[dict[str, str]]) -> dict[str, bool]:
    """Whether a row of each part says that it is of earlier networks."""
    assert all(("(earlier networks)" in row["en"]) == ("较早的网络" in row["zh"]) for row in rows)
    return {row["en"].split(":")[0]: "(earlier networks)" in row["en"] for row in rows}


def test_parts_that_were_not_asked_for_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, networks: dict[str, str]
) -> None:
    monkeypatch.setattr(record, "RESULTS", tmp_path)
    monkeypatch.setattr(faces_people, "region_numbers", lambda data: OVERLAPS)
    monkeypatch.setattr(faces_people, "regions_installed", lambda: True)
    monkeypatch.setattr(faces_people.identity, "installed", lambda: True)
    path = tmp_path / "faces-people.json"
    path.write_text(json.dumps({"weights": dict(networks), "identity": IDENTITY, "regions": {}}), encoding="utf-8")
    networks["faces-regions"] = "another"
    assert faces_people.main(["--data", str(tmp_path), "--parts", "regions"]) == 0
    written = json.loads(path.read_text(encoding="utf-8"))
    assert written["identity"] == IDENTITY and written["regions"] == OVERLAPS
    assert written[faces_people.MEASURED_WITH]["regions"]["faces-regions"] == "another"
    assert _told(written["rows"]) == {"identity": False, "skin": False}
    networks["faces-identity"] = "new"
    faces_people.main(["--data", str(tmp_path), "--parts", "regions"])
    written = json.loads(path.read_text(encoding="utf-8"))
    assert written["identity"] == IDENTITY
    assert written[faces_people.MEASURED_WITH]["identity"]["faces-identity"] == "i"
    assert _told(written["rows"]) == {"identity": True, "skin": False}


def test_a_part_whose_network_does_not_ship_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, networks: dict[str, str]
) -> None:
    monkeypatch.setattr(record, "RESULTS", tmp_path)
    monkeypatch.setattr(faces_people, "regions_installed", lambda: False)
    before: dict[str, Any] = {"weights": dict(networks), "identity": IDENTITY, "regions": OVERLAPS}
    (tmp_path / "faces-people.json").write_text(json.dumps(before), encoding="utf-8")
    faces_people.main(["--data", str(tmp_path), "--parts", ""])
    written = json.loads((tmp_path / "faces-people.json").read_text(encoding="utf-8"))
    assert written["identity"] == IDENTITY and "regions" not in written
