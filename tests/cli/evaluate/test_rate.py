"""``looksmith evaluate rate``: what it says of votes, and of mistakes. The page itself: tests/evaluation/rating."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from looksmith.cli.app import app
from looksmith.evaluation.rating.plan import plan
from looksmith.evaluation.rating.store import Store
from looksmith.evaluation.rating.study import Settings, read_study


def types(*words: object) -> Result:
    return CliRunner().invoke(app, ["evaluate", "rate", *map(str, words)])


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two folders of pictures, and votes of one rater who prefers the first."""
    monkeypatch.setenv("LOOKSMITH_LANG", "en")
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    for folder in ("ours", "theirs"):
        (tmp_path / folder).mkdir()
        for k in range(12):
            Image.fromarray(rng.integers(0, 255, (16, 16, 3), np.uint8)).save(tmp_path / folder / f"{k}.png")
    store = Store(tmp_path / "rating.votes", read_study([Path("ours"), Path("theirs")], settings=Settings(votes=12)))
    store._base.execute("PRAGMA synchronous = OFF")
    mei = store.join("Mei")
    for place, trial in enumerate(plan(2, 12, store.about.settings(), 0)):
        preferred = "left" if trial.left == 0 else "right"
        if trial.kind == "check":
            preferred = "right" if trial.broken == "left" else "left"
        store.put(mei, place, trial, preferred, 1200)
    store.close()
    return tmp_path


def test_results_in_words(desk: Path) -> None:
    said = types("--results")
    assert said.exit_code == 0, said.stderr
    assert "ours is preferred: chosen 96 % of the time." in said.stdout
    table = {line.split()[0]: line.split()[-3:] for line in said.stdout.splitlines() if line[-1:].isdigit()}
    assert table == {"ours": ["12", "0", "0"], "theirs": ["0", "12", "0"]}


def test_results_in_chinese(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOKSMITH_LANG", "zh")
    said = types("--results")
    assert "更受喜爱" in said.stdout and "一个人只代表一种口味" in said.stdout


def test_results_for_programs_people_and_spreadsheets(desk: Path) -> None:
    told = json.loads(types("--json").stdout)
    assert told["votes"] == 12 and [s["label"] for s in told["sources"]] == ["ours", "theirs"]
    assert told["sources"][0]["share"]["value"] == pytest.approx(12.5 / 13, abs=1e-3)
    said = types("--html", "page.html", "--csv", "votes.csv")
    assert said.exit_code == 0 and "Wrote page.html" in said.stdout
    assert "ours is preferred" in (desk / "page.html").read_text("utf-8")
    rows = list(csv.DictReader((desk / "votes.csv").read_text("utf-8-sig").splitlines()))
    assert len(rows) == 14 and {row["rater"] for row in rows} == {"Mei"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["ours"], "nothing to compare with"),
        (["ours", "nobody"], "no such folder"),
        (["ours", "theirs", "--photos", "nobody"], "no such file or folder"),
        (["ours", "theirs", "--score", "beauty"], "no such question"),
        (["ours", "theirs", "--score", "style"], "--style"),
        (["--results", "-o", "nobody.votes"], "no such file"),
        (["--results", "-o", "ours/0.png"], "not a file of votes"),
        (["theirs", "ours"], "other pictures"),
        (["ours", "theirs", "-o", "nobody/x.votes"], "folder does not exist"),
    ],
)
def test_mistakes_are_told(desk: Path, words: list[str], told: str) -> None:
    said = types(*words)
    assert said.exit_code == 1 and told in said.stderr, said.stderr
    assert "Traceback" not in said.stderr and "bug" not in said.stderr
