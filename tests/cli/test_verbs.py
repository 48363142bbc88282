"""Every verb does what its help says, on real pictures."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest
from PIL import Image

from looksmith.looks.look import Look
from looksmith.looks.shelf import entries

from .conftest import Person, sample

BUILT_IN = [entry.name for entry in entries() if entry.built_in]
needs_shelf = pytest.mark.skipif(not BUILT_IN, reason="no built-in look in this tree")


def pixels(path: Any) -> np.ndarray[Any, Any]:
    return np.asarray(Image.open(path).convert("RGB"))


def test_apply_a_look_file(person: Person, look: str) -> None:
    said = person.types("apply", look, "me.jpg", "-o", "out.png")
    assert said.code == 0, said.err
    assert "Wrote out.png" in said.out
    made, before = pixels("out.png"), pixels("me.jpg")
    assert made.shape == before.shape
    assert np.abs(made.astype(int) - before).mean() > 5


@needs_shelf
def test_apply_a_built_in_look_by_name(person: Person) -> None:
    assert person.types("apply", BUILT_IN[0], "me.jpg", "-o", "out.jpg").code == 0
    assert pixels("out.jpg").shape == pixels("me.jpg").shape


def test_any_picture_is_a_look(person: Person) -> None:
    assert person.types("apply", "painting.png", "me.jpg", "-o", "out.jpg").code == 0
    assert np.abs(pixels("out.jpg").astype(int) - pixels("me.jpg")).mean() > 5


def test_strength_zero_is_the_photo_and_strength_grows(person: Person, look: str) -> None:
    change = []
    for strength in ("0", "0.4", "1"):
        said = person.types("apply", look, "trip/a.png", "-o", "out.png", "--strength", strength)
        assert said.code == 0, said.err
        change.append(np.abs(pixels("out.png").astype(int) - pixels("trip/a.png")).mean())
    assert change[0] == 0 < change[1] < change[2]


def test_a_mask_bounds_the_change(person: Person, look: str) -> None:
    mask = np.zeros(pixels("trip/a.png").shape[:2], np.uint8)
    mask[:, : mask.shape[1] // 2] = 255
    Image.fromarray(mask).save("mask.png")
    assert person.types("apply", look, "trip/a.png", "-o", "out.png", "--where", "mask.png").code == 0
    differs = (pixels("out.png") != pixels("trip/a.png")).any(axis=2)
    assert differs[:, : mask.shape[1] // 2].mean() > 0.5
    assert not differs[:, mask.shape[1] // 2 :].any()


def test_a_folder_keeps_its_shape(person: Person, look: str) -> None:
    said = person.types(
        "apply", look, "trip/", "-o", "out/", "--strength", 0.7, "--color", "keep", "--only", "texture", "--json"
    )
    assert said.code == 0, said.err
    told = json.loads(said.out)
    assert {entry["output"] for entry in told["done"]} == {"out/a.png", "out/day 2/b.jpg"}
    assert told["failed"] == []
    assert pixels("out/day 2/b.jpg").shape == pixels("trip/day 2/b.jpg").shape


def test_a_folder_of_one_photo_goes_into_a_folder_too(person: Person, look: str) -> None:
    (person.folder / "day").mkdir()
    (person.folder / "day" / "only.jpg").write_bytes((person.folder / "me.jpg").read_bytes())
    said = person.types("apply", look, "day/", "-o", "new/", "--only", "texture", "--json")
    assert said.code == 0, said.err
    assert [entry["output"] for entry in json.loads(said.out)["done"]] == ["new/only.jpg"]
    assert (person.folder / "new" / "only.jpg").is_file()
    said = person.types("apply", look, "me.jpg", "-o", "nowhere/me.jpg")  # one file named: a slip is told
    assert said.code == 1 and "does not exist" in said.err
    assert not (person.folder / "nowhere").exists()


def test_a_bad_photo_does_not_end_the_trip(person: Person, look: str) -> None:
    (person.folder / "trip" / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 not a photo")
    said = person.types("apply", look, "trip", "-o", "out", "--json")
    assert said.code == 1
    told = json.loads(said.out)
    assert len(told["done"]) == 2
    assert [entry["photo"] for entry in told["failed"]] == ["trip/broken.jpg"]
    assert "broken.jpg" in said.err
    assert not (person.folder / "out" / "broken.jpg").exists()


def test_a_second_run_does_not_eat_its_own_output(person: Person, look: str) -> None:
    for _ in range(2):
        said = person.types("apply", look, "trip", "-o", "trip/out", "--json")
        assert len(json.loads(said.out)["done"]) == 2


@pytest.mark.parametrize("format", ["png", "jpeg", "webp"])
def test_standard_input_and_output(person: Person, look: str, format: str) -> None:
    photo = (person.folder / "me.jpg").read_bytes()
    said = person.types("apply", look, "-", "-o", "-", "--format", format, piped=photo)
    assert said.code == 0, said.err
    made = Image.open(io.BytesIO(said.data))
    assert made.format == format.upper()
    assert made.size == Image.open("me.jpg").size


def test_gps_goes_unless_asked_for(person: Person, look: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 0.0), 3: "E", 4: (13.0, 24.0, 0.0)})
    sample("astronaut.png", 64).save("gps.jpg", exif=exif)
    for words, kept in (((), False), (("--keep-gps",), True)):
        assert person.types("apply", look, "gps.jpg", "-o", "out.jpg", *words).code == 0
        assert bool(Image.open("out.jpg").getexif().get_ifd(0x8825)) is kept
        assert 0x010F not in Image.open("out.jpg").getexif()
    assert person.types("apply", look, "gps.jpg", "-o", "out.jpg", "--keep-device").code == 0
    assert Image.open("out.jpg").getexif()[0x010F] == "Maker"


def test_learn_many_pictures(person: Person) -> None:
    said = person.types("learn", "trip", "-o", "trip.look", "--own", "--title", "Trip", "--title-zh", "旅行", "--json")
    assert said.code == 0, said.err
    told = json.loads(said.out)
    assert told["name"] == "trip" and told["title"] == {"en": "Trip", "zh": "旅行"} and told["consent"] == "own"
    made = Look.load("trip.look")
    assert set(made.facets) == {"tone", "texture"}
    assert told["digest"] == made.digest
    assert told["bytes"] == (person.folder / "trip.look").stat().st_size < 1_000_000


def test_learn_says_when_nothing_was_declared(person: Person) -> None:
    said = person.types("learn", "painting.png", "-o", "x.look")
    assert said.code == 0 and "--own" in said.err
    assert Look.load("x.look").consent.kind == "undeclared"


def test_a_look_through_a_pipe(person: Person) -> None:
    picture = (person.folder / "painting.png").read_bytes()
    learned = person.types("learn", "-", "-o", "-", "--name", "piped", piped=picture)
    assert learned.code == 0, learned.err
    told = person.types("inspect", "-", "--json", piped=learned.data)
    assert json.loads(told.out)["name"] == "piped"


def test_blend(person: Person, look: str) -> None:
    said = person.types("blend", f"{look}=0.6", "trip/a.png=0.4", "-o", "mix.look", "--json")
    assert said.code == 0, said.err
    assert json.loads(said.out)["name"] == "mix"
    weights = sorted(round(source.weight, 3) for source in Look.load("mix.look").sources)
    assert weights == [0.4, 0.6]


def test_sheet(person: Person, look: str) -> None:
    person.types("blend", f"{look}=1", "trip/a.png=1", "-o", "mix.look")
    said = person.types(
        "sheet", "me.jpg", "-o", "sheet.png", "--look", look, "--look", "mix.look", "--cell", 96, "--json"
    )
    assert said.code == 0, said.err
    told = json.loads(said.out)
    assert Image.open("sheet.png").size == (told["width"], told["height"])
    assert told["width"] >= 2 * 96


def test_the_shelf(person: Person, look: str) -> None:
    names = [entry["name"] for entry in json.loads(person.types("looks", "--json").out)["looks"]]
    assert names == BUILT_IN
    after = json.loads(person.types("looks", "--add", look, "--json").out)["looks"]
    assert [entry["name"] for entry in after if not entry["built_in"]] == ["rina"]
    assert "Rina" in person.types("looks").out
    assert person.types("apply", "rina", "me.jpg", "-o", "out.jpg").code == 0
    assert [e["name"] for e in json.loads(person.types("looks", "--remove", "rina", "--json").out)["looks"]] == BUILT_IN


def test_inspect_for_people_and_machines(person: Person, look: str) -> None:
    for_people = person.types("inspect", look).out
    for word in ("rina", "Rina", "texture", "tone", "own", "signature holds", "you ("):
        assert word in for_people
    told = json.loads(person.types("inspect", look, "--json").out)
    assert told["signature"] == "holds" and set(told["cards"]) == {"tone", "texture"}
    assert told["digest"] == Look.load(look).digest


def test_export_lut(person: Person, look: str) -> None:
    said = person.types("export-lut", look, "rina.cube", "--size", 9)
    assert said.code == 0, said.err
    lines = (person.folder / "rina.cube").read_text().splitlines()
    assert "LUT_3D_SIZE 9" in lines
    rows = [line for line in lines if line and (line[0].isdigit() or line[0] == "-")]
    assert len(rows) == 9**3
    assert person.types("export-lut", look, "-", "--size", 9).data.decode().splitlines() == lines


def test_replay(person: Person, look: str) -> None:
    assert person.types("apply", look, "me.jpg", "-o", "out.png", "--strength", 0.8).code == 0
    said = person.types("replay", "out.png", "-o", "again.png", "--json")
    assert said.code == 0, said.out + said.err
    told = json.loads(said.out)
    assert told["identical"] is True and told["difference"] == 0
    assert told["recipe"]["settings"]["strength"] == 0.8
    assert (pixels("again.png") == pixels("out.png")).all()


def test_replay_of_a_picture_of_others(person: Person) -> None:
    said = person.types("replay", "me.jpg")
    assert said.code == 1 and "does not say how it was made" in said.err


@needs_shelf
def test_demo(person: Person) -> None:
    said = person.types("demo", "-o", "demo", "--photo", "trip/a.png", "--json")
    assert said.code == 0, said.err
    assert set(json.loads(said.out)["looks"]) == set(BUILT_IN)
    page = (person.folder / "demo" / "index.html").read_text("utf-8")
    assert page.count("<figure") == len(BUILT_IN)
    assert "http://" not in page and "https://" not in page, "the page needs nothing from outside"
    assert "$" not in page.replace("$&", ""), "every place of the template is filled"
    for name in BUILT_IN:
        assert f'id="look-{name}"' in page and (person.folder / "demo" / f"{name}.jpg").is_file()
    assert (person.folder / "demo" / "sheet.jpg").is_file()


def test_version_and_recipes(person: Person) -> None:
    import looksmith

    assert json.loads(person.types("version", "--json").out)["looksmith"] == looksmith.__version__
    assert {"perceptual", "texture", "tone"} <= {
        recipe["name"] for recipe in json.loads(person.types("recipes", "--json").out)["recipes"]
    }
