"""``looksmith evaluate look``: page, data, words and mistakes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from looksmith.cli.app import app

from ..conftest import Person, sample


def types(*words: object) -> Result:
    return CliRunner().invoke(app, ["evaluate", "look", *map(str, words)])


@pytest.fixture
def tone(person: Person) -> str:
    """A look of tone alone, so that it is quick."""
    said = person.types("learn", "painting.png", "-o", "warm.look", "--own", "--medium", "photograph")
    assert said.code == 0, said.err
    return "warm.look"


def test_page_data_and_words(person: Person, tone: str) -> None:
    (person.folder / "groups.csv").write_text("picture,group\na.png,x\nb.jpg,y\n", encoding="utf-8")
    words = ("--photos", "trip", "--groups", "groups.csv", "--no-identity")
    said = types(tone, *words, "-o", "card.html")
    assert said.exit_code == 0, said.stderr
    assert "what the photo shows" in said.stdout and "(!)" in said.stdout
    page = (person.folder / "card.html").read_text("utf-8")
    assert page.count("<figure>") == 2 and "http" not in page
    told = json.loads(types(tone, *words, "-o", "card.json", "--json").stdout)
    assert json.loads((person.folder / "card.json").read_text("utf-8"))["photos"][0]["photo"] == "a.png"
    assert told["pictures"] == 2 and {s["kind"] for s in told["groups"]} == {"declared"}


def test_style_numbers_come_with_a_style(person: Person, tone: str) -> None:
    told = json.loads(types(tone, "--photos", "me.jpg", "--style", "painting.png", "--no-identity", "--json").stdout)
    assert any(name.startswith("gram-distance") for name in told["numbers"])


def test_mistakes_are_told(person: Person, tone: str, tmp_path: Path) -> None:
    (person.folder / "empty").mkdir()
    (person.folder / "other.csv").write_text("picture,group\nz.png,x\n", encoding="utf-8")
    for words, told in (
        ((tone, "--photos", "nobody"), "no such file"),
        ((tone, "--photos", "empty"), "there is no photo"),
        (("nobody.look", "--photos", "trip"), "nobody.look"),
        ((tone, "--photos", "trip", "--groups", "nobody.csv"), "cannot be read"),
        ((tone, "--photos", "trip", "--groups", "other.csv"), "names none of the pictures"),
        ((tone, "--photos", "trip", "--style", "nobody.jpg"), "nobody.jpg"),
    ):
        said = types(*words)
        assert said.exit_code == 1 and told in said.stderr, said.stderr
    assert types(tone, "--photos", "trip", "-o", "card.pdf").exit_code == 2


def test_one_broken_photo_is_named(person: Person, tone: str) -> None:
    (person.folder / "trip" / "torn.jpg").write_bytes(b"\xff\xd8\xff")
    sample("rocket.jpg", 96).save(person.folder / "trip" / "c.png")
    assert Image.open(person.folder / "trip" / "c.png").size[0] == 96
    said = types(tone, "--photos", "trip", "--no-identity", "--json")
    assert said.exit_code == 1 and "torn.jpg" in said.stderr
    assert json.loads(said.stdout)["pictures"] == 3
