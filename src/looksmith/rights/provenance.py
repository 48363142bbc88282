"""How an output was made, as JSON in its XMP packet: enough to make it again, and a label that says what it is.

The label is the IPTC digital source type (https://cv.iptc.org/newscodes/digitalsourcetype/).
"""

from __future__ import annotations

import hashlib
import html
import re
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from looksmith.errors import LooksmithError, UnreadableError
from looksmith.media.photo import Photo
from looksmith.rights.canonical import canonical_json, parse_json

NAMESPACE = "https://looksmith.dev/ns/1.0/"
SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
LARGEST = 48_000
"""Longest recipe in bytes; an XMP packet in a JPEG has room for 65,502."""

_MINE = re.compile(rb'\s*<rdf:Description rdf:about="" xmlns:looksmith=.*?</rdf:Description>', re.DOTALL)
_RECIPE = re.compile(rb"<looksmith:recipe>([^<]*)</looksmith:recipe>|looksmith:recipe=(?:\"([^\"]*)\"|'([^']*)')")
_PACKET = (
    b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end="w"?>'
)

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class LookUsed(_Record):
    """The look that was applied: its name, content digest and, when it was never a file, its states.

    Attributes:
        embedded: facet member name → base64 of the member, or empty when the look is to be found by its digest.
    """

    name: Annotated[str, Field(max_length=200)]
    digest: Digest
    embedded: Annotated[dict[str, str], Field(max_length=16)] = {}


class Settings(_Record):
    """The parameters of ``apply``; ``facets`` are those that ran, with the strength of each."""

    strength: Annotated[float, Field(ge=0, le=1)]
    facets: Annotated[dict[str, Annotated[float, Field(ge=0, le=1)]], Field(max_length=16)]
    color: Literal["keep", "match", "style"]
    scale: Annotated[float, Field(gt=0, le=64)]
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)]
    method: Annotated[str, Field(max_length=32)]


class Picture(_Record):
    """A photo, by the digest of its content; see :func:`photo_digest`."""

    sha256: Digest
    name: Annotated[str, Field(max_length=255)] = ""


class Recipe(_Record):
    """How an output was made.

    Attributes:
        product: always ``looksmith``.
        version: of the product.
        source: the photo that the look was applied to.
        where: digest of the mask, or None.
        output: the photo that was made, before it was written to a file.
    """

    product: Literal["looksmith"] = "looksmith"
    format: Literal[1] = 1
    version: Annotated[str, Field(max_length=48)]
    look: LookUsed
    settings: Settings
    source: Picture
    where: Digest | None
    output: Picture


@dataclass(frozen=True)
class Label:
    """The IPTC source type of an output."""

    name: Literal["algorithmicallyEnhanced", "compositeWithTrainedAlgorithmicMedia"]

    @property
    def uri(self) -> str:
        return SOURCE_TYPES + self.name


def label_of(facets: dict[str, float]) -> Label | None:
    """The label for the facets that ran: graded, or repainted by a network; None when nothing was changed."""
    active = {name for name, strength in facets.items() if strength > 0}
    if not active:
        return None
    enhanced = active <= {"tone", "retouch"}
    return Label("algorithmicallyEnhanced" if enhanced else "compositeWithTrainedAlgorithmicMedia")


def photo_digest(photo: Photo) -> str:
    """SHA-256 (hex) of a photo's pixels and alpha, with their dtype and size; metadata do not count."""
    digest = hashlib.sha256()
    for plane in (photo.pixels, photo.alpha):
        if plane is None:
            digest.update(b"none")
        else:
            little = np.ascontiguousarray(plane, plane.dtype.newbyteorder("<"))
            digest.update(f"{plane.dtype.name}{plane.shape}".encode())
            digest.update(little.data)
    return digest.hexdigest()


def with_recipe(photo: Photo, recipe: Recipe, label: Label | None) -> Photo:
    """A photo whose XMP packet tells how it was made; what else the packet holds stays.

    Raises:
        LooksmithError: the recipe is larger than :data:`LARGEST`.
    """
    text = canonical_json(recipe.model_dump())
    if len(text) > LARGEST:
        raise LooksmithError("the recipe does not fit the metadata", expected=f"at most {LARGEST}", got=len(text))
    escaped = html.escape(text.decode(), quote=False).encode()
    source_type = "" if label is None else f"<Iptc4xmpExt:DigitalSourceType>{label.uri}</Iptc4xmpExt:DigitalSourceType>"
    mine = (
        f'<rdf:Description rdf:about="" xmlns:looksmith="{NAMESPACE}"'
        ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">'
        f"{source_type}<looksmith:recipe>"
    ).encode() + (escaped + b"</looksmith:recipe></rdf:Description>\n")
    packet = photo.xmp if photo.xmp is not None and photo.xmp.count(b"</rdf:RDF>") == 1 else _PACKET
    before, end, after = _MINE.sub(b"", packet).partition(b"</rdf:RDF>")
    return replace(photo, xmp=before + mine + end + after)


def read_recipe(photo: Photo, where: object = None) -> Recipe:
    """The recipe in a photo's metadata.

    Raises:
        UnreadableError: there is none, or it cannot be read.
    """
    where = where or photo.source or "photo"
    found = _RECIPE.search(photo.xmp or b"")
    if found is None:
        raise UnreadableError(
            "the picture does not say how it was made",
            where=where,
            expected="a picture as looksmith wrote it, with its metadata",
        )
    text = html.unescape(next(group for group in found.groups() if group is not None).decode("utf-8", "replace"))
    if len(text) > LARGEST:
        raise UnreadableError("the recipe is too long", where=where, expected=f"at most {LARGEST}", got=len(text))
    try:
        return Recipe.model_validate(parse_json(text.encode(), where))
    except ValidationError as error:
        first: Any = error.errors(include_url=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise UnreadableError(f"the recipe's {field} is wrong", where=where, expected=first["msg"]) from error
