"""Which picture is for training, for validation, for the test; written down in the run's folder.

A picture's split is a fixed function of its name: neither order nor number of the others moves it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from looksmith.media.atomic import write_bytes

FILE = "split.json"
VALIDATION, TEST = 0.05, 0.05
_FOLDERS = {"train": "train", "training": "train", "val": "val", "valid": "val", "validation": "val", "test": "test"}

T = TypeVar("T")


@dataclass(frozen=True)
class Split(Generic[T]):
    """The parts of a set, each in the order given."""

    train: tuple[T, ...]
    val: tuple[T, ...]
    test: tuple[T, ...]


def share_of(name: str) -> float:
    """A number in [0, 1) that belongs to the file name (without its folder) for good; SHA-256."""
    digest = hashlib.sha256(name.rpartition("/")[2].encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32


def split(items: Iterable[T], name_of: Callable[[T], str], *, val: float = VALIDATION, test: float = TEST) -> Split[T]:
    """Split by name.

    Where a folder in a name is called ``train``, ``val`` or ``test`` and any is, those folders decide.  (A set with
    ``train`` and ``test`` alone gives its validation part from ``train``, by name.)

    Args:
        items: references, pairs, anything.
        name_of: its name, with folders, ``/`` between them.
        val, test: shares by name where no folder decides.
    """
    listed = list(items)
    named = [_folder_split(name_of(item)) for item in listed]
    by_folder = any(part in ("val", "test") for part in named) and "train" in named
    parts: dict[str, list[T]] = {"train": [], "val": [], "test": []}
    has_val = "val" in named
    for item, part in zip(listed, named, strict=True):
        share = share_of(name_of(item))
        if by_folder and part is not None:
            chosen = "val" if part == "train" and not has_val and test <= share < test + val else part
        else:
            chosen = "test" if share < test else "val" if share < test + val else "train"
        parts[chosen].append(item)
    return Split(tuple(parts["train"]), tuple(parts["val"]), tuple(parts["test"]))


def _folder_split(name: str) -> str | None:
    for folder in name.split("/")[:-1]:
        if folder.lower() in _FOLDERS:
            return _FOLDERS[folder.lower()]
    return None


def write_split(folder: Path, sets: Mapping[str, Split[Any]], name_of: Callable[[Any], str]) -> Path:
    """Write ``split.json``: for every set by name, the names in each part.  Deterministic bytes."""
    record = {
        title: {part: [name_of(item) for item in getattr(parts, part)] for part in ("train", "val", "test")}
        for title, parts in sorted(sets.items())
    }
    folder.mkdir(parents=True, exist_ok=True)
    write_bytes(folder / FILE, json.dumps(record, ensure_ascii=False, indent=1).encode() + b"\n")
    return folder / FILE


def changed_since(folder: Path, sets: Mapping[str, Split[Any]], name_of: Callable[[Any], str]) -> dict[str, list[str]]:
    """What differs from the split that the folder's run began with: ``{set: ["+ new.jpg", "- gone.jpg"]}``."""
    path = folder / FILE
    if not path.exists():
        return {}
    before: dict[str, dict[str, Sequence[str]]] = json.loads(path.read_text("utf-8"))
    changes: dict[str, list[str]] = {}
    for title, parts in sets.items():
        old = set(before.get(title, {}).get("train", []))
        new = {name_of(item) for item in parts.train}
        lines = [f"+ {name}" for name in sorted(new - old)] + [f"- {name}" for name in sorted(old - new)]
        if lines:
            changes[title] = lines
    return changes
