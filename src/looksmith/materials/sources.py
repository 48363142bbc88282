"""What lies in folders, zips and single files: listed in a fixed order, read one by one, never altered."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal

from looksmith.errors import LooksmithError
from looksmith.materials import archives

Kind = Literal["picture", "clip", "sound", "captions"]

SUFFIXES: dict[str, Kind] = {
    **dict.fromkeys((".jpg", ".jpeg", ".jpe", ".png", ".webp", ".avif", ".heic", ".heif", ".tif", ".tiff"), "picture"),
    **dict.fromkeys((".mp4", ".mov", ".m4v"), "clip"),
    **dict.fromkeys((".wav", ".mp3", ".flac", ".m4a"), "sound"),
    **dict.fromkeys((".txt", ".csv", ".json"), "captions"),
}
"""File name endings and what they are taken for."""

MOST = 50_000
"""Most files of all sources together."""
LARGEST: dict[Kind, int] = {"picture": 1 << 28, "clip": 1 << 33, "sound": 1 << 31, "captions": 1 << 26}
"""Most bytes of one file."""


@dataclass(frozen=True)
class Entry:
    """One file that may be material.

    Attributes:
        key: the source's title and the path in it, with ``/`` between; one of its own in a collection.
        kind: by the name's ending.
        path: of the file, or of the zip that it lies in.
        member: its number in the zip; None for a file of its own.
        size: bytes, when unpacked.
        stamp: changes when the file does: its size and time, or its checksum in the zip.
    """

    key: str
    kind: Kind
    path: Path
    member: int | None
    size: int
    stamp: str

    @property
    def name(self) -> str:
        """The file's name without folders."""
        return self.key.rpartition("/")[2]

    @property
    def stem(self) -> str:
        """The key without the name's ending."""
        return self.key[: len(self.key) - len(Path(self.name).suffix)]


@dataclass
class Listing:
    """Everything found, in a fixed order.

    Attributes:
        entries: what may be material.
        bad: key and error of what cannot be opened.
        passed: how many files of other kinds were passed over, by ending.
    """

    entries: list[Entry] = field(default_factory=list)
    bad: list[tuple[str, LooksmithError]] = field(default_factory=list)
    passed: dict[str, int] = field(default_factory=dict)


def list_sources(sources: Sequence[Path]) -> Listing:
    """List files, folders (with their subfolders) and zips, and zips in folders.

    Hidden files, links to folders and what an archiver of macOS adds are left out.

    Raises:
        LooksmithError: a source is not there, or there are too many files.
    """
    found = Listing()
    titles: dict[str, int] = {}
    for source in sources:
        if not source.exists():
            raise LooksmithError("there is no such file or folder", where=source,
                                 expected="a folder, a zip, or a file of material")  # fmt: skip
        title = source.resolve().name
        titles[title] = titles.get(title, 0) + 1
        if titles[title] > 1:
            title = f"{title} ({titles[title]})"
        if not source.is_dir():
            _take(source, title, found)
            continue
        for path in _walk(source):
            _take(path, f"{title}/{path.relative_to(source).as_posix()}", found)
    if len(found.entries) > MOST:
        raise LooksmithError("there are too many files at once", expected=f"at most {MOST}", got=len(found.entries),
                             hint="collect parts of them into folders of their own")  # fmt: skip
    return found


@contextmanager
def opened(entry: Entry) -> Iterator[BinaryIO]:
    """The bytes of an entry; seekable when it is a file of its own.

    Raises:
        UnreadableError: the zip is damaged, or holds more than it says.
        OSError: the file cannot be read.
    """
    if entry.member is None:
        with entry.path.open("rb") as stream:
            yield stream
    else:
        with archives.opened(entry.path, entry.member, limit=min(entry.size, LARGEST[entry.kind])) as member:
            yield member


def read(entry: Entry) -> bytes:
    """All bytes of an entry.

    Raises:
        LooksmithError: it is too large, or cannot be read.
    """
    check_size(entry)
    try:
        with opened(entry) as stream:
            return stream.read()
    except OSError as error:
        raise LooksmithError("the file cannot be read", where=entry.key, got=error.strerror or error) from error


def check_size(entry: Entry) -> None:
    """Refuse what is larger than its kind may be.

    Raises:
        LooksmithError: as said.
    """
    if entry.size > LARGEST[entry.kind]:
        raise LooksmithError("the file is too large", where=entry.key, expected=f"at most {LARGEST[entry.kind]} bytes",
                             got=f"{entry.size} bytes")  # fmt: skip


def _walk(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__MACOSX")
        yield from (Path(place, name) for name in sorted(names) if not name.startswith("."))


def _take(path: Path, key: str, found: Listing) -> None:
    """List one file, or what is in a zip."""
    suffix = path.suffix.lower()
    if suffix == ".zip":
        _take_archive(path, key, found)
        return
    kind = SUFFIXES.get(suffix)
    if kind is None:
        found.passed[suffix] = found.passed.get(suffix, 0) + 1
        return
    try:
        facts = path.stat()
    except OSError as error:
        found.bad.append((key, LooksmithError("the file cannot be read", where=path, got=error.strerror)))
        return
    found.entries.append(Entry(key, kind, path, None, facts.st_size, f"{facts.st_size}-{facts.st_mtime_ns}"))


def _take_archive(path: Path, key: str, found: Listing) -> None:
    try:
        members = archives.members(path)
    except LooksmithError as error:
        found.bad.append((key, error))
        return
    for member in members:
        suffix = Path(member.name).suffix.lower()
        kind = SUFFIXES.get(suffix)
        inner = f"{key}/{member.name}"
        if member.refused:
            found.bad.append((inner, LooksmithError(member.refused, where=inner)))
        elif kind is None:
            found.passed[suffix] = found.passed.get(suffix, 0) + 1
        else:
            stamp = f"{member.size}-{member.checksum:08x}"
            found.entries.append(Entry(inner, kind, path, member.number, member.size, stamp))
