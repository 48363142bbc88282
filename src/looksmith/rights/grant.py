"""Consent on paper: a request by who wants to learn a look, and the grant by whose look it is, both signed.

A grant names the key of the one it is given to, so that nobody else can use it, and says what it allows:
which facets (those that are learned from a face or a voice apart, since biometric data need a consent of their
own), which uses, where, until when, and whether other looks may be made from it.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from looksmith.errors import LooksmithError, RefusedError, UnreadableError
from looksmith.media.atomic import write_bytes
from looksmith.rights.canonical import canonical_json, parse_json
from looksmith.rights.signature import Signature, verify
from looksmith.rights.terms import Terms, Time

BIOMETRIC = frozenset({"hair", "likeness", "makeup", "retouch", "voice"})
"""What is learned from a face or a voice: facets, and the likeness that keeps others from being made into its owner."""

REQUEST_CONTEXT = b"looksmith consent request v1\n"
GRANT_CONTEXT = b"looksmith consent grant v1\n"
LONGEST = 16_000
"""Longest document, bytes."""


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("control characters")
    return text


def _sorted_once(values: list[str]) -> list[str]:
    if sorted(set(values)) != values:
        raise ValueError("not in order, or twice")
    return values


Line = Annotated[str, Field(max_length=200), AfterValidator(_printable)]
Hex32 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Id = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Facets = Annotated[
    list[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]], Field(max_length=16), AfterValidator(_sorted_once)
]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Party(_Record):
    """A person or firm, and its public key."""

    name: Annotated[Line, Field(min_length=1)]
    key: Hex32


class Proof(_Record):
    """An Ed25519 signature as written."""

    public_key: Hex32
    value: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]


class _Document(_Record):
    """What a request and a grant have in common.

    Attributes:
        id: random; what a withdrawal names.
        to: who wants to learn, or may.
        facets: those that are not biometric.
        biometric: those that are, each asked for and granted by name.
        terms: uses, territories and times.
        derivatives: whether other looks may be made from one that was learned under it (blends).
        material: SHA-256 (hex) of the material that it is about, or empty for any material of the person's.
        statement: in words; in a request, what for.
        made: when it was signed.
    """

    format: Literal[1] = 1
    id: Id
    to: Party
    facets: Facets = []
    biometric: Facets = []
    terms: Terms
    derivatives: bool = False
    material: Hex32 | Literal[""] = ""
    statement: Annotated[str, Field(max_length=1000), AfterValidator(_printable)] = ""
    made: Time
    signature: Proof | None = None

    @property
    def covered(self) -> frozenset[str]:
        """The facets that may be learned; a biometric one only where it is named apart."""
        return frozenset(self.facets) - BIOMETRIC | frozenset(self.biometric)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of everything but the signature."""
        return hashlib.sha256(canonical_json(self.model_dump(exclude={"signature"}))).hexdigest()


class Request(_Document):
    """Asks a person for a grant; signed by ``to``."""

    looksmith: Literal["consent request"] = "consent request"
    person: Annotated[Line, Field(min_length=1)]


class Grant(_Document):
    """A person's consent; signed by ``person``.  ``request`` is the digest of the request it answers, or empty."""

    looksmith: Literal["consent grant"] = "consent grant"
    person: Party
    request: Hex32 | Literal[""] = ""

    def in_words(self) -> str:
        """For people, one sentence."""
        plain = [facet for facet in self.facets if facet not in BIOMETRIC]
        what = ", ".join([*plain, *(f"{facet} (biometric)" for facet in self.biometric)]) or "nothing"
        derived = "looks may be made from it" if self.derivatives else "no other look may be made from it"
        bound = f", from the material {self.material[:12]}… alone" if self.material else ""
        return f"{self.person.name} lets {self.to.name} learn {what}{bound}, {self.terms.in_words()}; {derived}"


Kind = TypeVar("Kind", Request, Grant)


