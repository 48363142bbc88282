"""The page "add a recipe", walked: its code as it stands, as another package's entry point, run by its flags."""

from __future__ import annotations

import json
import re
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

pytest.importorskip("torch", reason="needs the train extra")

from looksmith.cli import recipes as registry
from looksmith.cli.app import app

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "add-a-recipe.md"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The page's module in a package, its entry point among those that are installed, and two folders of pictures."""
    text = PAGE.read_text("utf-8")
    code = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    (name, target) = re.findall(r'^(\w+) = "([\w.]+)"', text, re.MULTILINE)[0]
    package, module = target.split(".")
    (tmp_path / "site" / package).mkdir(parents=True)
    (tmp_path / "site" / package / "__init__.py").touch()
    (tmp_path / "site" / package / f"{module}.py").write_text("\n".join(code), "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    point = EntryPoint(name, target, registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda group: [point] if group == registry.GROUP else [])
    for folder, tint in (("photos", (60, 90, 180)), ("wanted", (200, 140, 60))):
        (tmp_path / folder).mkdir()
        for number in range(10):
            noise = np.random.default_rng(number).normal(0, 20, (40, 40, 3))
            Image.fromarray((noise + tint).clip(0, 255).astype(np.uint8)).save(tmp_path / folder / f"{number}.png")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOOKSMITH_LANG", "en")
    yield tmp_path
    for loaded in [m for m in sys.modules if m.split(".")[0] == package]:
        del sys.modules[loaded]


def _types(*words: Any) -> str:
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == 0, f"{words}\n{done.stdout}{done.stderr}"
    return done.stdout


def test_the_page_fits_one_screen() -> None:
    lines = PAGE.read_text("utf-8").splitlines()
    assert len(lines) <= 80 and max(map(len, lines)) <= 125


def test_the_toy_recipe_is_known_explained_trained_resumed_and_exported(installed: Path) -> None:
    import torch

    assert "grade" in _types("recipes")
    explained = _types("train", "grade", "--explain")
    assert "histogram loss" in explained and "--wanted" in explained and "have the colours" in explained
    words = ("train", "grade", "--photos", "photos", "--wanted", "wanted", "--out", "run")
    _types(*words, "--steps", 120)
    _types(*words, "--steps", 200)
    recorded = json.loads(Path("run/recipe.json").read_text("utf-8"))
    assert recorded["steps"] == 200 and recorded["wanted"] == ["wanted"]
    log = [json.loads(line) for line in Path("run/log.jsonl").read_text("utf-8").splitlines()]
    assert log[-1]["step"] == 200 and log[-1]["total"] < 0.1 * log[0]["total"]

    from my_package.grade import GradeRecipe, GradeTask  # type: ignore[import-not-found]

    from looksmith.training.checkpoint import load, load_modules

    task = GradeTask(GradeRecipe((Path("photos"),), (Path("wanted"),)))
    load_modules(load(Path("run/checkpoint.pt")), task.modules, {})
    network = task.deliver(task.modules)["grade"].network
    blue = torch.tensor([60, 90, 180]).view(1, 3, 1, 1) / 255
    got = network(blue.expand(1, 3, 8, 8)).mean((0, 2, 3)).detach() * 255
    assert float((got - torch.tensor([200.0, 140.0, 60.0])).abs().max()) < 12, (
        "the photos' blue became the wanted orange"
    )
