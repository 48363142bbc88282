"""The journal of a collection: one line for every file that was looked at, so that interrupted work goes on.

Lines are only ever added.  A line that was cut off by a kill is left out, and its file is looked at once more.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import TracebackType
from typing import Any

from looksmith.errors import LooksmithError
from looksmith.materials.seen import Looked, from_json, to_json

FILE = "journal.jsonl"
_FLUSH = 20
"""Lines after which the disk is waited for."""


class Journal:
    """What was looked at so far, and room for more; a context manager, one process at a time."""

    def __init__(self, folder: Path, settings: dict[str, Any]) -> None:
        """Open the journal of a folder; begin anew when it was kept with other settings.

        Raises:
            LooksmithError: the folder cannot be written to.
        """
        self.path = folder / FILE
        self.seen: dict[str, Looked] = {}
        head = json.dumps({"journal": 1, **settings}, sort_keys=True)
        whole = self._read(head)
        try:
            self._file = self.path.open("ab" if whole else "wb")
            if whole:
                self._file.truncate(whole)
            else:
                self._file.write(head.encode() + b"\n")
        except OSError as error:
            raise LooksmithError("the folder cannot be written to", where=folder, got=error.strerror) from error
        self._since = 0

    def add(self, looked: Looked) -> None:
        """Write down what was seen of one file."""
        line = json.dumps(to_json(looked), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        self._file.write(line.encode() + b"\n")
        self._file.flush()
        self._since += 1
        if self._since >= _FLUSH:
            os.fsync(self._file.fileno())
            self._since = 0
        self.seen[looked.key] = looked

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def _read(self, head: str) -> int:
        """Read what is there; gives how many bytes of it are whole, 0 when it is of no use."""
        try:
            data = self.path.read_bytes()
        except OSError:
            return 0
        begin = data.find(b"\n") + 1
        if not begin or data[: begin - 1] != head.encode():
            return 0
        while (end := data.find(b"\n", begin)) >= 0:
            try:
                looked = from_json(json.loads(data[begin:end]))
            except (ValueError, KeyError, TypeError):
                break  # damaged: everything from here on is looked at again
            self.seen[looked.key] = looked
            begin = end + 1
        return begin
