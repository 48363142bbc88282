"""Looks are found by name or path, installed ones never hide built-in ones, and the sheet shows them all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from looksmith.errors import LooksmithError, TamperedError, UnreadableError
from looksmith.looks import sheet, shelf
from looksmith.looks.look import Look
from looksmith.media.photo import Photo
from looksmith.rights.signature import PROJECT_KEYS


def test_built_in_looks_are_whole_signed_and_titled_in_two_languages() -> None:
    for entry in shelf.entries():
        if entry.built_in:
            look = entry.load()
            assert look.name == entry.name and look.signature is not None
            assert PROJECT_KEYS[look.signature.public_key] == "looksmith project" == look.signed_by
            assert look.title["en"] and look.title["zh"] and look.card and look.preview is not None
            assert look.default and not look.unknown and look.consent.kind != "undeclared"
            painter = 330_000 if len(getattr(look.facets.get("texture"), "own", ())) else 0
            assert entry.path.stat().st_size < 100_000 + painter


def test_install_find_uninstall(look: Look, home: Path) -> None:
    path = shelf.install(look)
    assert path == home / "looks" / "warm.look" and shelf.find("warm") == look
    assert shelf.find("warm.look") == look and shelf.find(path) == look
    assert shelf.by_digest(look.digest) == look and shelf.by_digest("0" * 64) is None
    shelf.uninstall("warm")
    with pytest.raises(LooksmithError, match="no such look"):
        shelf.find("warm")
    with pytest.raises(LooksmithError, match="no installed look"):
        shelf.uninstall("warm")


def test_installed_look_never_hides_a_built_in_one(
    make_look: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "built_in_folder", lambda: tmp_path)
    built_in = make_look("noir")
    built_in.save(tmp_path / "noir.look")
    with pytest.raises(LooksmithError, match="built-in"):
        shelf.install(make_look("noir", (0, 0, 0)))
    shelf.installed_folder().mkdir(parents=True)
    make_look("noir", (0, 0, 0)).save(shelf.installed_folder() / "noir.look")
    assert shelf.find("noir") == built_in and [entry.built_in for entry in shelf.entries()] == [True]
    with pytest.raises(LooksmithError, match="did you mean noir"):
        shelf.find("nior")


def test_broken_installed_look_breaks_nothing_else(look: Look) -> None:
    path = shelf.install(look)
    path.with_name("broken.look").write_bytes(b"PK\x03\x04")
    assert {entry.name for entry in shelf.entries()} >= {"warm", "broken"}
    assert shelf.by_digest(look.digest) == look
    with pytest.warns(UserWarning, match="broken"):
        sheet.sheet(Photo(np.full((64, 64, 3), 99, np.uint8)), cell=48)
    with pytest.raises((TamperedError, UnreadableError), match="broken"):
        shelf.find("broken")


def test_sheet_shows_every_look(make_look: Any, coffee: Photo) -> None:
    looks = [make_look(f"look-{i}", (i / 4, 1.0, 1.0)) for i in range(5)]
    coffee = Photo(np.ascontiguousarray(coffee.pixels[:96, :96]))  # nobody in it: the guard of people has no say
    steps: list[tuple[int, int]] = []
    page = sheet.sheet(coffee, looks, cell=96, columns=3, progress=lambda *at: steps.append(at))
    assert steps == [(i, 5) for i in range(1, 6)]
    gap = 8
    left, top = gap, gap
    shown = page.pixels[top : top + 96, left : left + 96].astype(int)
    second = page.pixels[top : top + 96, left + 96 + gap : left + 2 * 96 + gap].astype(int)
    assert np.abs(second[..., 1:] - shown[..., 1:]).max() == 0 and second[..., 0].max() == 0
    labels = page.pixels[top + 96 : top + 96 + 18, left:]
    assert (labels < 120).any()
    assert np.array_equal(page.pixels, sheet.sheet(coffee, looks, cell=96, columns=3).pixels)


def test_sheet_of_chinese_titles_needs_no_font(make_look: Any, coffee: Photo) -> None:
    look = make_look("暖", title={"zh": "暖"})
    for language in ("en", "zh"):
        assert sheet.sheet(coffee, [look], cell=64, language=language).pixels.ndim == 3  # type: ignore[arg-type]


def test_sheet_refuses_what_it_cannot_draw(look: Look, astronaut: Photo) -> None:
    for options in ({"looks": []}, {"cell": 4}, {"cell": 10_000}, {"columns": 0}, {"language": "fr"}, {"strength": 3}):
        with pytest.raises(LooksmithError):
            sheet.sheet(astronaut, **{"looks": [look], **options})  # type: ignore[arg-type]
