"""Before the first step: the split is written down, the pictures are checked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from looksmith.media.atomic import write_bytes
from looksmith.training.data.checks import Finding, check_pictures
from looksmith.training.data.pairs import Pair
from looksmith.training.data.references import Reference
from looksmith.training.data.splits import Split, changed_since, write_split
from looksmith.training.journal import Note

DATA = "data.json"


def look_at_data(sets: Mapping[str, Split[Any]], size: int, folder: Path, *, resumed: bool) -> list[Note]:
    """Check every set's training part and write ``split.json`` and ``data.json`` into the folder.

    A run that goes on keeps what was written, and is told when pictures came or went meanwhile.

    Args:
        sets: by name, of references or pairs.
        size: side of the crops.
        folder: of the run.
        resumed: whether the run goes on.

    Returns:
        what a person should know: warnings, as notes.
    """
    if resumed and (folder / DATA).exists():
        return [_changed(title, lines) for title, lines in changed_since(folder, sets, _name).items()]
    write_split(folder, sets, _name)
    findings: dict[str, list[Finding]] = {}
    record = {}
    for title, parts in sets.items():
        counts = {part: len(getattr(parts, part)) for part in ("train", "val", "test")}
        for name, pictures in _pictures(title, parts).items():
            findings[name] = check_pictures(pictures, size)
            told = [{**vars(f), "words": dict(f.words), "names": list(f.names)} for f in findings[name]]
            record[name] = {"counts": counts, "findings": told}
    write_bytes(folder / DATA, json.dumps(record, ensure_ascii=False, indent=1).encode() + b"\n")
    return [_note(title, f) for title, found in findings.items() for f in found if f.level == "warning"]


def _name(item: Reference | Pair) -> str:
    return item.name


def _pictures(title: str, parts: Split[Any]) -> dict[str, list[Reference]]:
    """The pictures of the training part by what they are: inputs and targets of pairs apart, unless side by side."""
    pairs = [item for item in parts.train if isinstance(item, Pair)]
    if not pairs:
        return {title: list(parts.train)}
    if pairs[0].input_side is not None:
        return {title: [pair.input for pair in pairs]}
    return {f"{title}: input": [pair.input for pair in pairs], f"{title}: target": [pair.target for pair in pairs]}


def _note(title: str, finding: Finding) -> Note:
    words = {"en": f"{title}: {finding.words['en']}", "zh": f"{title}：{finding.words['zh']}"}
    return Note("data", 0, "warning", words)


def _changed(title: str, lines: list[str]) -> Note:
    some = ", ".join(lines[:5])
    words = {
        "en": f"{title}: {len(lines)} pictures came or went since this run began ({some}).",
        "zh": f"{title}：自本次训练开始以来有 {len(lines)} 张图片增减（{some}）。",
    }
    return Note("data", 0, "warning", words)
