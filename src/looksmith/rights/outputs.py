"""What was made with a look, as far as the ledger knows: pictures, files, and looks blended from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from looksmith.rights.chain import Entry
from looksmith.rights.ledger import Ledger


@dataclass
class Output:
    """One picture that was made.

    Attributes:
        time: seconds since 1970.
        look, name: digest and name of the look that was applied; a blend of the one that was asked for, or itself.
        source: name of the photo.
        use: what it was declared to be for.
        pixels: SHA-256 (hex) of the pixels.
        files: where it was written.
    """

    time: int
    look: str
    name: str
    source: str
    use: str
    pixels: str
    files: list[str] = field(default_factory=list)


def family(ledger: Ledger, digest: str) -> list[str]:
    """The look and every look that was blended from it here, at any distance."""
    blends = [entry.details for entry in ledger.entries() if entry.kind == "blend" and entry.details]
    found = [digest]
    for known in found:
        found += [d["look"] for d in blends if known in d.get("parents", []) and d["look"] not in found]
    return found


def made_with(ledger: Ledger, digest: str) -> list[Output]:
    """Every picture made with a look or a blend of it, oldest first."""
    outputs: dict[tuple[str, str], Output] = {}
    for look in family(ledger, digest):
        for entry in ledger.entries(look):
            details = entry.details
            if details is None:
                continue
            place = (look, details.get("output", ""))
            if entry.kind == "apply":
                outputs.setdefault(place, _output(entry, details))
            elif entry.kind == "export" and details.get("file") and not details["file"].endswith(".look"):
                if place not in outputs:
                    outputs[place] = _output(entry, details)
                if details["file"] not in outputs[place].files:
                    outputs[place].files.append(details["file"])
    return sorted(outputs.values(), key=lambda output: output.time)


def digests_named(ledger: Ledger, name: str) -> list[str]:
    """Digests of the looks that the ledger knows by this name, or whose digest begins so (8 digits or more)."""
    found: dict[str, None] = {}
    for entry in ledger.entries():
        details = entry.details or {}
        digest = details.get("look", "")
        if digest and (details.get("name") == name or (len(name) >= 8 and digest.startswith(name.lower()))):
            found.setdefault(digest)
    return list(found)


def about(entries: Iterable[Entry], names: set[str], digests: set[str]) -> list[Entry]:
    """The entries whose details name one of these people or looks (names without regard to case)."""
    chosen = []
    for entry in entries:
        details = entry.details or {}
        said = {str(details.get(key, "")).casefold() for key in ("name", "creator", "source")}
        said |= {str(person).casefold() for person in details.get("people", [])}
        looks = {details.get("look", ""), *details.get("parents", [])}
        if said & names or looks & digests:
            chosen.append(entry)
    return chosen


def _output(entry: Entry, details: Any) -> Output:
    return Output(
        entry.time, details.get("look", ""), details.get("name", ""), details.get("source", ""),
        details.get("use", ""), details.get("output", ""),
    )  # fmt: skip
