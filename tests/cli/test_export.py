"""From pairs to a network that is applied: train, report, export, apply, as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

pytest.importorskip("torch", reason="needs the train extra")

from .conftest import Person


@pytest.fixture
def pairs(person: Person) -> Path:
    for number in range(24):
        rng = np.random.default_rng(number)
        photo = cv2.resize(rng.integers(0, 255, (5, 5, 3)).astype(np.uint8), (48, 48), interpolation=cv2.INTER_CUBIC)
        for kind, picture in (("photo", photo), ("warm", np.clip(photo * [1.2, 1.0, 0.7], 0, 255).astype(np.uint8))):
            (person.folder / "pairs" / kind).mkdir(parents=True, exist_ok=True)
            Image.fromarray(picture).save(person.folder / "pairs" / kind / f"{number}.png")
    return person.folder / "pairs"


def test_train_export_apply(person: Person, pairs: Path) -> None:
    words = ["train", "pix2pix", "--data", "pairs", "--input", "photo", "--target", "warm", "--size", 32, "--batch", 2]
    words += ["--perceptual-weight", 0, "--out", "run", "--device", "cpu", "--doctor-every", 3]
    said = person.types(*words, "--steps", 8)
    assert said.code == 0, said.err
    assert "photos" not in said.err and "pictures to train on; 50 or more" in said.err, "findings are told"
    run = person.folder / "run"
    for name in ("checkpoint.pt", "report.html", "split.json", "data.json", "log.jsonl", "recipe.json"):
        assert (run / name).exists(), name
    assert json.loads((run / "run.json").read_text())["recipe"] == "pix2pix"
    more = person.types(*words, "--steps", 10)
    assert more.code == 0, more.err
    exported = person.types("export", "run", "--int8", "--json")
    assert exported.code == 0, exported.err
    told = json.loads(exported.out)
    assert told["parity"]["float"]["ssim"] > 0.995 and set(told["paths"]) == {"float", "int8"}
    for kind, path in told["paths"].items():
        applied = person.types("apply", path, "me.jpg", "-o", f"{kind}.png", "--strength", 0.8, "--json")
        assert applied.code == 0, applied.err
        before, after = (np.asarray(Image.open(p).convert("RGB")) for p in ("me.jpg", f"{kind}.png"))
        assert before.shape == after.shape and (before != after).any()


def test_mistakes_are_told(person: Person) -> None:
    said = person.types("export", "trip")
    assert said.code == 1 and "not the folder of a run" in said.err and "Traceback" not in said.err
    (person.folder / "bad.onnx").write_bytes(b"no network at all")
    said = person.types("apply", "bad.onnx", "me.jpg", "-o", "x.png")
    assert said.code == 1 and "not an ONNX file" in said.err
    said = person.types("apply", "none.onnx", "me.jpg", "-o", "x.png")
    assert said.code == 1 and "there is no such file" in said.err


def test_flags_of_a_run(person: Person) -> None:
    said = person.types("train", "pix2pix", "--help")
    for flag in ("--device", "--devices", "--precision", "--doctor", "--doctor-every", "--no-report"):
        assert flag in said.out
    said = person.types("train", "noise", "--data", "trip", "--out", "run", "--device", "abacus")
    assert said.code == 2
