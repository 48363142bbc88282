"""``look.json``: what a look file says about itself, and the digest that its signature is over."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
)

from looksmith.errors import LooksmithError, UnreadableError
from looksmith.looks.file import FACET, MANIFEST
from looksmith.looks.likeness import Likeness
from looksmith.rights.canonical import canonical_json, parse_json
from looksmith.rights.consent import Consent, Kind, Root
from looksmith.rights.grant import Grant
from looksmith.rights.terms import Terms

FORMAT = 1
NAME = re.compile(r"\w[\w.+-]{0,63}")
"""Names of looks: letters and digits of any script, with ``_ . + -`` inside."""


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("control characters")
    return text


Line = Annotated[str, Field(max_length=200), AfterValidator(_printable)]
Hex32 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Share = Annotated[float, Field(ge=0, le=1)]
FacetName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Source(_Record):
    """Where a look comes from: pictures, or another look.

    Attributes:
        title: of the picture, folder or look, in words.
        author: who made it, may be empty.
        year: when, in words, may be empty.
        licence: of the material.
        pictures: how many pictures.
        digest: SHA-256 (hex) of the material: of the sorted digests of its pictures, or of the look.
        weight: the share of the look that it makes up.
    """

    title: Line
    author: Line = ""
    year: Line = ""
    licence: Line = ""
    pictures: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    digest: Hex32 | Literal[""] = ""
    weight: Share = 1.0


class Declared(_Record):
    """A consent as written; what it has not is left out, so that older looks keep their digest."""

    kind: Kind
    statement: Annotated[str, Field(max_length=1000), AfterValidator(_printable)] = ""
    terms: Terms | None = None
    grants: Annotated[list[Grant], Field(max_length=32)] = []
    roots: Annotated[list[Root], Field(max_length=256)] = []

    @model_serializer(mode="wrap")
    def _shortest(self, whole: SerializerFunctionWrapHandler) -> dict[str, Any]:
        values: dict[str, Any] = whole(self)
        return {key: value for key, value in values.items() if value or key in ("kind", "statement")}

    @classmethod
    def of(cls, consent: Consent) -> dict[str, Any]:
        """The fields that write a consent."""
        return {
            "kind": consent.kind, "statement": consent.statement, "terms": consent.terms,
            "grants": list(consent.grants), "roots": list(consent.roots),
        }  # fmt: skip

    def consent(self) -> Consent:
        """The consent that is written here."""
        return Consent(self.kind, self.statement, self.terms, tuple(self.grants), tuple(self.roots))


class Member(_Record):
    """One member's content."""

    sha256: Hex32
    size: Annotated[int, Field(ge=0)]


class Signed(_Record):
    """A signature as written."""

    algorithm: Literal["ed25519"] = "ed25519"
    public_key: Hex32
    value: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]


class Manifest(_Record):
    """``look.json``.

    Attributes:
        format: of the look file.
        facets: every facet in the file with its default strength, 0 when it runs only on request.
        members: every other member.
        likeness: the creator's face, with their consent; left out where there is none, so that older looks keep their
            digest.
        digest: SHA-256 of this object in canonical JSON without ``digest`` and ``signature``.
    """

    format: Literal[1] = 1
    name: Annotated[str, Field(pattern=r"^\w[\w.+-]{0,63}$")]
    version: Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]+){0,2}([-+.][0-9A-Za-z.-]{1,32})?$", max_length=48)]
    creator: Line
    title: Annotated[dict[Literal["en", "zh"], Line], Field(max_length=2)]
    facets: Annotated[dict[FacetName, Share], Field(max_length=16)]
    sources: Annotated[list[Source], Field(max_length=64)]
    licence: Line
    consent: Declared
    members: Annotated[dict[str, Member], Field(max_length=24)]
    likeness: Likeness | None = None
    digest: Hex32 | Literal[""] = ""
    signature: Signed | None = None

    @model_serializer(mode="wrap")
    def _without_nothing(self, whole: SerializerFunctionWrapHandler) -> dict[str, Any]:
        values: dict[str, Any] = whole(self)
        return {key: value for key, value in values.items() if key != "likeness" or value is not None}

    def content(self) -> dict[str, Any]:
        """What the digest is over."""
        return self.model_dump(exclude={"digest", "signature"})

    def content_digest(self) -> str:
        """SHA-256 (hex) of the content: of every field and, by their digests, of every member."""
        return hashlib.sha256(canonical_json(self.content())).hexdigest()

    def to_bytes(self) -> bytes:
        """The manifest as canonical JSON."""
        return canonical_json(self.model_dump())


def checked_name(name: str) -> str:
    """A name that a look can have, as it is.

    Raises:
        LooksmithError: it cannot be one.
    """
    if not NAME.fullmatch(name):
        raise LooksmithError(
            "this cannot be a look's name",
            expected="up to 64 letters and digits of any script, with - _ + . inside",
            got=repr(name)[:80],
        )
    return name


def make_manifest(**fields: Any) -> Manifest:
    """A manifest from its fields.

    Raises:
        UnreadableError: a field is of the wrong type or past a limit.
    """
    return _validated(fields, MANIFEST)


def read_manifest(data: bytes, where: object) -> Manifest:
    """Read ``look.json``.

    Raises:
        UnreadableError: it is not a manifest, or of a newer format.
    """
    value = parse_json(data, f"{where}: {MANIFEST}")
    if isinstance(value, dict) and type(value.get("format")) is int and value["format"] > FORMAT:
        raise UnreadableError(
            "the look is of a newer format",
            where=where,
            expected=f"format {FORMAT}",
            got=f"format {value['format']}"[:40],
            hint="pip install --upgrade looksmith",
        )
    return _validated(value, f"{where}: {MANIFEST}")


def describe_members(members: Mapping[str, bytes]) -> dict[str, Member]:
    """Digest and size of every member but the manifest."""
    return {
        name: Member(sha256=hashlib.sha256(data).hexdigest(), size=len(data))
        for name, data in members.items()
        if name != MANIFEST
    }


def facet_members(members: Mapping[str, bytes]) -> dict[str, str]:
    """Facet → name of its member; a facet in both forms is left out of neither, so the counts differ."""
    return {match[1]: name for name in members if (match := FACET.fullmatch(name))}


def _validated(value: Any, where: object) -> Manifest:
    try:
        return Manifest.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise UnreadableError(
            f"the manifest's {field or 'form'} is wrong",
            where=where,
            expected=first["msg"],
            got=repr(first["input"])[:80],
        ) from error
