"""A shelf, a person and a few real pictures for the command line."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

import looksmith
from looksmith.cli.app import app
from looksmith.rights.signature import KEY_FILE


def sample(name: str, side: int) -> Image.Image:
    """A picture of scikit-image's, its long side shrunk to ``side`` pixels."""
    spec = find_spec("skimage")
    assert spec is not None and spec.submodule_search_locations
    picture = Image.open(Path(spec.submodule_search_locations[0]) / "data" / name).convert("RGB")
    picture.thumbnail((side, side))
    return picture


@dataclass(frozen=True)
class Said:
    """What came of a command."""

    code: int
    out: str
    err: str
    data: bytes
    """Standard output as bytes."""


class Person:
    """Types commands in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.runner = CliRunner()

    def types(self, *words: object, piped: bytes | None = None) -> Said:
        result = self.runner.invoke(app, [str(word) for word in words], input=piped)
        return Said(
            result.exit_code, result.stdout_bytes.decode("utf-8", "replace"), result.stderr, result.stdout_bytes
        )


@dataclass(frozen=True)
class Learned:
    """A look file and the key that signed it, made once for all tests."""

    look: bytes
    key: bytes


@pytest.fixture(scope="session")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Learned:
    folder = tmp_path_factory.mktemp("learned")
    sample("coffee.png", 160).save(folder / "painting.png")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOOKSMITH_HOME", str(folder / "home"))
        words = ["learn", folder / "painting.png", "-o", folder / "rina.look", "--own", "--creator", "Rina"]
        said = Person(folder).types(*words)
    assert said.code == 0, said.err
    return Learned((folder / "rina.look").read_bytes(), (folder / "home" / KEY_FILE).read_bytes())


@pytest.fixture
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Person:
    """Someone with a photo, a painting-like picture and a folder of a trip, in an empty home."""
    monkeypatch.setenv("LOOKSMITH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOOKSMITH_LANG", "en")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("PYTHONPATH", str(Path(looksmith.__file__).parents[1]))  # of commands in processes of their own
    work = tmp_path / "工作"  # paths that are not ASCII must do everywhere
    (work / "trip" / "day 2").mkdir(parents=True)
    sample("astronaut.png", 160).save(work / "me.jpg", quality=95)
    sample("coffee.png", 160).save(work / "painting.png")
    sample("astronaut.png", 96).save(work / "trip" / "a.png")
    sample("chelsea.png", 96).save(work / "trip" / "day 2" / "b.jpg")
    monkeypatch.chdir(work)
    return Person(work)


@pytest.fixture
def look(person: Person, learned: Learned, tmp_path: Path) -> str:
    """A look file that the person learned, and the key of it."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / KEY_FILE).write_bytes(learned.key)
    (person.folder / "rina.look").write_bytes(learned.look)
    return "rina.look"
