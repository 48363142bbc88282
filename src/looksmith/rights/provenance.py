"""How an output was made, as signed JSON in its XMP packet: enough to make it again.

The labels beside it are in :mod:`looksmith.rights.labels`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import html
import re
from typing import Annotated, Any, Literal

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from looksmith.errors import LooksmithError, UnreadableError
from looksmith.media.colour import narrowed
from looksmith.media.photo import Photo
from looksmith.media.resize import resize
from looksmith.media.xmp import property_of
from looksmith.rights.badge import Badge
from looksmith.rights.canonical import canonical_json, parse_json
from looksmith.rights.labels import Label as Label
from looksmith.rights.labels import Made, with_labels
from looksmith.rights.labels import label_of as label_of
from looksmith.rights.signature import Signature, sign
from looksmith.rights.terms import Use

LARGEST = 48_000
"""Longest recipe in bytes; an XMP packet in a JPEG has room for 65,502."""

CONTEXT = b"looksmith output v1\n"
"""Signed in front of a recipe's digest."""

GLANCE = 16
"""Side of the tiny picture that tells whether a label belongs to the picture it is found in."""

_ALWAYS = {"product": "looksmith", "format": 1}
_RECIPE = re.compile(rb"<looksmith:recipe>([^<]*)</looksmith:recipe>|looksmith:recipe=(?:\"([^\"]*)\"|'([^']*)')")

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class LookUsed(_Record):
    """The look that was applied: its name, content digest and, when it was never a file, its states.

    Attributes:
        creator: whose look it is.
        maker: public key (hex) that signed it; empty for one that was never saved.
        embedded: facet member name → base64 of the member, or empty when the look is to be found by its digest.
    """

    name: Annotated[str, Field(max_length=200)]
    digest: Digest
    creator: Annotated[str, Field(max_length=200)] = ""
    maker: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""
    embedded: Annotated[dict[str, str], Field(max_length=16)] = {}


class Settings(_Record):
    """The parameters of ``apply``; ``facets`` are those that ran, with the strength of each.

    ``mark`` is whether the picture carries the invisible mark, ``badge`` the visible one.  ``region`` and ``faces``
    name where the look acted, ``regions`` the share of the strength in some of them.  ``identity_floor`` is the
    similarity at which every changed face was held, ``off`` where that was switched off, None where it could not be
    measured.  ``minors`` is whether faces that an age check takes for children's were let through,
    ``features`` the share of the drawing of faces that was kept under paint.
    """

    strength: Annotated[float, Field(ge=0, le=1)]
    facets: Annotated[dict[str, Annotated[float, Field(ge=0, le=1)]], Field(max_length=16)]
    color: Literal["keep", "match", "style"]
    scale: Annotated[float, Field(gt=0, le=64)]
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)]
    method: Annotated[str, Field(max_length=32)]
    mark: bool = False
    badge: Badge | None = None
    region: Annotated[str, Field(max_length=32)] = ""
    faces: Annotated[str, Field(max_length=64)] = ""
    regions: Annotated[dict[str, Annotated[float, Field(ge=0, le=1)]], Field(max_length=32)] = {}
    identity_floor: Annotated[float, Field(ge=-1, le=1)] | Literal["off"] | None = None
    minors: bool = False
    features: Annotated[float, Field(ge=0, le=1)] = 0.0


class Picture(_Record):
    """A photo, by the digest of its content; see :func:`photo_digest`.

    Attributes:
        width, height: pixels; 0 when nobody said.
        glance: see :func:`glance`.
    """

    sha256: Digest
    name: Annotated[str, Field(max_length=255)] = ""
    width: Annotated[int, Field(ge=0)] = 0
    height: Annotated[int, Field(ge=0)] = 0
    glance: Annotated[str, Field(max_length=1024)] = ""


class FaceKept(_Record):
    """What the identity guard measured of a face that was changed; see :class:`looksmith.looks.guard.Kept`."""

    number: Annotated[int, Field(ge=1, le=10_000)]
    box: Annotated[list[int], Field(min_length=4, max_length=4)]
    similarity: Annotated[float, Field(ge=-1, le=1)]
    wished: Annotated[float, Field(ge=-1, le=1)]
    strength: Annotated[float, Field(ge=0, le=1)]
    verdict: Literal["same", "unsure", "different"]
    to_creator: Annotated[float, Field(ge=-1, le=1)] | None = None


