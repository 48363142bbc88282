"""A process that looks at files: one line of JSON in, one line out (``python -m looksmith.materials.worker FOLDER``).

A process of its own, so that a decoder that dies of a damaged file takes nothing else along; it ends when its input
does, also when whoever started it was killed.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from looksmith.materials.looking import look_at
from looksmith.materials.seen import to_json
from looksmith.materials.sources import Entry


def entry_to_json(entry: Entry) -> dict[str, Any]:
    """An entry as plain values."""
    return {"key": entry.key, "kind": entry.kind, "path": str(entry.path), "member": entry.member,
            "size": entry.size, "stamp": entry.stamp}  # fmt: skip


def entry_from_json(value: dict[str, Any]) -> Entry:
    """The entry that :func:`entry_to_json` wrote."""
    return Entry(value["key"], value["kind"], Path(value["path"]), value["member"], value["size"], value["stamp"])


def main() -> None:
    """Answer each line of standard input with one of standard output."""
    folder = Path(sys.argv[1])
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a decoder prints must not stand among the answers
    for line in sys.stdin.buffer:
        looked = look_at(entry_from_json(json.loads(line)), folder)
        answers.write(json.dumps(to_json(looked), allow_nan=False) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
