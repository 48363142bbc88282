"""The chain of the ledger: its entries, its signed end, and the check of the whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from looksmith.errors import TamperedError
from looksmith.rights.canonical import canonical_json

START = "0" * 64
"""What stands for the digest before the first."""


@dataclass(frozen=True)
class Entry:
    """One entry.

    Attributes:
        seq: its number, from 1.
        time: seconds since 1970, as the clock stood.
        kind: ``learn``, ``blend``, ``apply``, ``export``, ``withdrawal``, ``forget``.
        details: what was done; None when it was forgotten.
    """

    seq: int
    time: int
    kind: str
    details: Mapping[str, Any] | None


@dataclass(frozen=True)
class Head:
    """The signed end of the chain: how many entries, the last digest, the latest time."""

    count: int
    hash: str
    time: int
    key: str
    signature: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(canonical_json([self.count, self.hash, self.time])).hexdigest()


@dataclass(frozen=True)
class Checked:
    """What a check of the whole ledger found.

    Attributes:
        count: entries.
        forgotten: entries whose details were forgotten.
        backwards: numbers of entries at which the clock stood earlier than before.
    """

    count: int
    forgotten: int
    backwards: tuple[int, ...]


def chain_digest(number: int, moment: int, kind: str, details: str, previous: str) -> str:
    """Digest of an entry, over that of its details and of the entry before it."""
    return hashlib.sha256(canonical_json([number, moment, kind, details, previous])).hexdigest()


def details_digest(salt: str, body: str) -> str:
    """Digest of an entry's details; the salt keeps it from being guessed once they are forgotten."""
    return hashlib.sha256(f"{salt}\n{body}".encode()).hexdigest()


def check_rows(
    rows: Sequence[tuple[int, int, str, str, str, str]],
    kept: Mapping[int, tuple[str, str]],
    recalled: set[int],
    head: Head | None,
    path: Path,
) -> Checked:
    """Check every entry, its details, and what is remembered of withdrawals.

    Args:
        rows: number, time, kind, digest of the details, digest before, digest of each entry, in order.
        kept: salt and details by number.
        recalled: numbers of the entries that remembered withdrawals point to.
        head: the end, whose signature is checked elsewhere.
        path: what to name in an error.

    Raises:
        TamperedError: something was changed, left out or added.
    """
    previous, latest, backwards = START, 0, []
    for place, (number, moment, kind, digest, before, chained) in enumerate(rows, start=1):
        if number != place:
            raise broken(f"entry {place} is missing", path)
        if before != previous or chain_digest(number, moment, kind, digest, before) != chained:
            raise broken(f"entry {number} was changed", path)
        if number in kept and details_digest(*kept[number]) != digest:
            raise broken(f"the details of entry {number} were changed", path)
        if moment < latest:
            backwards.append(number)
        previous, latest = chained, max(latest, moment)
    if set(kept) - {row[0] for row in rows}:
        raise broken("there are details without an entry", path)
    withdrawals = {row[0] for row in rows if row[2] == "withdrawal"}
    if recalled - withdrawals:
        raise broken("a withdrawal was added", path)
    first_kept = {json.loads(kept[n][1]).get("withdrawn"): n for n in sorted(withdrawals & set(kept), reverse=True)}
    if set(first_kept.values()) - recalled:
        raise broken("a withdrawal was taken out", path)
    if (head is None) != (not rows):
        raise broken("the signed end is missing", path)
    if head is not None and latest > head.time:
        raise broken("the signed end has another time", path)
    return Checked(len(rows), len(rows) - len(kept), tuple(backwards))


def broken(what: str, path: Path) -> TamperedError:
    """The error for a ledger that is not as it was written."""
    return TamperedError(
        f"the ledger was altered: {what}",
        where=path,
        expected="the ledger as it was written",
        hint="looksmith ledger --set-aside",
    )
