"""``looksmith train``: the flags are the recipe's fields, and mistakes are told before anything runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import types
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from looksmith.cli import train as verb

from .conftest import Person


@dataclass(frozen=True)
class ToyRecipe:
    """A recipe that trains nothing."""

    photos: tuple[Path, ...]
    styles: tuple[Path, ...] = ()
    steps: int = 3
    weight: float = 0.5
    pair: tuple[float, float] = (1.0, 2.0)


RUNS: list[ToyRecipe] = []


def train(recipe: ToyRecipe, out: Path, resume: bool = True) -> int:
    RUNS.append(recipe)
    return min(recipe.steps, 100)


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType(__name__)
    ToyRecipe.__module__ = module.__name__
    module.ToyRecipe = ToyRecipe  # type: ignore[attr-defined]
    module.train = train  # type: ignore[attr-defined]
    monkeypatch.setattr(verb, "known", lambda: {"toy": ("toy_recipe", "toy")})
    monkeypatch.setitem(sys.modules, "toy_recipe", module)
    RUNS.clear()


def test_flags_come_from_the_dataclass(person: Person, toy: None) -> None:
    said = person.types("train", "toy", "--help")
    assert said.code == 0, said.err
    for flag in ("--photos", "--styles", "--steps", "--weight", "--pair", "--data", "--out", "--no-resume"):
        assert flag in said.out


def test_a_run_is_recorded_and_resumed_only_as_it_was(person: Person, toy: None) -> None:
    folders = person.folder / "data"
    (folders / "photos").mkdir(parents=True)
    words = ("train", "toy", "--data", "data", "--out", "run", "--styles", "trip", "--pair", 3, 4)
    said = person.types(*words, "--steps", 7)
    assert said.code == 0, said.err
    assert RUNS[-1] == ToyRecipe((Path("data/photos"),), (Path("trip"),), 7, 0.5, (3.0, 4.0))
    recorded = json.loads((person.folder / "run" / "recipe.json").read_text())
    assert recorded["steps"] == 7 and recorded["pair"] == [3.0, 4.0]
    assert person.types(*words, "--steps", 9).code == 0, "more steps of the same recipe go on"
    other = person.types(*words, "--weight", 0.9)
    assert other.code == 1 and "another recipe" in other.err and "weight=0.5" in other.err
    assert person.types(*words, "--weight", 0.9, "--no-resume").code == 0


def test_a_run_that_was_interrupted_says_how_to_go_on(person: Person, toy: None) -> None:
    said = person.types("train", "toy", "--photos", "trip", "--out", "run", "--steps", 500)
    assert said.code == 130 and "Stopped at step 100" in said.err


def test_pictures_are_asked_for(person: Person, toy: None) -> None:
    said = person.types("train", "toy", "--out", "run")
    assert said.code == 2 and "--photos" in said.err


def test_without_the_train_extra(person: Person) -> None:
    program = (
        "import sys\n"
        "for name in ('torch', 'lightning_fabric'): sys.modules[name] = None\n"
        "sys.argv = ['looksmith', 'train', 'texture', '--data', 'trip', '--out', 'run']\n"
        "from looksmith.cli.app import main\n"
        "main()"
    )
    env = {**os.environ, "LOOKSMITH_LANG": "en"}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False, env=env
    )
    assert done.returncode == 1
    assert "pip install 'looksmith[train]'" in done.stderr and "Traceback" not in done.stderr
    assert not (person.folder / "run").exists()


@pytest.mark.parametrize("recipe", ["perceptual", "texture", "tone"])
def test_the_shipped_recipes_have_flags(person: Person, recipe: str) -> None:
    pytest.importorskip("torch")
    said = person.types("train", recipe, "--help")
    assert said.code == 0, said.err
    assert "--data" in said.out and "--seed" in said.out and "--out" in said.out


@pytest.mark.train
def test_gatys_paints_from_the_command_line(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wiring, with few steps; tests/training measures the optimisation itself."""
    pytest.importorskip("torch")
    from looksmith.training import gatys

    quick = gatys.GatysOptions(steps=2, size=64)
    monkeypatch.setattr(gatys.gatys, "__defaults__", (quick, None))
    said = person.types("apply", "painting.png", "trip/a.png", "-o", "out.png", "--method", "gatys", "--json")
    assert said.code == 0, said.err
    assert json.loads(said.out)["method"] == "gatys"
    before, after = (np.asarray(Image.open(path).convert("RGB")).astype(int) for path in ("trip/a.png", "out.png"))
    assert before.shape == after.shape and (before != after).any()
    same = person.types("apply", "painting.png", "trip/a.png", "-o", "x.png", "--method", "gatys", "--strength", 0)
    assert same.code == 0 and (np.asarray(Image.open("x.png").convert("RGB")) == before).all()
