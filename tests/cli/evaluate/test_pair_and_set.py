"""``looksmith evaluate pair`` and ``set`` as a person types them."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from PIL import Image

PLAIN = "--no-identity"


@pytest.fixture
def desk(person: Any) -> Any:
    """A person with a photo, a picture of it that went wrong, and one that is the photo but for a region."""
    photo = np.asarray(Image.open("me.jpg").convert("RGB"))
    Image.fromarray(photo).save("me.png")
    y, x = np.mgrid[: len(photo), : photo.shape[1]]
    checkered = np.clip(photo + (((x + y) % 2) * 16.0 - 8)[..., None], 0, 255).astype(np.uint8)
    Image.fromarray(checkered).save("bad.png")
    inside = photo.copy()
    inside[:40] = 255 - inside[:40]
    Image.fromarray(inside).save("inside.png")
    mask = np.zeros(photo.shape[:2], np.uint8)
    mask[:40] = 255
    Image.fromarray(mask).save("mask.png")
    return person


def test_numbers_then_words(desk: Any) -> None:
    said = desk.types("evaluate", "pair", "bad.png", "--content", "me.png", "--style", "painting.png", PLAIN)
    assert said.code == 0, said.err
    lines = said.out.splitlines()
    assert any(line.startswith("ssim ") for line in lines)
    assert "a checkerboard pattern" in said.out and "--scale" in said.out
    kinds = [line.split()[0] for line in lines if line.split()[0] in ("wrong", "note", "good")]
    assert kinds and kinds == sorted(kinds, key=["wrong", "note", "good"].index)


def test_json_is_the_same_row(desk: Any) -> None:
    said = desk.types("evaluate", "pair", "bad.png", "--content", "me.png", PLAIN, "--json")
    row = json.loads(said.out)
    assert row["numbers"]["psnr"] == pytest.approx(20 * np.log10(255 / 8), abs=0.6)
    assert row["artefacts"]["checkerboard"]["found"] and not row["artefacts"]["banding"]["found"]
    assert set(row["higher_is_better"]) == set(row["numbers"])


def test_a_mask_is_held_to_the_byte(desk: Any) -> None:
    words = ["evaluate", "pair", "inside.png", "--content", "me.png", PLAIN, "--json", "--mask"]
    assert json.loads(desk.types(*words, "mask.png").out)["numbers"]["changed-outside-share"] == 0
    Image.fromarray(255 - np.asarray(Image.open("mask.png"))).save("other.png")
    said = json.loads(desk.types(*words, "other.png").out)
    assert said["numbers"]["changed-outside-share"] > 0.9 and said["numbers"]["changed-outside-largest"] > 100


def test_in_chinese(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOKSMITH_LANG", "zh")
    said = desk.types("evaluate", "pair", "bad.png", "--content", "me.png", PLAIN)
    assert "棋盘格纹" in said.out and "越高越好" in said.out


def test_a_folder_goes_on_where_it_stopped(desk: Any) -> None:
    (desk.folder / "made").mkdir()
    for name in ("a", "b"):
        Image.open("bad.png").save(f"made/{name}.png")
    words = ["evaluate", "pair", "made", "--content", "me.png", PLAIN, "--notebook", "n.jsonl"]
    said = desk.types(*words)
    assert said.code == 0, said.err
    assert "a checkerboard pattern  2 / 2" in said.out and "ssim " in said.out
    before = (desk.folder / "n.jsonl").read_bytes()
    told = json.loads(desk.types(*words, "--json").out)
    assert (desk.folder / "n.jsonl").read_bytes() == before
    assert told["summary"]["pictures"] == 2 and told["summary"]["artefacts"]["checkerboard"] == 2
    (desk.folder / "made" / "c.png").write_bytes(b"no picture")
    said = desk.types(*words, "--json")
    assert said.code == 1 and "c.png" in said.err
    assert [entry["picture"] for entry in json.loads(said.out)["failed"]] == ["made/c.png"]


def test_a_list(desk: Any) -> None:
    (desk.folder / "list.csv").write_text("picture,content\nbad.png,me.png\nme.png,me.png\n")
    told = json.loads(desk.types("evaluate", "pair", "--pairs", "list.csv", PLAIN, "--json").out)
    assert [row["numbers"]["psnr"] is None for row in told["pairs"]] == [False, True]


def test_numbers_by_group(desk: Any) -> None:
    (desk.folder / "made").mkdir()
    for k in range(4):
        Image.open("me.png" if k % 2 else "bad.png").save(f"made/{k}.png")
    (desk.folder / "groups.csv").write_text("picture,group\n" + "".join(f"{k}.png,{'xy'[k % 2]}\n" for k in range(4)))
    words = ["evaluate", "pair", "made", "--content", "me.png", PLAIN]
    told = json.loads(desk.types(*words, "--groups", "groups.csv", "--json").out)
    drift = next(one for one in told["groups"] if one["number"] == "colour-drift-ciede2000")
    assert drift["kind"] == "declared"
    assert [(one["group"], one["n"], one["small"]) for one in drift["slices"]] == [("x", 2, True), ("y", 2, True)]
    assert drift["slices"][0]["value"] > 0 == drift["slices"][1]["value"]
    assert [row["group"] for row in told["pairs"]] == ["x", "y", "x", "y"]
    assert {row["skin"]["tone"] for row in told["pairs"]} <= {"very light", "light", "intermediate", "tan"}
    said = desk.types(*words, "--groups", "groups.csv")
    assert "Declared group" in said.out and "(!) fewer than 30 photos" in said.out and "n = 2 (!)" in said.out
    for options, code, words_of_it in (
        (["made", "--groups", "nobody.csv"], 1, "cannot be read"),
        (["made", "--groups", "other.csv"], 1, "names none of the pictures"),
        (["bad.png", "--groups", "groups.csv"], 2, "a folder or a list"),
    ):
        (desk.folder / "other.csv").write_text("picture,group\nz.png,x\n")
        said = desk.types("evaluate", "pair", *options, "--content", "me.png", PLAIN)
        assert said.code == code and words_of_it in said.err, said.err


def test_a_set_against_a_set(desk: Any) -> None:
    rng = np.random.default_rng(0)
    photo = np.asarray(Image.open("me.jpg").convert("RGB").resize((48, 48)))
    for folder, noise in (("real", 5), ("generated", 60)):
        (desk.folder / folder).mkdir()
        for k in range(13):
            noisy = np.roll(photo, 3 * k, axis=1) + rng.normal(0, noise, photo.shape)
            Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)).save(f"{folder}/{k}.png")
    words = ["evaluate", "set", "generated", "--real", "real", "--notebook", "n.jsonl"]
    told = json.loads(desk.types(*words, "--content", "real", "--json").out)
    named = {name.partition("[")[0]: number for name, number in told["numbers"].items()}
    assert named["kernel-distance"]["low"] > named["kernel-distance"]["floor"]
    assert named["artfid-form"]["value"] > 1 and named["diversity"]["low"] is None
    assert len((desk.folder / "n.jsonl").read_text().splitlines()) == 39
    said = desk.types(*words)
    assert said.code == 0, said.err
    assert "differ from the real ones" in said.out and "only 13 pictures" in said.out and "floor" in said.out


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["pair"], 2, "name a picture"),
        (["pair", "me.png"], 2, "name the photo"),
        (["pair", "me.png", "--pairs", "x.csv"], 2, "name a picture"),
        (["pair", "--pairs", "x.csv", "--content", "me.png"], 2, "names them already"),
        (["pair", "me.png", "--style", "me.png", "--mask", "mask.png"], 2, "needs the photo"),
        (["pair", "nobody.png", "--content", "me.png"], 1, "nobody.png"),
        (["pair", "me.png", "--content", "painting.png"], 1, "not of the photo's size"),
        (["pair", "me.png", "--content", "me.png", "--mask", "nobody.png"], 1, "nobody.png"),
        (["pair", "me.png", "--content", "me.png", "--backbone", "me.png"], 1, "network cannot be read"),
        (["pair", "trip", "--content", "me.png", "--notebook", "me.png"], 1, "notebook"),
        (["pair", "--pairs", "nobody.csv"], 1, "the list cannot be read"),
        (["set", "nobody", "--real", "trip"], 1, "no such folder"),
        (["set", "trip", "--real", "trip"], 1, "too small"),
        (["set", "trip"], 2, "--real"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_mistakes(desk: Any, words: list[str], code: int, told: str) -> None:
    said = desk.types("evaluate", *words)
    assert said.code == code, said.out + said.err
    assert told in said.err and "Traceback" not in said.err and "bug in looksmith" not in said.err


def test_without_the_judge_a_line_says_how_to_get_it(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("looksmith.evaluation.identity.judge", lambda: None)
    said = desk.types("evaluate", "pair", "bad.png", "--content", "me.png")
    assert said.code == 0 and "pip install --no-deps dlib-bin" in said.err and "identity-distance" not in said.out


def test_without_the_extra(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "looksmith.evaluation.pairs", None)
    said = desk.types("evaluate", "pair", "bad.png", "--content", "me.png")
    assert said.code == 1
