"""The workshop's recipes show the doctor and the report what they need, and train with both watching."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
from lightning_fabric import Fabric  # noqa: E402

from looksmith.training.deliver import Delivers  # noqa: E402
from looksmith.training.devices import RunOptions  # noqa: E402
from looksmith.training.export_run import export_run  # noqa: E402
from looksmith.training.journal import Note, read_lines  # noqa: E402
from looksmith.training.looking import Looker  # noqa: E402
from looksmith.training.loop import fit  # noqa: E402
from looksmith.training.task import Adjustable, Shows  # noqa: E402

from .test_workshop import MAKE, RECIPES  # noqa: E402

SEES: dict[str, set[str]] = {
    "fast": {"diversity", "light", "grid"},
    "pix2pix": {"diversity", "diversity_wanted", "light", "light_wanted", "grid", "black", "real_right", "moment_gap"},
    "cyclegan": {"diversity", "diversity_wanted", "light", "grid", "black", "real_right", "moment_gap"},
    "conditional": {"diversity", "condition", "light", "grid", "real_right", "moment_gap"},
    "noise": {"diversity", "diversity_wanted", "grid", "real_right", "moment_gap"},
}


@RECIPES
def test_the_doctor_sees_what_he_asks_for(name: str, pictures: Path) -> None:
    task = MAKE[name](pictures)
    assert isinstance(task, Shows) and isinstance(task, Adjustable) and isinstance(task, Delivers)
    assert task.sets, "what is checked and written down before the first step"
    views = Looker(task, Fabric(accelerator="cpu", devices=1)).numbers(0)
    assert len(views) == (2 if name == "cyclegan" else 1)
    for numbers in views.values():
        assert SEES[name] <= set(numbers), SEES[name] - set(numbers)
        assert 0 <= numbers["black"] <= 1 and numbers["diversity"] >= 0


@RECIPES
def test_it_trains_with_doctor_and_report_and_is_exported(name: str, pictures: Path, tmp_path: Path) -> None:
    told: list[Note] = []
    options = RunOptions(device="cpu", doctor_every=2)
    task: Any = MAKE[name](pictures)
    assert fit(task, tmp_path, steps=6, log_every=2, options=options, on_note=told.append) == 6
    assert [note for note in told if note.level == "sick"] == []
    assert "data:image/jpeg" in (tmp_path / "report.html").read_text("utf-8")
    assert len(read_lines(tmp_path / "log.jsonl")) == 3 and (tmp_path / "split.json").exists()
    made = export_run(MAKE[name](pictures), tmp_path, recipe=name)
    assert made.parity["float"].ssim > 0.995 and made.paths["float"].exists()
