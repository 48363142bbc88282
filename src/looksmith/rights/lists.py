"""The withdrawal lists that this computer heeds: its own, and those that a person subscribed to (files or URLs).

A list at a URL is fetched on request and, by the command line, when its copy is older than a day; nothing else is ever
fetched.  A list that cannot be read, or that was altered, disables the looks that carry a consent until it is whole
again: a list that fails open would be worth nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from looksmith.errors import LooksmithError, UnreadableError
from looksmith.media.atomic import write_bytes
from looksmith.rights.clock import now
from looksmith.rights.signature import home
from looksmith.rights.withdrawal import LONGEST, Listed, Withdrawal, parse

OWN = "withdrawals.jsonl"
SUBSCRIBED = "withdrawal-lists.json"
COPIES = "withdrawal-copies"
DAY = 86_400
AGAIN = 3600
"""Seconds until a list that could not be fetched is tried again."""

TIMEOUT = 5.0
"""Seconds to wait for a list."""


@dataclass(frozen=True)
class Standing:
    """Every list as it stands.

    Attributes:
        entries: of all lists, by the subject that they name.
        unsound: what is wrong with lists, in words; empty when nothing is.
    """

    entries: Mapping[str, tuple[Withdrawal, ...]]
    unsound: tuple[str, ...]


def own_list() -> Path:
    """The list that withdrawals of this user go to by default."""
    return home() / OWN


def subscribed() -> tuple[str, ...]:
    """Paths and URLs of the lists that a person subscribed to.

    Raises:
        UnreadableError: the file that says so is damaged.
    """
    path = home() / SUBSCRIBED
    try:
        mark = path.stat()
    except OSError:
        return ()
    return _subscribed(path, mark.st_mtime_ns, mark.st_size)


def subscribe(source: str) -> None:
    """Heed a list from now on; it is read, or fetched, first.

    Raises:
        LooksmithError: it cannot be read or fetched, or is not a list.
    """
    source = source if _is_url(source) else str(Path(source).absolute())
    if _is_url(source):
        fetch(source)
    elif (listed := _read(Path(source))).damaged:
        raise UnreadableError("this is not a withdrawal list", where=source, got=f"line {listed.damaged[0]}")
    _save([*(entry for entry in subscribed() if entry != source), source])


def unsubscribe(source: str) -> None:
    """Heed a list no longer.

    Raises:
        LooksmithError: nobody subscribed to it.
    """
    given = source if _is_url(source) else str(Path(source).absolute())
    if given not in subscribed():
        raise LooksmithError("nobody subscribed to this list", where=source, expected=", ".join(subscribed()) or "none")
    _save([entry for entry in subscribed() if entry != given])
    _copy_of(given).unlink(missing_ok=True)


def fetch(url: str) -> Path:
    """Fetch a list and keep a copy; an altered one never takes the place of a sound one.

    Raises:
        LooksmithError: it cannot be fetched, or is not a list.
    """
    import urllib.error  # here, since most who apply a look never fetch a list
    import urllib.request

    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:
            data = answer.read(LONGEST + 1)
    except (urllib.error.URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise LooksmithError("the withdrawal list cannot be fetched", where=url, got=str(reason)[:120]) from error
    listed = parse(data)
    if listed.damaged:
        raise UnreadableError("this is not a withdrawal list", where=url, got=f"line {listed.damaged[0]}")
    path = _copy_of(url)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LooksmithError("the withdrawal list cannot be kept", where=path, got=error.strerror) from error
    write_bytes(path, data)
    return path


def refresh(older_than: int = DAY) -> list[LooksmithError]:
    """Fetch the lists at URLs whose copies are older than so many seconds (0: all); gives what went wrong.

    Unless all are asked for, one that could not be fetched is left alone for an hour, so that a computer without a
    network does not wait for it each time.
    """
    failed = []
    for source in filter(_is_url, subscribed()):
        copy = _copy_of(source)
        tried = copy.with_suffix(".tried")
        if older_than > 0 and (_age(copy) < older_than or _age(tried) < AGAIN):
            continue
        try:
            fetch(source)
        except LooksmithError as error:
            failed.append(error)
            with suppress(OSError):
                tried.touch()
    return failed


def standing() -> Standing:
    """Every list that is heeded, as it stands; read anew only when a file changed."""
    try:
        sources = subscribed()
    except LooksmithError as error:
        return Standing({}, (error.message(),))
    paths = [own_list(), *(_copy_of(source) if _is_url(source) else Path(source) for source in sources)]
    marks = []
    for path in paths:
        try:
            mark = os.stat(path)  # noqa: PTH116  (quicker, and this is done for every picture)
            marks.append((str(path), mark.st_mtime_ns, mark.st_size))
        except OSError:
            marks.append((str(path), 0, -1))
    return _standing(tuple(marks))


@lru_cache(maxsize=8)
def _standing(marks: tuple[tuple[str, int, int], ...]) -> Standing:
    entries: dict[str, tuple[Withdrawal, ...]] = {}
    unsound = []
    for number, (path, _, size) in enumerate(marks):
        if size < 0 and number == 0:
            continue  # nothing was withdrawn here yet
        try:
            listed = _read(Path(path))
        except LooksmithError as error:
            unsound.append(error.message())
            continue
        if listed.damaged:
            unsound.append(f"{path}: line {listed.damaged[0]} of the withdrawal list was altered")
        for entry in listed.entries:
            entries[entry.subject] = (*entries.get(entry.subject, ()), entry)
    return Standing(entries, tuple(unsound))


@lru_cache(maxsize=8)
def _subscribed(path: Path, mark: int, size: int) -> tuple[str, ...]:
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise UnreadableError("the list of withdrawal lists is damaged", where=path, got=str(error)[:80]) from error
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise UnreadableError("the list of withdrawal lists is damaged", where=path, expected="paths and URLs")
    return tuple(value)


def _save(sources: list[str]) -> None:
    path = home() / SUBSCRIBED
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise LooksmithError("the list cannot be kept", where=path, got=error.strerror) from error
    write_bytes(path, json.dumps(sources, ensure_ascii=False, indent=1).encode())


def _read(path: Path) -> Listed:
    try:
        with path.open("rb") as file:
            return parse(file.read(LONGEST + 1))
    except OSError as error:
        raise UnreadableError(
            "a withdrawal list that this computer heeds cannot be read", where=path, got=error.strerror,
            hint="looksmith consent update",
        ) from error  # fmt: skip


def _copy_of(url: str) -> Path:
    return home() / COPIES / f"{hashlib.sha256(url.encode()).hexdigest()[:16]}.jsonl"


def _age(path: Path) -> float:
    try:
        return now() - path.stat().st_mtime
    except OSError:
        return float("inf")


def _is_url(source: str) -> bool:
    return source.startswith(("https://", "http://"))
