"""``looksmith makeup`` end to end, on a real portrait."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from .conftest import Person, sample


@pytest.fixture
def made_up(person: Person) -> Person:
    """Someone with a portrait and the look that was learned from it."""
    sample("astronaut.png", 300).crop((60, 0, 210, 150)).save(person.folder / "ref.png")
    said = person.types("learn", "ref.png", "--only", "makeup", "--own", "-o", "x.look")
    assert said.code == 0, said.err
    return person


def test_from_a_reference_to_a_selfie_and_back(made_up: Person) -> None:
    types = made_up.types
    told = json.loads(types("makeup", "show", "x.look", "--json").out)
    assert told["layers"][0]["name"] == "foundation" and len(told["layers"]) == 12
    said = types("makeup", "show", "x.look", "--set", "lipstick.shade=#b11b3c", "--set", "lipstick.opacity=0.8",
                 "--set", "eyeliner.opacity=0", "-o", "y.look")  # fmt: skip
    assert said.code == 0 and "#b11b3c" in said.out, said.err
    said = types("makeup", "show", "x.look", "--take", "lips=y.look", "-o", "z.look", "--json")
    mixed = {layer["name"]: layer for layer in json.loads(said.out)["layers"]}
    assert mixed["lipstick"]["shade"] == "#b11b3c" and Path("z.look").stat().st_size < 1_000_000
    words = ("y.look", "ref.png", "--only", "makeup", "--strength", "0.8", "--region", "lips=1", "--region", "eyes=0.5")
    said = types("apply", *words, "-o", "out.png")
    assert said.code == 0, said.err
    before, after = (np.asarray(Image.open(name).convert("RGB")).astype(int) for name in ("ref.png", "out.png"))
    assert (before != after).any() and (before[:8] == after[:8]).all()
    said = types("makeup", "remove", "out.png", "-o", "bare.png")
    assert said.code == 0, said.err
    assert Image.open("bare.png").size == Image.open("ref.png").size


def test_mistakes_are_told_in_words(made_up: Person) -> None:
    made_up.folder.joinpath("grey.png").write_bytes(b"")
    Image.new("RGB", (60, 60), (120, 110, 100)).save("grey.png")
    for words, told, code in (
        (("makeup", "show", "x.look", "--set", "lipstck.shade=#b11b3c"), "no such layer of makeup", 1),
        (("makeup", "show", "x.look", "--set", "lipstick.shade=red"), "this is no shade", 1),
        (("makeup", "show", "x.look", "--set", "lipstick"), "is not NAME=VALUE", 2),
        (("makeup", "show", "x.look", "--take", "toes=x.look"), "no such layer of makeup", 1),
        (("makeup", "remove", "grey.png", "-o", "out.png"), "there is no face in the photo", 1),
        (
            ("learn", "grey.png", "--only", "makeup", "--own", "-o", "g.look"),
            "there is no face to learn makeup from",
            1,
        ),
    ):
        said = made_up.types(*words)
        assert said.code == code and told in " ".join(said.err.split()), (words, said.err)
