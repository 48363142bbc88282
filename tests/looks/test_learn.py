"""Looks are learned from pictures, folders and lists; what cannot be read is told, and no picture goes in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import looksmith
from looksmith.errors import LooksmithError, UnreadableError
from looksmith.looks.learn import chosen_facets, default_strengths, gather, learn, name_from, pictures_of
from looksmith.looks.look import Look
from looksmith.media.photo import Photo
from looksmith.rights.consent import OWN_LICENCE, UNDECLARED_LICENCE

ONLY = ["gain", "tone"]


@pytest.fixture
def folder(tmp_path: Path, astronaut: Photo, coffee: Photo) -> Path:
    """Two pictures, one of them twice, one broken, one hidden, one note, in subfolders."""
    top = tmp_path / "Rina's 照片"
    (top / "b").mkdir(parents=True)
    (top / ".cache").mkdir()
    Image.fromarray(astronaut.pixels).save(top / "b" / "one.png")
    Image.fromarray(coffee.pixels).save(top / "two.PNG")
    Image.fromarray(coffee.pixels).save(top / "two again.png")
    (top / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 not a picture")
    (top / ".cache" / "hidden.jpg").write_bytes(b"")
    (top / "notes.txt").write_text("not a picture")
    return top


def test_folder_is_learned_and_broken_files_are_told(folder: Path) -> None:
    skipped, steps = [], []
    look = learn(
        folder, own=True, creator="Rina", only=ONLY, with_preview=False,
        skipped=lambda path, error: skipped.append((path.name, error)), progress=lambda *at: steps.append(at),
    )  # fmt: skip
    assert look.name == "rina-s-照片" and look.title == {"en": "Rina's 照片"}
    assert look.consent.kind == "own" and look.licence == OWN_LICENCE
    assert [name for name, _ in skipped] == ["broken.jpg"] and isinstance(skipped[0][1], UnreadableError)
    assert look.sources[0].pictures == 2
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert set(look.facets) == set(ONLY)


def test_skipped_files_are_warned_of_by_default(folder: Path) -> None:
    with pytest.warns(UserWarning, match=r"broken\.jpg"):
        learn(folder, only="gain", with_preview=False)


def test_default_is_every_facet_and_nothing_declared(astronaut: Photo) -> None:
    look = learn(astronaut, name="eileen")
    assert set(look.facets) == {"tone", "texture", "gain"}
    assert look.consent.kind == "undeclared" and look.licence == UNDECLARED_LICENCE
    assert look.preview is not None and look.preview.shape == (256, 256, 3)
    assert Look.load(look.to_bytes()) == look


def test_learning_is_the_same_every_time_and_in_any_order(folder: Path, astronaut: Photo, coffee: Photo) -> None:
    options: dict[str, Any] = {"name": "x", "title": {"en": "x"}, "only": ONLY}
    first = learn([astronaut, coffee], **options)
    assert learn([astronaut, coffee], **options).to_bytes() == first.to_bytes()
    other = learn([coffee, astronaut], **options)
    assert other.sources[0].digest == first.sources[0].digest
    assert np.allclose(other.facets["gain"].gain, first.facets["gain"].gain)


def test_no_picture_goes_into_the_file(astronaut: Photo) -> None:
    look = learn(astronaut, name="x", medium="photograph")
    preview = look.preview
    assert preview is not None
    small = np.asarray(Image.fromarray(astronaut.pixels).resize((256, 256)))
    agreement = np.corrcoef(preview.mean(2).ravel(), small.mean(2).ravel())[0, 1]
    assert abs(agreement) < 0.5
    assert len(look.to_bytes()) < 100_000


def test_medium_decides_what_runs_by_default(astronaut: Photo) -> None:
    for medium, busy, idle in (("painting", "texture", "tone"), ("photograph", "tone", "texture")):
        look = learn(astronaut, name="x", medium=medium, with_preview=False)  # type: ignore[arg-type]
        assert look.strengths[busy] == 1 and look.strengths[idle] == 0 and look.strengths["gain"] == 1
    assert default_strengths(["tone"], painting=True) == {"tone": 1.0}
    with pytest.raises(LooksmithError, match="painting or photograph"):
        learn(astronaut, medium="drawing")  # type: ignore[arg-type]


def test_nothing_to_learn_from(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.jpg").write_bytes(b"no")
    (tmp_path / "two").mkdir()
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / "two" / name).write_bytes(b"no")
    for source, words in (
        ([], "no picture"),
        (tmp_path / "empty", "no picture"),
        (tmp_path / "none", "no such file"),
        (tmp_path / "bad.jpg", r"bad\.jpg"),
        (tmp_path / "two", "none of the pictures"),
    ):
        with pytest.raises(LooksmithError, match=words):
            learn(source)  # type: ignore[arg-type]


def test_pictures_are_read_smaller_when_there_are_many(monkeypatch: pytest.MonkeyPatch, astronaut: Photo) -> None:
    monkeypatch.setattr("looksmith.looks.learn.BUDGET", 2 * 70 * 70)
    monkeypatch.setattr("looksmith.looks.learn.SHORTEST", 32)
    other = astronaut.with_pixels(astronaut.pixels[::-1])
    assert {photo.pixels.shape for photo in gather([astronaut, other]).photos} == {(70, 70, 3)}
    assert gather([astronaut, astronaut]).digests == gather(astronaut).digests


def test_only_names_facets(astronaut: Photo) -> None:
    assert chosen_facets("gain,tone") == ["tone", "gain"] == chosen_facets(["gain", "tone"])
    with pytest.raises(LooksmithError, match=r"tone, texture, gain.*'hat'"):
        learn(astronaut, only="hat")


def test_names_made_from_titles() -> None:
    assert [name_from(t) for t in ("Rina 2024!", "星空 夜", "...", "", "a" * 90)] == [
        "rina-2024",
        "星空-夜",
        "look",
        "look",
        "a" * 48,
    ]


def test_pictures_of_follows_no_links_to_folders(folder: Path) -> None:
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    assert [path.name for path in pictures_of(folder)] == ["broken.jpg", "two again.png", "two.PNG", "one.png"]


def test_public_names() -> None:
    assert looksmith.learn is learn and looksmith.Look is Look
    assert set(looksmith.__all__) <= set(dir(looksmith)) and all(hasattr(looksmith, name) for name in looksmith.__all__)
    with pytest.raises(AttributeError, match="lern"):
        _ = looksmith.lern  # type: ignore[attr-defined]
