"""Forget a person or a look: the looks and collections at hand, and what the ledger says about them.

And say what cannot be reached.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from looksmith.errors import LooksmithError
from looksmith.looks import shelf
from looksmith.looks.file import SUFFIX
from looksmith.looks.look import Look
from looksmith.materials.material import is_material, read_material
from looksmith.materials.remove import remove
from looksmith.rights.chain import Entry
from looksmith.rights.ledger import Ledger, ledger
from looksmith.rights.outputs import about
from looksmith.rights.people import forget_person, known_key
from looksmith.rights.record import record

BEYOND = (
    "the folders and archives that material was collected from",
    "copies of the look on other computers, and pictures that were handed on",
    "metadata and invisible marks inside pictures that were made with it",
    "entries of withdrawal lists: they must stay to be heeded",
)
"""What forgetting never reaches."""


@dataclass(frozen=True)
class Trace:
    """What is known here about a person or a look.

    Attributes:
        who: as it was asked for.
        looks: look files that will be deleted.
        materials: folders of collections, with pictures and embeddings, that will be deleted.
        entries: numbers of ledger entries whose details will be deleted.
        person: whether a key is remembered under this name.
        outputs: files of pictures that were made, which stay.
        blends: names of looks that were blended from these, which stay where they are.
    """

    who: str
    looks: tuple[Path, ...]
    materials: tuple[Path, ...]
    entries: tuple[int, ...]
    person: bool
    outputs: tuple[str, ...]
    blends: tuple[str, ...]

    @property
    def empty(self) -> bool:
        return not (self.looks or self.materials or self.entries or self.person)


def trace(who: str) -> Trace:
    """What is known here about a person (a creator, or one who gave a grant) or a look (name, digest, or file).

    Raises:
        LooksmithError: the ledger cannot be opened.
    """
    names = {who.casefold()}
    found: dict[Path, Look] = {}
    path = Path(who)
    if path.suffix == SUFFIX and path.is_file():
        found[path.absolute()] = Look.load(path)
        names = set()
    for entry in shelf.entries():
        if not entry.built_in:
            _consider(entry.path, names, who, found, {look.digest for look in found.values()})
    book = _book()
    told = list(book.entries()) if book is not None else []
    digests = {look.digest for look in found.values()}
    if len(who) >= 8 and set(who) <= set("0123456789abcdef"):
        digests |= {
            str(e.details["look"]) for e in told if e.details and str(e.details.get("look", "")).startswith(who)
        }
    chosen = about(told, names, digests)
    digests |= {str(entry.details["look"]) for entry in chosen if entry.details and entry.details.get("look")}
    chosen = about(told, names, digests)
    for entry_file in _files(chosen, SUFFIX):
        _consider(Path(entry_file), names, who, found, digests)
    blends = sorted({str(e.details["name"]) for e in chosen if e.kind == "blend" and e.details})
    materials = _collections(chosen)
    outputs = [name for name in _files(chosen, "") if not name.endswith(SUFFIX) and Path(name).parent not in materials]
    return Trace(
        who,
        tuple(found),
        tuple(materials),
        tuple(entry.seq for entry in chosen),
        known_key(who) is not None,
        tuple(outputs),
        tuple(blends),
    )


def forget(known: Trace) -> list[str]:
    """Delete what a trace found; gives what could not be deleted, in words.

    Raises:
        LooksmithError: the ledger cannot be written.
    """
    failed = []
    for path in known.looks:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            failed.append(f"{path}: {error.strerror}")
    for folder in known.materials:
        failed += remove(folder)
    if known.person:
        forget_person(known.who)
    book = _book()
    if book is not None and known.entries:
        try:
            gone = book.forget(known.entries)
        except sqlite3.Error as error:
            raise LooksmithError("the ledger cannot be written", where=book.path, got=str(error)) from error
        record("forget", {"entries": gone})
    return failed


def _consider(path: Path, names: set[str], who: str, found: dict[Path, Look], digests: set[str] | None = None) -> None:
    """Take a look file in when it is of the person, or the look, that is asked for."""
    try:
        look = Look.load(path)
    except LooksmithError:
        return
    said = {look.name.casefold(), look.creator.casefold(), *(g.person.name.casefold() for g in look.consent.grants)}
    if said & names or look.digest in (digests or ()) or (len(who) >= 8 and look.digest.startswith(who)):
        found.setdefault(path.absolute(), look)


def _collections(entries: list[Entry]) -> list[Path]:
    """Folders of collections, as far as they still hold what an entry says: another may lie there since."""
    found: dict[Path, None] = {}
    for entry in entries:
        if entry.kind == "collect" and entry.details and entry.details.get("file"):
            folder = Path(str(entry.details["file"])).parent
            try:
                if is_material(folder) and read_material(folder).digest == entry.details.get("material"):
                    found[folder] = None
            except LooksmithError:
                continue
    return list(found)


def _files(entries: list[Entry], suffix: str) -> list[str]:
    named = [str(entry.details["file"]) for entry in entries if entry.details and entry.details.get("file")]
    return [name for name in dict.fromkeys(named) if name.endswith(suffix) and Path(name).is_file()]


def _book() -> Ledger | None:
    """The ledger, when there is one."""
    try:
        return ledger()
    except (sqlite3.Error, OSError) as error:
        raise LooksmithError("the ledger cannot be opened", got=str(error)) from error
