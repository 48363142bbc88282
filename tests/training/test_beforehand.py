"""Before the first step: the split is in the folder, faults of the data are told, changes since are noticed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")

from looksmith.training.beforehand import look_at_data  # noqa: E402
from looksmith.training.data.pairs import find_pairs  # noqa: E402
from looksmith.training.data.splits import split  # noqa: E402
from looksmith.training.data.stock import split_sources  # noqa: E402
from looksmith.training.devices import RunOptions  # noqa: E402
from looksmith.training.loop import Note, fit  # noqa: E402

from .data.conftest import drawing, write  # noqa: E402
from .doctor.patients import Fitting  # noqa: E402


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    for number in range(60):
        write(tmp_path / "set" / f"{number:03d}.png", drawing(number))
    return tmp_path / "set"


def test_split_and_findings_are_written(pictures: Path, tmp_path: Path) -> None:
    write(pictures / "black.png", np.zeros((48, 64, 3), np.uint8))
    (pictures / "broken.jpg").write_bytes(b"nothing")
    sets = {"photos": split_sources([pictures])}
    notes = look_at_data(sets, 32, tmp_path / "run", resumed=False)
    record = json.loads((tmp_path / "run" / "split.json").read_text())["photos"]
    assert record["train"] == [r.name for r in sets["photos"].train]
    assert not set(record["train"]) & {*record["val"], *record["test"]}
    found = json.loads((tmp_path / "run" / "data.json").read_text())["photos"]
    kinds = {finding["kind"]: finding for finding in found["findings"]}
    trained = set(record["train"])
    for name, kind in (("black.png", "flat"), ("broken.jpg", "unreadable")):
        assert (kind in kinds) == (name in trained)
    assert {note.level for note in notes} <= {"warning"} and all("photos" in note.words["zh"] for note in notes)


def test_input_and_target_of_a_pair_are_no_duplicates(tmp_path: Path) -> None:
    for number in range(60):
        write(tmp_path / "set" / "photo" / f"{number}.png", drawing(number))
        write(tmp_path / "set" / "sketch" / f"{number}.png", drawing(number))
    pairs, _ = find_pairs([tmp_path / "set"], input="photo", target="sketch")
    look_at_data({"pairs": split(pairs, lambda p: p.name)}, 32, tmp_path / "run", resumed=False)
    found = json.loads((tmp_path / "run" / "data.json").read_text())
    assert set(found) == {"pairs: input", "pairs: target"}
    assert all(f["kind"] != "duplicates" for part in found.values() for f in part["findings"])


def test_the_loop_does_it_and_notices_what_changed(pictures: Path, tmp_path: Path) -> None:
    class WithSets(Fitting):
        def __init__(self) -> None:
            super().__init__()
            self.sets = {"photos": split_sources([pictures])}

    told: list[Note] = []
    quiet = RunOptions(device="cpu", doctor="off", report=False)
    fit(WithSets(), tmp_path / "run", steps=2, options=quiet, on_note=told.append)
    assert (tmp_path / "run" / "split.json").exists() and not [n for n in told if n.kind == "data"]
    gone = json.loads((tmp_path / "run" / "split.json").read_text())["photos"]["train"][0]
    (pictures / gone).unlink()
    fit(WithSets(), tmp_path / "run", steps=4, options=quiet, on_note=told.append)
    assert [n.kind for n in told if n.kind == "data"] == ["data"]
    assert f"- {gone}" in next(n for n in told if n.kind == "data").words["en"]
