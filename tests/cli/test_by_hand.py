"""``looksmith retouch`` and ``looksmith hair``: photos changed, looks kept, mistakes told."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image
from skimage import data

from looksmith.looks.look import Look

from .conftest import Person


@pytest.fixture
def face(person: Person) -> str:
    Image.fromarray(data.astronaut()[:310, 60:370]).save(person.folder / "face.png")
    return "face.png"


def test_retouch_a_photo_and_replay_it(person: Person, face: str) -> None:
    said = person.types("retouch", face, "-o", "out.png", "--set", "smooth=1", "--alone", "--json")
    assert said.code == 0, said.err
    told = json.loads(said.out)
    assert told["sliders"]["smooth"] == 1 and told["sliders"]["blemish"] == 0
    before, after = (np.asarray(Image.open(person.folder / name)) for name in (face, "out.png"))
    assert not np.array_equal(before, after)
    assert person.types("replay", "out.png").code == 0


def test_a_photo_without_words_is_retouched_as_it_is_natural(person: Person, face: str) -> None:
    said = person.types("retouch", face, "-o", "out.png")
    assert said.code == 0 and "smooth +0.4" in said.out and "jaw" not in said.out


def test_sliders_of_a_look(person: Person, look: str) -> None:
    said = person.types("retouch", look, "-o", "even.look", "--set", "smooth=0.6", "--set", "jaw=-0.3")
    assert said.code == 0, said.err
    made = Look.load(person.folder / "even.look")
    assert made.facets["retouch"].smooth == 0.6 and made.facets["retouch"].jaw == -0.3
    assert {"tone", "texture"} <= set(made.facets) and "retouch" in made.card
    again = person.types("retouch", "even.look", "-o", "more.look", "--set", "smooth=0.8")
    assert again.code == 0
    assert Look.load(person.folder / "more.look").facets["retouch"].jaw == -0.3


def test_hair_of_a_photo_and_of_a_look(person: Person, face: str, look: str) -> None:
    said = person.types("hair", face, "-o", "out.png", "--shade", "copper", "--tips", "#d9cdb8", "--json")
    assert said.code == 0, said.err
    assert json.loads(said.out)["words"] == "copper to platinum"
    assert person.types("hair", look, "-o", "red.look", "--shade", "red").code == 0
    assert "hair" in Look.load(person.folder / "red.look").facets


@pytest.mark.parametrize(("words", "told"), [
    (["retouch", "face.png", "-o", "x.png", "--set", "chin=1"], "no such slider"),
    (["retouch", "face.png", "-o", "x.png", "--set", "smooth=2"], "out of range"),
    (["retouch", "face.png", "-o", "x.png", "--set", "smooth"], "cannot be read"),
    (["hair", "face.png", "-o", "x.png", "--shade", "blondish"], "no such shade"),
])  # fmt: skip
def test_mistakes_are_told(person: Person, face: str, words: list[str], told: str) -> None:
    said = person.types(*words)
    assert said.code == 1 and told in said.err and not (person.folder / "x.png").exists()


def test_a_photo_is_no_look(person: Person, face: str, look: str) -> None:
    assert person.types("retouch", face, "-o", "x.look").code == 2
    assert person.types("hair", look, "-o", "x.png", "--shade", "red").code == 2
