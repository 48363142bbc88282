"""Where the bytes of training files are: in folders, lists and shards.

A :class:`Reference` is a file, or a stretch of one: a member of a tar shard is read where it lies, so that shards
stream in any order and a run goes on at any step without replaying what came before.  (The ``webdataset`` library reads
the same shards front to back, with a shuffle buffer whose state is lost when a run stops.)
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from looksmith.errors import LooksmithError
from looksmith.training.data.shards import members

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".avif", ".heic"})
LISTS = frozenset({".txt", ".list"})
_BRACES = re.compile(r"\{(\d+)\.\.(\d+)\}")


@dataclass(frozen=True, order=True)
class Reference:
    """Some bytes.

    Attributes:
        name: for people and for the split, such as ``trip/day 2/b.jpg``; shard members without the shard's name, so
            that packing a folder into shards does not move a picture to another split.
        path: of the file that holds them.
        offset, size: where in it; ``size`` None for the whole file.
    """

    name: str
    path: Path
    offset: int = 0
    size: int | None = None

    def read(self) -> bytes:
        """The bytes.

        Raises:
            OSError: the file is gone, or shorter than it was.
        """
        if self.size is None:
            return self.path.read_bytes()
        with self.path.open("rb") as file:
            file.seek(self.offset)
            data = file.read(self.size)
        if len(data) != self.size:
            raise OSError(f"{self.path} ends before {self.name}")
        return data

    @property
    def key(self) -> str:
        """The name without its endings: what pairs, captions and labels share (``a/017.input.jpg`` -> ``a/017``)."""
        folder, _, file = self.name.rpartition("/")
        return f"{folder}/{file.partition('.')[0]}" if folder else file.partition(".")[0]

    @property
    def field(self) -> str:
        """What stands between key and ending (``017.input.jpg`` -> ``input``), or nothing."""
        middle = self.name.rpartition("/")[2].partition(".")[2]
        return middle.rpartition(".")[0]


def find_references(sources: Iterable[Path], suffixes: Iterable[str] = SUFFIXES) -> list[Reference]:
    """Every file of the sources, sorted by name.

    Args:
        sources: each a folder (with its subfolders; tar shards in it are looked into), a list file (one path a line,
            relative to the list; ``#`` begins a comment), a tar shard, shards as ``train-{000..041}.tar``, or one file.
        suffixes: endings that count, lower case.  Masks (``*.mask.*``) never do.

    Raises:
        LooksmithError: a source is not there, or a shard is compressed or damaged.
    """
    endings = frozenset(suffixes)
    found: list[Reference] = []
    for source in sources:
        found += _of_source(Path(source), endings)
    unique = {(r.path, r.offset): r for r in found if ".mask." not in r.name}
    return sorted(unique.values())


def _of_source(source: Path, endings: frozenset[str]) -> list[Reference]:
    if _BRACES.search(source.name):
        return [r for path in _expanded(source) for r in _of_source(path, endings)]
    if not source.exists():
        raise LooksmithError(
            "there are no training pictures here",
            where=source,
            expected="a folder of pictures, a list of paths (.txt) or tar shards",
            got="nothing of this name",
            hint=f"ls '{source.parent}'",
        )
    if source.is_dir():
        return _of_folder(source, endings)
    if source.suffix.lower() in LISTS:
        return _of_list(source, endings)
    if ".tar" in (suffix.lower() for suffix in source.suffixes):
        return _of_shard(source, endings)
    return [Reference(source.name, source)] if source.suffix.lower() in endings else []


def _of_folder(folder: Path, endings: frozenset[str]) -> list[Reference]:
    found = []
    for root, folders, files in os.walk(folder, followlinks=True):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for file in files:
            path = Path(root, file)
            if path.suffix.lower() in endings and not file.startswith("."):
                found.append(Reference(path.relative_to(folder).as_posix(), path))
            elif path.suffix.lower() == ".tar":
                found += _of_shard(path, endings)
    return found


def _of_list(path: Path, endings: frozenset[str]) -> list[Reference]:
    found = []
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        entry = line.partition("#")[0].strip()
        if entry and Path(entry).suffix.lower() in endings:
            name = entry if not Path(entry).is_absolute() else Path(entry).name
            found.append(Reference(Path(name).as_posix(), path.parent / entry))
    return found


def _of_shard(path: Path, endings: frozenset[str]) -> list[Reference]:
    return [Reference(m.name, path, m.offset, m.size) for m in members(path) if Path(m.name).suffix.lower() in endings]


def _expanded(source: Path) -> list[Path]:
    match = _BRACES.search(source.name)
    assert match is not None
    first, last, width = int(match[1]), int(match[2]), len(match[1])
    if last < first or last - first > 100_000:
        raise LooksmithError("the range of shards is wrong", where=source, expected="such as train-{000..041}.tar")
    names = [
        source.name[: match.start()] + f"{n:0{width}d}" + source.name[match.end() :] for n in range(first, last + 1)
    ]
    return [source.with_name(name) for name in names]