class PersonsLook(_Record):
    """A look that one face of a group wore, with the facets that ran."""

    face: Annotated[int, Field(ge=1, le=10_000)]
    look: LookUsed
    facets: Annotated[dict[str, Annotated[float, Field(ge=0, le=1)]], Field(max_length=16)]


class Recipe(_Record):
    """How an output was made.

    Attributes:
        product: always ``looksmith``.
        version: of the product.
        source: the photo that the look was applied to.
        where: digest of the mask, or None.
        use: what the output was declared to be for.
        output: the photo that was made, before it was written to a file.
        people: the faces that were changed, and how far they are from what they were.
        persons: looks of single faces; ``look`` is that of all others.
    """

    product: Literal["looksmith"] = "looksmith"
    format: Literal[1] = 1
    version: Annotated[str, Field(max_length=48)]
    look: LookUsed
    settings: Settings
    source: Picture
    where: Digest | None = None
    use: Use = "private"
    output: Picture
    people: Annotated[list[FaceKept], Field(max_length=1000)] = []
    persons: Annotated[list[PersonsLook], Field(max_length=16)] = []


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


def glance(photo: Photo) -> str:
    """The photo at 16 x 16 pixels, 8 bits, its own colour profile, row by row, in base64.

    It is signed with the recipe, so that a label moved to another picture is noticed where the pixels' digest cannot
    tell, because saving as JPEG changed every pixel a little.
    """
    step = max(1, min(photo.width, photo.height) // (32 * GLANCE))  # every so many pixels: enough, and quicker
    pixels: Any = photo.pixels if step == 1 else np.ascontiguousarray(photo.pixels[::step, ::step])
    small: Any = resize(pixels, GLANCE, GLANCE)
    return base64.b64encode(narrowed(small).tobytes()).decode()


def glance_difference(one: str, other: str) -> float:
    """Mean absolute difference of two glances, of full scale; 1 when one of them is none.

    Noise, JPEG and a change of size leave it below 0.01; another picture is seldom below 0.1.
    """
    try:
        first, second = (np.frombuffer(base64.b64decode(text, validate=True), np.uint8) for text in (one, other))
    except (binascii.Error, ValueError):
        return 1.0
    if first.size != 3 * GLANCE**2 or second.size != first.size:
        return 1.0
    return float(np.abs(first.astype(np.int16) - second).mean()) / 255


def recipe_digest(recipe: Recipe) -> str:
    """SHA-256 (hex) of a recipe: the integrity code of its labels, and what is signed."""
    return hashlib.sha256(_text_of(recipe)).hexdigest()


def with_recipe(photo: Photo, recipe: Recipe, label: Label | None, key: Ed25519PrivateKey | None = None) -> Photo:
    """A photo whose XMP packet tells how it was made, with its labels; what else the packet holds stays.

    Args:
        photo: the photo.
        recipe: how it was made.
        label: what was done to it; None when nothing was.
        key: signs the recipe.

    Raises:
        LooksmithError: the recipe is larger than :data:`LARGEST`.
    """
    text = _text_of(recipe)
    if len(text) > LARGEST:
        raise LooksmithError("the recipe does not fit the metadata", expected=f"at most {LARGEST}", got=len(text))
    digest = hashlib.sha256(text).hexdigest()
    used = recipe.look
    made = None if label is None else Made(label, used.name, used.digest, used.creator, digest)
    more = {"recipe": text.decode()}
    if key is not None:
        signature = sign(digest, key, CONTEXT)
        more["signature"] = f"{signature.public_key}:{signature.value}"
    return with_labels(photo, made, more)


def read_signature(photo: Photo) -> Signature | None:
    """The signature of a photo's recipe as it stands there; None when there is none."""
    text = property_of(photo.xmp or b"", "signature", prefix="looksmith") or ""
    public_key, _, value = text.partition(":")
    if not re.fullmatch(r"[0-9a-f]{64}", public_key) or not re.fullmatch(r"[0-9a-f]{128}", value):
        return None
    return Signature(public_key, value)


def _text_of(recipe: Recipe) -> bytes:
    return canonical_json(recipe.model_dump(exclude_defaults=True) | _ALWAYS)


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
