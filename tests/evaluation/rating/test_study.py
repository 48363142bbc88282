"""Folders become a study, and mistakes are told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PIL import Image

from looksmith.errors import LooksmithError
from looksmith.evaluation.rating.study import Settings, Study, read_study


def test_same_names_meet_whatever_their_ending(folders: list[Path]) -> None:
    Image.open(folders[0] / "subject-0.png").save(folders[0] / "subject-0.webp")
    (folders[0] / "subject-0.png").unlink()
    (folders[1] / "subject-7.png").unlink()
    found = read_study(folders)
    assert found.labels == ("bright-source", "middle-source", "dark-source")
    assert found.names == tuple(f"subject-{k}" for k in range(7))
    assert found.files[0][0].suffix == ".webp" and found.files[1][0].suffix == ".png"
    assert found.left_out == ("subject-7",)


def test_folders_of_one_name_are_told_apart(folders: list[Path], tmp_path: Path) -> None:
    shutil.copytree(folders[0], tmp_path / "run-1" / "out")
    shutil.copytree(folders[1], tmp_path / "run-2" / "out")
    assert read_study([tmp_path / "run-1" / "out", tmp_path / "run-2" / "out"]).labels == ("run-1/out", "run-2/out")


def test_another_picture_is_another_study(folders: list[Path], study: Study) -> None:
    assert read_study(folders).digest == study.digest
    Image.new("RGB", (48, 32)).save(folders[2] / "subject-3.png")
    assert read_study(folders).digest != study.digest


def test_references_are_found(folders: list[Path]) -> None:
    found = read_study(folders, photos=folders[2], styles=folders[0] / "subject-1.png")
    assert found.photos[3] == folders[2] / "subject-3.png"
    assert set(found.styles) == {folders[0] / "subject-1.png"}


def test_mistakes(folders: list[Path], tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    other = tmp_path / "other"
    other.mkdir()
    Image.new("RGB", (9, 9)).save(other / "x.png")
    some = folders[:2]
    for wrong, told in (
        (lambda: read_study(folders[:1]), "nothing to compare"),
        (lambda: read_study([folders[0], folders[0]]), "given twice"),
        (lambda: read_study([folders[0], tmp_path / "nobody"]), "no such folder"),
        (lambda: read_study([folders[0], empty]), "no picture in the folder"),
        (lambda: read_study([folders[0], other]), "no picture is in every folder"),
        (lambda: read_study(some, photos=other), "to show beside is missing"),
        (lambda: read_study(some, settings=Settings(scores=("beauty",))), "no such question"),
        (lambda: read_study(some, settings=Settings(scores=("content",))), "--photos"),
        (lambda: read_study(some, settings=Settings(scores=("style",))), "--style"),
        (lambda: read_study(some, settings=Settings(votes=0)), "nothing is asked"),
    ):
        with pytest.raises(LooksmithError, match=told):
            wrong()
    Image.new("RGB", (9, 9)).save(other / "x.jpg")
    with pytest.raises(LooksmithError, match="called alike"):
        read_study([folders[0], other])
