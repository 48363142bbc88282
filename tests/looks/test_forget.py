"""Forgetting takes looks and ledger details, keeps the chain, leaves others alone, and says what it cannot reach."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from skimage.data import coffee

from looksmith.looks import shelf
from looksmith.looks.apply import apply
from looksmith.looks.blend import blend
from looksmith.looks.forget import BEYOND, forget, trace
from looksmith.materials.collect import collect
from looksmith.media.photo import Photo
from looksmith.rights.grant import Party
from looksmith.rights.ledger import FILE, ledger
from looksmith.rights.people import known_key, remember
from looksmith.rights.record import record


@pytest.fixture
def world(make_look: Any, astronaut: Photo, tmp_path: Path) -> dict[str, Path]:
    """Two looks of Rina's, one of Kate's; each applied, and Rina's written to files."""
    paths = {}
    for name, creator in (("rinas", "Rina"), ("kates", "Kate")):
        look = make_look(name, creator=creator)
        shelf.install(look)
        paths[name] = look.save(tmp_path / f"{name}.look")
        record("export", {"look": look.digest, "name": name, "creator": creator, "file": str(paths[name])})
        apply(paths[name], astronaut)
        (tmp_path / f"{name}.jpg").write_bytes(b"x")
        picture = {"look": look.digest, "name": name, "creator": creator, "file": str(tmp_path / f"{name}.jpg")}
        record("export", picture)
    blend({paths["rinas"]: 1, paths["kates"]: 1}, name="both")
    remember(Party(name="Rina", key="ab" * 32))
    return paths


@pytest.mark.parametrize("who", ["Rina", "rina", "rinas", "file", "digest"])
def test_forget(who: str, world: dict[str, Path], home: Path, tmp_path: Path) -> None:
    named = {"file": str(world["rinas"]), "digest": shelf.find("rinas").digest[:12]}.get(who, who)
    known = trace(named)
    assert set(known.looks) == {world["rinas"], shelf.installed_folder() / "rinas.look"}
    assert known.outputs == (str(tmp_path / "rinas.jpg"),) and known.blends == ("both",)
    assert known.person == (who.lower() == "rina")
    before = ledger().check()
    assert forget(known) == []
    after = ledger().check()
    assert after.count == before.count + 1 and after.forgotten == len(known.entries) == 4
    assert not world["rinas"].exists() and world["kates"].exists() and (tmp_path / "rinas.jpg").exists()
    assert [entry.name for entry in shelf.entries() if not entry.built_in] == ["kates"]
    written = b"".join(path.read_bytes() for path in home.glob(f"{FILE}*"))
    assert b'"name":"rinas"' not in written and b'"name":"kates"' in written
    assert known_key("Rina") is None if known.person else known_key("Rina")
    if who == "rina":
        assert trace("Rina").empty


def test_nobody_is_known_by_a_name_that_was_never_said(world: dict[str, Path]) -> None:
    assert trace("Nobody").empty and not trace("Kate").empty
    assert any("other computers" in text for text in BEYOND)


def test_collections_go_with_their_pictures_and_what_else_lies_there_stays(home: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    Image.fromarray(coffee()).save(source / "a.jpg")
    for person in ("Rina", "Kate"):
        place = tmp_path / person
        digest = collect([source], place, workers=1).digest
        record("collect", {"file": str(place / "material.json"), "creator": person, "people": [person],
                           "material": digest})  # fmt: skip
    (tmp_path / "Rina" / "diary.txt").write_text("mine")
    known = trace("Rina")
    assert known.materials == (tmp_path / "Rina",) and not known.outputs
    assert forget(known) == []
    assert [path.name for path in (tmp_path / "Rina").iterdir()] == ["diary.txt"]
    assert (tmp_path / "Kate" / "material.json").exists() and (source / "a.jpg").exists()
    assert trace("Rina").empty and ledger().check().count == 3


def test_a_collection_of_something_else_in_the_same_folder_stays(home: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    Image.fromarray(coffee()).save(source / "a.jpg")
    collect([source], tmp_path / "out", workers=1)
    record("collect", {"file": str(tmp_path / "out" / "material.json"), "creator": "Rina", "people": ["Rina"],
                       "material": "0" * 64})  # fmt: skip
    assert trace("Rina").materials == ()
