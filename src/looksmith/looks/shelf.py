"""The looks at hand: those that come with the package, and those that the user installed."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from looksmith.errors import LooksmithError, UnreadableError
from looksmith.looks.file import SUFFIX
from looksmith.looks.look import Look
from looksmith.rights.mark import payload_of
from looksmith.rights.signature import home


@dataclass(frozen=True)
class Entry:
    """A look on the shelf, not read yet.

    Attributes:
        name: what to call it on the command line.
        path: its file.
        built_in: whether it came with the package.
    """

    name: str
    path: Path
    built_in: bool

    def load(self) -> Look:
        """Read it; errors as in :meth:`Look.load`."""
        return read_look(self.path)


def built_in_folder() -> Path:
    """Where the package keeps its looks."""
    return Path(str(files("looksmith.looks"))) / "shelf"


def installed_folder() -> Path:
    """Where the user's looks are kept: ``looks`` in Looksmith's own folder."""
    return home() / "looks"


def entries() -> list[Entry]:
    """Every look on the shelf: the built-in ones, then the installed ones, each by name.

    An installed look never hides a built-in one of the same name.
    """
    found: dict[str, Entry] = {}
    for folder, built_in in ((built_in_folder(), True), (installed_folder(), False)):
        try:
            paths = sorted(path for path in folder.iterdir() if path.suffix == SUFFIX and path.is_file())
        except OSError:
            continue
        for path in paths:
            found.setdefault(path.stem, Entry(path.stem, path, built_in))
    return list(found.values())


def find(name: str | Path) -> Look:
    """A look by its name on the shelf, or by the path of its file.

    Raises:
        LooksmithError: there is no such look; close names are offered.
        UnreadableError, TamperedError: as in :meth:`Look.load`.
    """
    shelf = {entry.name: entry for entry in entries()}
    if str(name) in shelf:
        return shelf[str(name)].load()
    path = Path(name)
    if path.suffix == SUFFIX or path.is_file():
        if path.is_file() or path.parent != Path():
            return read_look(path)
        if path.stem in shelf:
            return shelf[path.stem].load()
    raise unknown_look(str(name), list(shelf))


def named_by_mark(payload: int) -> list[str]:
    """Names of the looks on the shelf that an invisible mark of this payload names."""
    names = []
    for entry in entries():
        try:
            if payload_of(entry.load().digest) == payload:
                names.append(entry.name)
        except LooksmithError:
            continue
    return names


def read_look(path: Path) -> Look:
    """As :meth:`Look.load`; a file that has not changed is read and checked once a process."""
    try:
        mark = path.stat()
    except OSError:
        return Look.load(path)
    return _read_once(path, mark.st_mtime_ns, mark.st_size, mark.st_ino)


@lru_cache(maxsize=64)
def _read_once(path: Path, mark: int, size: int, node: int) -> Look:
    return Look.load(path)


def unknown_look(name: str, known: Sequence[str]) -> LooksmithError:
    """The error for a name that is not on the shelf, with the closest one that is."""
    close = difflib.get_close_matches(name.lower().removesuffix(SUFFIX), known, n=3, cutoff=0.5)
    return LooksmithError(
        "there is no such look",
        where=name,
        expected="a look's name, a .look file or a picture",
        hint=f"did you mean {' or '.join(close)}?" if close else "looksmith looks",
    )


def by_digest(digest: str, beside: Sequence[Path] = ()) -> Look | None:
    """The look with this content digest, on the shelf or among the ``.look`` files of some folders."""
    paths = [entry.path for entry in entries()]
    for folder in dict.fromkeys(beside):
        try:
            paths += sorted(folder.glob(f"*{SUFFIX}"))[:256]
        except OSError:
            continue
    for path in paths:
        try:
            look = read_look(path)
        except LooksmithError:
            continue
        if look.digest == digest:
            return look
    return None


def install(look: Look) -> Path:
    """Put a look on the user's shelf, over an older one of its name; gives the path.

    Raises:
        LooksmithError: a built-in look has this name, or the folder cannot be written.
    """
    if any(entry.built_in and entry.name == look.name for entry in entries()):
        raise LooksmithError("a built-in look has this name", where=look.name, hint="save it under another name")
    folder = installed_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LooksmithError("the shelf cannot be written", where=folder, got=error.strerror) from error
    return look.save(folder / f"{look.name}{SUFFIX}")


def uninstall(name: str) -> None:
    """Take a look off the user's shelf.

    Raises:
        LooksmithError: no installed look has this name.
    """
    for entry in entries():
        if entry.name == name and not entry.built_in:
            entry.path.unlink(missing_ok=True)
            return
    raise UnreadableError("no installed look has this name", where=name, hint="looksmith looks")
