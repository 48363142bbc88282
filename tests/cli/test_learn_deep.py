"""``looksmith learn --deep`` at a tiny size."""

import functools
import json
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the train extra")
from PIL import Image
from skimage.data import astronaut, chelsea, coffee
from typer.testing import CliRunner

from looksmith.cli.app import app
from looksmith.looks.look import Look
from looksmith.training.recipes import deep


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    small = functools.partial(deep.DeepRecipe, size=96, style_size=128, steps=12, teacher="perceptual", margin=0.0)
    monkeypatch.setattr(deep, "DeepRecipe", small)


def _pictures(folder: Path) -> None:
    (folder / "画").mkdir(parents=True)
    (folder / "photos").mkdir()
    Image.fromarray(coffee()).save(folder / "画" / "咖啡.jpg")
    Image.fromarray(chelsea()).save(folder / "photos" / "cat.jpg")
    Image.fromarray(astronaut()).save(folder / "photos" / "astronaut.jpg")


def test_a_look_gets_a_painter_of_its_own_and_applies_it(tmp_path: Path, tiny: None) -> None:
    _pictures(tmp_path)
    out = tmp_path / "rina.look"
    run = CliRunner().invoke(
        app,
        ["learn", str(tmp_path / "画"), "-o", str(out), "--own", "--deep", "--photos", str(tmp_path / "photos"),
         "--json"],
    )  # fmt: skip
    assert run.exit_code == 0, run.output
    told = json.loads(run.stdout)["deep"]
    assert told["kept"] and told["deep"]["style"] < told["quick"]["style"]
    look = Look.load(out)
    assert len(look.facets["texture"].own) > 100_000 and out.stat().st_size < 1_000_000
    assert "painter of its own" in look.card
    assert not out.with_name("rina.look.training").exists()
    photo, painted = tmp_path / "photos" / "cat.jpg", tmp_path / "painted.png"
    run = CliRunner().invoke(app, ["apply", str(out), str(photo), "-o", str(painted), "--only", "texture"])
    assert run.exit_code == 0 and painted.exists(), run.output


def test_photos_without_deep_and_pipes_are_refused(tmp_path: Path) -> None:
    _pictures(tmp_path)
    folder = str(tmp_path / "画")
    run = CliRunner().invoke(app, ["learn", folder, "-o", str(tmp_path / "a.look"), "--photos", folder])
    assert run.exit_code == 2
    run = CliRunner().invoke(app, ["learn", "-", "-o", str(tmp_path / "a.look"), "--deep"], input=b"")
    assert run.exit_code == 1 and "pipe" in run.output
    assert not list(tmp_path.glob("a.look*"))
