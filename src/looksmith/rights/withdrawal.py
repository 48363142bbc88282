"""Withdrawn consent: signed entries in lists, each a file of one JSON object a line, that disable what they name.

An entry counts only when it is signed by the key that may withdraw: the person's key for a grant, the maker's for a
look.  Lists that a person subscribes to are in :mod:`looksmith.rights.lists`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from looksmith.errors import LooksmithError, RefusedError, UnreadableError
from looksmith.media.atomic import write_bytes
from looksmith.rights.canonical import canonical_json, parse_json
from looksmith.rights.clock import now, stamp
from looksmith.rights.consent import Consent
from looksmith.rights.grant import Grant, Line, Proof, check_grant
from looksmith.rights.signature import Signature, public_key_of, sign, signing_key, verify
from looksmith.rights.terms import Time

CONTEXT = b"looksmith withdrawal v1\n"
LONGEST = 4_000_000
"""Longest list, bytes: about 8,000 entries."""


class Withdrawal(BaseModel):
    """One entry of a list.

    Attributes:
        subject: id of a grant (32 hex digits) or digest of a look (64).
        name: whose, or what, in words.
        made: when.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    looksmith: Literal["withdrawal"] = "withdrawal"
    format: Literal[1] = 1
    subject: Annotated[str, Field(pattern=r"^([0-9a-f]{32}|[0-9a-f]{64})$")]
    name: Line
    reason: Line = ""
    made: Time
    signature: Proof | None = None

    @property
    def digest(self) -> str:
        return hashlib.sha256(canonical_json(self.model_dump(exclude={"signature"}))).hexdigest()


@dataclass(frozen=True)
class Listed:
    """The entries of one list.

    Attributes:
        entries: those whose signature holds.
        damaged: numbers of the lines that are no entry, or whose signature does not hold.
    """

    entries: tuple[Withdrawal, ...]
    damaged: tuple[int, ...]


def withdraw_grant(grant: Grant, reason: str = "", key: Ed25519PrivateKey | None = None) -> Withdrawal:
    """A signed withdrawal of a grant, by the person who gave it.

    Raises:
        RefusedError: the key is not the person's.
        TamperedError: the grant does not hold.
    """
    check_grant(grant)
    key = key or signing_key()
    if public_key_of(key) != grant.person.key:
        raise RefusedError(
            "only the person who gave a grant can withdraw it", where=grant.person.name,
            expected=f"the key {grant.person.key[:16]}…", got=f"{public_key_of(key)[:16]}…",
        )  # fmt: skip
    return _signed(Withdrawal(subject=grant.id, name=grant.person.name, reason=reason, made=stamp(now())), key)


def withdraw_look(
    digest: str, name: str, maker: str | None, reason: str = "", key: Ed25519PrivateKey | None = None
) -> Withdrawal:
    """A signed withdrawal of a look, by who made it (``maker``: the key that signed it).

    Raises:
        RefusedError: the key is not the maker's.
    """
    key = key or signing_key()
    if public_key_of(key) != maker:
        raise RefusedError(
            "only the one who signed a look can withdraw it", where=name,
            expected=f"the key {maker[:16]}…" if maker else "a look that was saved",
            got=f"{public_key_of(key)[:16]}…",
            hint="looksmith consent withdraw NAME.grant withdraws a consent that you gave",
        )  # fmt: skip
    return _signed(Withdrawal(subject=digest, name=name, reason=reason, made=stamp(now())), key)


def add_to(path: Path, entry: Withdrawal) -> None:
    """Put an entry at the end of a list, which is made when it is not there.

    Raises:
        LooksmithError: it cannot be read or written, or is full.
    """
    try:
        before = path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise UnreadableError("the withdrawal list cannot be read", where=path, got=error.strerror) from error
    if before and not before.endswith(b"\n"):
        before += b"\n"
    after = before + canonical_json(entry.model_dump()) + b"\n"
    if len(after) > LONGEST:
        raise LooksmithError("the withdrawal list is full", where=path, expected=f"at most {LONGEST} bytes")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LooksmithError("the withdrawal list cannot be written", where=path, got=error.strerror) from error
    write_bytes(path, after)


def parse(data: bytes) -> Listed:
    """The entries of a list; every signature is checked.

    Raises:
        UnreadableError: it is too long.
    """
    if len(data) > LONGEST:
        raise UnreadableError("the withdrawal list is too long", expected=f"at most {LONGEST} bytes")
    entries, damaged = [], []
    for number, line in enumerate(data.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            entry = Withdrawal.model_validate(parse_json(line, "withdrawal"))
            if entry.signature is None:
                raise UnreadableError("not signed")
            verify(entry.digest, Signature(entry.signature.public_key, entry.signature.value), context=CONTEXT)
        except (LooksmithError, ValidationError):
            damaged.append(number)
        else:
            entries.append(entry)
    return Listed(tuple(entries), tuple(damaged))


def subjects(consent: Consent, digest: str, maker: str | None) -> dict[str, str]:
    """What a withdrawal may name to disable a look, each with the key that may withdraw it.

    Args:
        consent: of the look.
        digest: of the look.
        maker: the key that signed it.
    """
    found = {root.digest: root.key for root in consent.roots if root.key}
    found |= {grant.id: grant.person.key for grant in consent.grants}
    return found | ({digest: maker} if maker else {})


def matching(entries: Iterable[Withdrawal], named: dict[str, str]) -> Withdrawal | None:
    """The first entry that withdraws one of :func:`subjects`, signed by the key that may."""
    for entry in entries:
        if entry.signature is not None and named.get(entry.subject) == entry.signature.public_key:
            return entry
    return None


def _signed(entry: Withdrawal, key: Ed25519PrivateKey) -> Withdrawal:
    made = sign(entry.digest, key, CONTEXT)
    return entry.model_copy(update={"signature": Proof(public_key=made.public_key, value=made.value)})
