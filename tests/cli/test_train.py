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


def test_options_come_from_a_file_and_flags_come_before_it(person: Person, toy: None) -> None:
    (person.folder / "options.toml").write_text('photos = ["trip"]\nsteps = 8\nweight = 0.25\npair = [5, 6]\n')
    said = person.types("train", "toy", "--config", "options.toml", "--weight", 0.75, "--out", "run")
    assert said.code == 0, said.err
    assert RUNS[-1] == ToyRecipe((Path("trip"),), (), 8, 0.75, (5.0, 6.0))
    again = person.types("train", "toy", "--config", "run/recipe.json", "--out", "again")
    assert again.code == 0 and RUNS[-1] == RUNS[-2], "what a run wrote down runs again"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"photos": ["trip"], "wieght": 1}', "wieght: there is no such option"),
        ('{"photos": ["trip"], "steps": "many"}', "steps: the option has a wrong value"),
        ("[1, 2]", "cannot be read"),
        ("{", "cannot be read"),
    ],
)
def test_a_file_of_options_that_is_wrong_is_told(person: Person, toy: None, text: str, told: str) -> None:
    (person.folder / "options.json").write_text(text)
    said = person.types("train", "toy", "--config", "options.json", "--out", "run")
    assert said.code == 1 and told in " ".join(said.err.split()), said.err


@pytest.mark.parametrize("recipe", ["fast", "pix2pix", "cyclegan", "conditional", "noise"])
def test_a_recipe_explains_every_option(person: Person, recipe: str) -> None:
    pytest.importorskip("torch")
    import dataclasses

    from looksmith.cli.recipe_fields import words_of

    kind = verb.recipe_class(verb.load_recipe(recipe))
    words = words_of(kind)
    assert [f.name for f in dataclasses.fields(kind) if not words.get(f.name)] == []
    assert set(words) == {f.name for f in dataclasses.fields(kind)}, "words for options that are not there"
    said = person.types("train", recipe, "--explain")
    assert said.code == 0, said.err
    for field in dataclasses.fields(kind):
        assert "--" + field.name.replace("_", "-") in said.out
    assert "total, " in said.out, "the loss, as a formula"
    assert not (person.folder / "run").exists()


def test_what_a_recipe_needs_is_asked_for(person: Person) -> None:
    pytest.importorskip("torch")
    said = person.types("train", "fast", "--data", "trip", "--out", "run")
    assert said.code == 2 and "--style" in said.err and "the style picture" in said.err


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


@pytest.mark.parametrize("recipe", ["perceptual", "texture", "tone", "pix2pix"])
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
