"""The quick version of the benchmarks runs without peer, data or network, and sees no large step back."""

from __future__ import annotations

import importlib
import inspect
import json
import re
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the train extra")
pytest.importorskip("skimage", reason="needs scikit-image")

from benchmarks import grid, quick, rating, tables


def test_the_quick_version_runs_and_its_table_can_be_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert quick.main(["--out", str(tmp_path)]) == 0
    result = json.loads((tmp_path / "quick.json").read_text(encoding="utf-8"))
    assert 0 < result["texture"]["style distance, share of the unchanged photo's"] <= quick.TARGETS["style"]
    assert 0 < result["texture"]["content distance"] <= quick.TARGETS["content"]
    ours, linear = result["tone"]["ours"], result["tone"]["linear transport"]
    assert ours["gap closed"] >= quick.TARGETS["gap closed"] and linear["gap closed"] > 0.3
    assert ours["structure"] >= quick.TARGETS["structure"]
    assert result["versions"]["looksmith"] and result["weights"]
    english, chinese = (tables.render("quick", zh, tmp_path) for zh in (False, True))
    assert english.count("\n") == chinese.count("\n") == 6
    for row in result["rows"]:
        assert row["value"] in english and row["value"] in capsys.readouterr().out + english


def test_simulated_people_have_the_taste_that_was_planted() -> None:
    shares = rating.common_shares(rating.TASTE, draws=50_000)
    assert shares[0] > shares[1] > shares[2] and shares.sum() == pytest.approx(1.5)
    assert rating.common_shares((0.0, 0.0, 0.0), draws=50_000) == pytest.approx([0.5] * 3, abs=0.01)
    found = rating.study(rating.TASTE, 3)
    assert found.votes == rating.RATERS * rating.VOTES


@pytest.mark.parametrize("name", sorted(path.stem for path in Path(quick.__file__).parent.glob("[a-z]*.py")))
def test_every_benchmark_can_be_imported(name: str) -> None:
    """What needs a peer imports it when it runs; a benchmark that calls something that is gone fails here."""
    importlib.import_module(f"benchmarks.{name}")


def test_make_benchmark_runs_what_there_is(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Every name in the Makefile is a benchmark; one that needs pictures says how to name them."""
    monkeypatch.delenv(grid.VARIABLE, raising=False)
    makefile = (Path(quick.__file__).parents[1] / "Makefile").read_text(encoding="utf-8")
    names = re.search(r"^BENCHMARKS \?= (.+)$", makefile, re.MULTILINE)
    assert names is not None and {"speed", "texture", "evaluation", "artefacts", "rating"} <= set(names[1].split())
    for name in names[1].split():
        module = importlib.import_module(f"benchmarks.{name}")
        assert callable(module.main)
        if "add_data_argument" in inspect.getsource(module.main):
            assert module.main([]) != 0
            assert grid.VARIABLE in capsys.readouterr().err
