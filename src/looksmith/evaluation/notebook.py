"""Finished work, a line each in a file, so that long work can be interrupted and go on."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from looksmith.errors import LooksmithError


class Notebook:
    """JSON lines of ``{"key": …, …}``; what stands there is not done again.

    A line that was cut off, because the power went or a person pressed Ctrl-C, counts as not written and is removed.
    Without a path everything is kept in memory alone.

    Args:
        path: the file; it is made when the first line is written.

    Raises:
        LooksmithError: the file is something else.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self._lines: dict[str, dict[str, Any]] = {}
        self._stream: Any = None
        if path is not None and path.exists():
            self._read(path)

    def __enter__(self) -> Notebook:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._stream is not None:
            with suppress(OSError):  # a line that could not be written has been told of by put()
                self._stream.close()
            self._stream = None

    def get(self, key: str) -> dict[str, Any] | None:
        """What stands under a key, or None."""
        return self._lines.get(key)

    def put(self, key: str, entry: dict[str, Any]) -> None:
        """Write one line, at once.

        Raises:
            LooksmithError: the file cannot be written.
        """
        self._lines[key] = entry
        if self.path is None:
            return
        try:
            if self._stream is None:
                self._stream = self.path.open("ab")
            self._stream.write(json.dumps({"key": key, **entry}, ensure_ascii=False).encode() + b"\n")
            self._stream.flush()
        except OSError as error:
            raise LooksmithError(
                "cannot write the file", where=self.path, expected="a place to write to", got=error.strerror
            ) from error

    def _read(self, path: Path) -> None:
        if path.is_dir():
            raise LooksmithError("cannot write a file here", where=path, expected="the name of a file", got="a folder")
        data = path.read_bytes()
        whole = data.rfind(b"\n") + 1
        for number, line in enumerate(data[:whole].splitlines(), start=1):
            try:
                entry = json.loads(line)
                self._lines[entry.pop("key")] = entry
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise LooksmithError(
                    "this is not a notebook of an evaluation",
                    where=f"{path}, line {number}",
                    expected="lines as --notebook writes them",
                    hint="name another file",
                ) from error
        if whole < len(data):
            os.truncate(path, whole)


def key_of(files: Iterable[Path | None], *settings: str) -> str:
    """A key that changes when any file's bytes or any setting does.

    Raises:
        LooksmithError: a file cannot be read.
    """
    digest = hashlib.sha256("\0".join(settings).encode())
    for path in files:
        digest.update(b"\0-" if path is None else b"\0+" + _digest(path))
    return digest.hexdigest()[:32]


def _digest(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").digest()
    except OSError as error:
        raise LooksmithError("there is no such file", where=path, expected="a picture", got=error.strerror) from error