def check_request(request: Request, where: object = None) -> None:
    """Check that a request is signed by the one it asks for.

    Raises:
        TamperedError, RefusedError: it is not.
    """
    _check(canonical_json(request.model_dump()), where or "consent request")


def check_grant(grant: Grant, where: object = None) -> None:
    """Check that a grant is whole, signed by the person who gives it, and given to somebody else.

    Raises:
        TamperedError: it was changed after it was signed, or is not signed.
        RefusedError: it is signed by another key than the person's, or given to oneself.
    """
    _check(canonical_json(grant.model_dump()), where or f"the grant of {grant.person.name}")


@lru_cache(maxsize=256)
def _check(text: bytes, where: object) -> None:
    """Checked once a process for every document, since a look is applied often; what is refused is not kept."""
    value = json.loads(text)
    is_grant = value["looksmith"] == "consent grant"
    document: Request | Grant = (Grant if is_grant else Request).model_validate(value)
    signer = document.person if isinstance(document, Grant) else document.to
    if document.signature is None:
        raise RefusedError("the document is not signed", where=where, hint="ask for it again, as it was saved")
    signature = Signature(document.signature.public_key, document.signature.value)
    verify(document.digest, signature, where=where, context=GRANT_CONTEXT if is_grant else REQUEST_CONTEXT)
    if signature.public_key != signer.key:
        raise RefusedError(
            "the document is signed by another key than it names", where=where, expected=signer.key[:16],
            got=signature.public_key[:16],
        )  # fmt: skip
    if isinstance(document, Grant) and document.person.key == document.to.key:
        raise RefusedError("a grant cannot be given to oneself", where=where, hint="looksmith learn PICTURES --own")


def read_document(source: str | Path | bytes) -> Request | Grant:
    """Read a request or a grant; its signature is checked.

    Raises:
        UnreadableError: it is neither.
        TamperedError, RefusedError: as in :func:`check_grant`.
    """
    where: object = "document" if isinstance(source, bytes) else Path(source)
    try:
        data = source if isinstance(source, bytes) else Path(source).read_bytes()
    except OSError as error:
        raise UnreadableError("the document cannot be read", where=where, got=error.strerror) from error
    if len(data) > LONGEST:
        raise UnreadableError("the document is too long", where=where, expected=f"at most {LONGEST} bytes")
    value = parse_json(data, where)
    kind = value.get("looksmith") if isinstance(value, dict) else None
    if kind == "consent request":
        request = validated(Request, value, where)
        check_request(request, str(where))
        return request
    if kind == "consent grant":
        grant = validated(Grant, value, where)
        check_grant(grant, str(where))
        return grant
    raise UnreadableError("this is neither a request nor a grant", where=where, got=repr(kind)[:40])


def read_grant(source: str | Path | bytes) -> Grant:
    """Read a grant; errors as in :func:`read_document`."""
    document = read_document(source)
    if not isinstance(document, Grant):
        raise RefusedError(
            "this only asks for consent", where=source if not isinstance(source, bytes) else None, expected="a grant",
            hint="looksmith consent grant REQUEST -o NAME.grant",
        )  # fmt: skip
    return document


def to_bytes(document: Request | Grant) -> bytes:
    """A document as a file: JSON for people to read."""
    return json.dumps(document.model_dump(), indent=2, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def save(document: Request | Grant, path: str | Path) -> None:
    """Write a document, whole or not at all."""
    write_bytes(path, to_bytes(document))


def validated(kind: type[Kind], value: Any, where: object) -> Kind:
    """A document from its fields.

    Raises:
        UnreadableError: a field is wrong.
    """
    try:
        return kind.model_validate(value)
    except (ValidationError, LooksmithError) as error:
        if isinstance(error, LooksmithError):
            raise UnreadableError("the document is wrong", where=where, got=error.message()[:120]) from error
        first = error.errors(include_url=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise UnreadableError(f"the document's {field or 'form'} is wrong", where=where, expected=first["msg"],
                              got=repr(first["input"])[:80]) from error  # fmt: skip
