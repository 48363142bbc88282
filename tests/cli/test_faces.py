"""``looksmith faces``, and the options of ``apply`` that are about faces and regions."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from looksmith.errors import LooksmithError
from looksmith.looks.scene import parse_floor, parse_people, parse_strengths

from .conftest import Person, sample


@pytest.fixture
def portrait(person: Person) -> np.ndarray:
    picture = sample("astronaut.png", 400)
    picture.save(person.folder / "portrait.png")
    return np.asarray(picture)


def test_faces_are_told_and_drawn(person: Person, portrait: np.ndarray) -> None:
    said = person.types("faces", "portrait.png", "--draw", "drawn.png", "--json")
    assert said.code == 0, said.err
    told = json.loads(said.out)
    assert (told["width"], told["height"]) == portrait.shape[1::-1] and len(told["faces"]) == 1
    face = told["faces"][0]
    assert np.shape(face["landmarks"]) == (468, 3) and np.shape(face["five_points"]) == (5, 2)
    x0, y0, x1, y1 = face["box"]
    assert 130 < (x0 + x1) / 2 < 220 and 50 < (y0 + y1) / 2 < 140
    drawn = np.asarray(Image.open(person.folder / "drawn.png").convert("RGB"))
    changed = (drawn != portrait).any(axis=2)
    assert drawn.shape == portrait.shape and changed.any() and not changed[250:].any()
    words = person.types("faces", "portrait.png")
    assert words.code == 0 and "1 faces" in words.out


def test_no_face_is_no_mistake(person: Person) -> None:
    Image.linear_gradient("L").convert("RGB").save(person.folder / "sky.png")
    said = person.types("faces", "sky.png", "--json")
    assert said.code == 0 and json.loads(said.out)["faces"] == []


def test_apply_to_a_face_alone(person: Person, portrait: np.ndarray, look: str) -> None:
    words = ["apply", look, "portrait.png", "-o", "out.png", "--faces", "largest", "--where", "face"]
    said = person.types(*words, "--identity-floor", "off")
    assert said.code == 0, said.err
    changed = (np.asarray(Image.open(person.folder / "out.png").convert("RGB")) != portrait).any(axis=2)
    assert changed[60:120, 150:200].any() and not changed[250:].any() and not changed[:, :80].any()


def test_a_region_keeps_a_share_and_another_person_wears_another_look(
    person: Person, portrait: np.ndarray, look: str
) -> None:
    moved = []
    for extra in ([], ["--region", "face=0.4"], ["--face", "1=noir"]):
        said = person.types("apply", look, "portrait.png", "-o", "out.png", "--identity-floor", "off", *extra)
        assert said.code == 0, said.err
        made = np.asarray(Image.open(person.folder / "out.png").convert("RGB")).astype(int)
        moved.append(np.abs(made - portrait)[80:110, 160:190].mean())
    assert 0.25 < moved[1] / moved[0] < 0.55 and abs(moved[2] - moved[0]) > 1


def test_without_the_network_of_parts_the_background_is_refused_in_words(
    person: Person, portrait: np.ndarray, look: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("looksmith.faces.regions.records", dict)
    said = person.types("apply", look, "portrait.png", "-o", "out.png", "--where", "background")
    assert said.code == 1 and "faces-regions" in said.err and "not installed" in said.err
    assert not (person.folder / "out.png").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["--face", "noir"],
        ["--face", "1=noir", "--face", "1=fuji"],
        ["--region", "face"],
        ["--region", "knee=0.5"],
        ["--faces", "9"],
        ["--identity-floor", "high"],
        ["--identity-floor", "7"],
    ],
)
def test_mistakes_are_told(person: Person, look: str, words: list[str], portrait: np.ndarray) -> None:
    said = person.types("apply", look, "portrait.png", "-o", "out.png", *words)
    assert said.code == 1 and "Traceback" not in said.err and "error" in said.err


def test_gatys_takes_no_regions(person: Person, look: str) -> None:
    said = person.types("apply", "painting.png", "me.jpg", "-o", "o.png", "--method", "gatys", "--where", "face")
    assert said.code == 2 and "mask" in said.err


def test_what_a_person_types_is_read() -> None:
    assert parse_people(["1=a.look", "2= noir"]) == {1: "a.look", 2: "noir"}
    assert parse_strengths(["face=0.4", "hair=0"]) == {"face": 0.4, "hair": 0.0}
    assert (parse_floor(None), parse_floor("off"), parse_floor("0.5")) == (None, "off", 0.5)
    with pytest.raises(LooksmithError):
        parse_people(["0=a.look"])
