"""A folder becomes a collection: the right things are left out, a kill changes nothing, sources stay as they are."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter
from skimage import data

from looksmith.errors import LooksmithError, UnreadableError
from looksmith.looks.evidence import Evidence
from looksmith.looks.learn import learn, material_digest
from looksmith.materials import collect as module
from looksmith.materials.collect import collect
from looksmith.materials.material import read_material
from looksmith.materials.seen import Looked


def photos() -> dict[str, Image.Image]:
    """Three photos of scikit-image's."""
    found = {"astronaut": data.astronaut(), "coffee": data.coffee(), "chelsea": data.chelsea()}
    return {name: Image.fromarray(pixels) for name, pixels in found.items()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with photos, a copy, a blurred one, a corrupt one, captions, and a zip with Chinese names."""
    top = tmp_path / "素材"
    top.mkdir()
    shown = photos()
    for name in ("astronaut", "coffee"):
        shown[name].save(top / f"{name}.jpg", quality=92)
    shown["coffee"].resize((420, 280)).save(top / "small.jpg", quality=80)
    shown["astronaut"].filter(ImageFilter.GaussianBlur(6)).save(top / "blur.png")
    (top / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 not a picture")
    (top / "astronaut.txt").write_text("出发", encoding="gb18030")
    (top / "captions.csv").write_text("file,caption\ncoffee.jpg,First coffee\n", encoding="utf-8")
    held = io.BytesIO()
    shown["chelsea"].save(held, "PNG")
    with zipfile.ZipFile(top / "更多.zip", "w") as archive:
        archive.writestr("猫/一只.png", held.getvalue())
        archive.writestr("bomb.png", bytes(30 << 20), zipfile.ZIP_DEFLATED)
    return top


def contents(folder: Path) -> dict[str, str]:
    """Digest of every file but the journal, whose lines stand in the order of the work."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "journal.jsonl"
    }


def test_what_does_not_belong_is_left_out_and_the_source_stays(folder: Path, tmp_path: Path) -> None:
    before = contents(folder)
    found = collect([folder], tmp_path / "out", workers=1)
    assert contents(folder) == before
    names = {picture.source for picture in found.pictures}
    assert names == {"素材/astronaut.jpg", "素材/coffee.jpg", "素材/更多.zip/猫/一只.png"}
    why = {reject.source.rpartition("/")[2]: (reject.reason, reject.detail) for reject in found.rejects}
    assert why["small.jpg"] == ("duplicate", "素材/coffee.jpg")
    assert why["blur.png"][0] in ("blurred", "duplicate") and why["broken.jpg"][0] == "unreadable"
    assert why["bomb.png"][0] == "unreadable" and "unpacks to far more" in why["bomb.png"][1]
    texts = {caption.text: caption.picture for caption in found.captions}
    ids = {picture.source.rpartition("/")[2]: picture.id for picture in found.pictures}
    assert texts == {"出发": ids["astronaut.jpg"], "First coffee": ids["coffee.jpg"]}
    assert read_material(tmp_path / "out") == found
    page = (tmp_path / "out" / "card.html").read_text("utf-8")
    assert all(f"thumbnails/{picture.id}.jpg" in page for picture in found.pictures)
    card = json.loads((tmp_path / "out" / "card.json").read_bytes())
    assert card["counts"]["pictures"] == 3 and any("voice" in gap["en"] for gap in card["gaps"])


@pytest.mark.parametrize("cut", [0, 7])
def test_killed_and_resumed_gives_the_same(
    cut: int, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collect([folder], tmp_path / "whole", workers=1)
    looked: list[str] = []
    real = module.look_at_all

    def stops_after_three(todo, place, workers):  # type: ignore[no-untyped-def]
        for number, one in enumerate(real(todo, place, workers)):
            if number == 3:
                raise KeyboardInterrupt
            yield one

    monkeypatch.setattr(module, "look_at_all", stops_after_three)
    with pytest.raises(KeyboardInterrupt):
        collect([folder], tmp_path / "out", workers=1)
    assert not (tmp_path / "out" / "material.json").exists()
    journal = tmp_path / "out" / "journal.jsonl"
    if cut:  # killed in the middle of a line
        journal.write_bytes(journal.read_bytes()[:-cut])

    def counted(todo, place, workers):  # type: ignore[no-untyped-def]
        for one in real(todo, place, workers):
            assert isinstance(one, Looked)
            looked.append(one.key)
            yield one

    monkeypatch.setattr(module, "look_at_all", counted)
    collect([folder], tmp_path / "out", workers=1)
    assert len(looked) == 6 - 3 + bool(cut)
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_workers_see_what_one_process_sees(folder: Path, tmp_path: Path) -> None:
    for number in range(6):
        cut = photos()["astronaut"].crop((60 * number, 0, 60 * number + 200, 200))
        cut.save(folder / f"{number}.png")
    collect([folder], tmp_path / "one", workers=1)
    collect([folder], tmp_path / "two", workers=2)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_a_folder_with_other_things_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "diary.txt").write_text("mine")
    with pytest.raises(LooksmithError, match="holds other things"):
        collect([folder], tmp_path / "out")
    with pytest.raises(LooksmithError, match="into itself"):
        collect([folder], folder)
    with pytest.raises(UnreadableError, match="no finished collection"):
        read_material(tmp_path / "out")


def test_a_look_is_learned_from_a_collection_and_says_how_sure_it_is(folder: Path, tmp_path: Path) -> None:
    found = collect([folder], tmp_path / "out", workers=1)
    told: list[Evidence] = []
    look = learn(tmp_path / "out", own=True, with_preview=False, told=told.append, recorded=False)
    said = {one.facet: one for one in told}
    assert said["tone"].count == len(found.part("train")) == 3 and said["tone"].verdict == "unsure"
    assert said["voice"].verdict == "left out" and said["voice"].reason
    assert "tone" in look.facets and look.sources[0].pictures == 3
    assert look.sources[0].digest == found.digest == material_digest(tmp_path / "out")
    assert "How sure each facet is" in look.card
    np.testing.assert_equal(said["tone"].agreement, None)
