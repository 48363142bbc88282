"""A look: what was learned of a creator's pictures, as one small signed file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from numpy.typing import NDArray

from looksmith.errors import LooksmithError, TamperedError, UnreadableError
from looksmith.facets import registry
from looksmith.looks import file, preview
from looksmith.looks.likeness import Likeness
from looksmith.looks.manifest import (
    Declared,
    Manifest,
    Signed,
    Source,
    describe_members,
    facet_members,
    make_manifest,
    read_manifest,
)
from looksmith.looks.state import state_from_bytes, state_to_bytes
from looksmith.media.atomic import write_bytes
from looksmith.rights.consent import Consent
from looksmith.rights.permit import Claim
from looksmith.rights.signature import Signature, sign, signer, signing_key, verify


@dataclass(frozen=True, eq=False)
class Look:
    """A look in memory.

    Two looks are equal when their contents are, whoever signed them.

    Attributes:
        name: short, without spaces; what a look is called on the command line.
        facets: the learned state of every facet, in the order of application.
        strengths: default strength of every facet in [0, 1]; 0 for one that runs only when it is asked for.
        version: of the look, such as ``1.0.0``.
        creator: whose look it is.
        title: in words, by language (``en``, ``zh``).
        sources: what it was learned from.
        licence: an SPDX name or expression.
        consent: what was declared about the material.
        preview_file: a small JPEG, PNG or WebP, or None; see :attr:`preview`.
        card: words for people, Markdown.
        likeness: the creator's face as numbers, with their consent, or None.
        unknown: members of facets that are not installed here, kept as they are.
        signature: of the file that the look was read from; None for one that was never saved.
    """

    name: str
    facets: Mapping[str, Any]
    strengths: Mapping[str, float] = field(default_factory=dict)
    version: str = "1.0.0"
    creator: str = "anonymous"
    title: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    licence: str = ""
    consent: Consent = field(default_factory=Consent)
    preview_file: bytes | None = None
    card: str = ""
    likeness: Likeness | None = None
    unknown: Mapping[str, bytes] = field(default_factory=dict)
    signature: Signature | None = None

    def __post_init__(self) -> None:
        ordered = {name: self.facets[name] for name in registry.in_order(self.facets)}
        object.__setattr__(self, "facets", MappingProxyType(ordered))
        names = registry.in_order([*ordered, *(match[1] for match in map(file.FACET.fullmatch, self.unknown) if match)])
        given = self.strengths
        strengths = {name: float(given.get(name, 1.0)) for name in names}
        object.__setattr__(self, "strengths", MappingProxyType(strengths))

    @classmethod
    def load(cls, source: str | Path | bytes) -> Look:
        """Read a look file.

        Args:
            source: a path, or the bytes of the file.

        Raises:
            UnreadableError: it is no look file, or breaks a limit.
            TamperedError: its digest or signature does not hold.
        """
        where = "look" if isinstance(source, bytes) else Path(source)
        data = source if isinstance(source, bytes) else file.read_bytes(Path(source))
        members = file.unpack(data, where)
        manifest = read_manifest(members[file.MANIFEST], where)
        signature = _check(data, members, manifest, where)
        states, unknown = _read_facets(members, manifest, where)
        return cls(
            name=manifest.name,
            facets=states,
            strengths=manifest.facets,
            version=manifest.version,
            creator=manifest.creator,
            title={str(language): text for language, text in manifest.title.items()},
            sources=tuple(manifest.sources),
            licence=manifest.licence,
            consent=manifest.consent.consent(),
            preview_file=preview.checked(members, where),
            card=_card(members.get(file.CARD, b""), where),
            likeness=manifest.likeness,
            unknown=unknown,
            signature=signature,
        )

    def to_bytes(self, key: Ed25519PrivateKey | None = None) -> bytes:
        """The look as a file; the same content and key always give the same bytes.

        Args:
            key: signs the content.  Without one, a look that was read from a file and not changed keeps its
                signature, and any other is signed with the user's key, which is made on first use.

        Raises:
            LooksmithError: the look is too large, or a field is past its limit.
        """
        members, manifest = self._content
        digest = manifest.digest
        signature = self.signature if key is None else None
        if signature is not None:
            try:
                verify(digest, signature)
            except TamperedError:  # the content was changed since it was read
                signature = None
        if signature is None:
            signature = sign(digest, key or signing_key())
        signed = Signed(public_key=signature.public_key, value=signature.value)
        whole = manifest.model_copy(update={"signature": signed})
        return file.pack({**members, file.MANIFEST: whole.to_bytes()})

    def save(self, path: str | Path, key: Ed25519PrivateKey | None = None) -> Path:
        """Write the look to a file, whole or not at all; see :meth:`to_bytes`.

        Raises:
            LooksmithError: the path does not end in ``.look``, or cannot be written.
        """
        path = Path(path)
        if path.suffix != file.SUFFIX:
            raise LooksmithError(
                "a look needs its suffix", where=path, expected=file.SUFFIX, hint=str(path.with_suffix(file.SUFFIX))
            )
        write_bytes(path, self.to_bytes(key))
        return path

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of the content: it names the look wherever it is copied to."""
        return self._content[1].digest

    @cached_property
    def claim(self) -> Claim:
        """The look as far as its rights go; see :mod:`looksmith.rights.permit`."""
        maker = None if self.signature is None else self.signature.public_key
        return Claim(self.name, self.digest, tuple(self.facets), self.licence, self.consent, maker)

    @property
    def preview(self) -> NDArray[np.uint8] | None:
        """H x W x 3 uint8 sRGB, or None.

        Raises:
            UnreadableError: the preview is damaged.
        """
        return None if self.preview_file is None else preview.decode(self.preview_file)

    @property
    def default(self) -> tuple[str, ...]:
        """The facets that run when none is named, in order."""
        return tuple(name for name in self.facets if self.strengths[name] > 0)

    @property
    def signed_by(self) -> str | None:
        """Who signed the file, for people; None for a look that was never saved."""
        return None if self.signature is None else signer(self.signature)

    def replace(self, **changes: Any) -> Look:
        """The same look with other fields, unsigned until it is saved."""
        return replace(self, **{"signature": None, **changes})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Look) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    @cached_property
    def _content(self) -> tuple[dict[str, bytes], Manifest]:
        """Every member but the manifest, and the manifest without signature."""
        members = dict(self.unknown)
        for name, state in self.facets.items():
            suffix, data = state_to_bytes(state)
            members[f"facets/{name}.{suffix}"] = data
        if self.preview_file is not None:
            members[preview.member_name(self.preview_file)] = self.preview_file
        if self.card:
            members[file.CARD] = self.card.encode()
        manifest = make_manifest(
            name=self.name,
            version=self.version,
            creator=self.creator,
            title=dict(self.title),
            facets=dict(self.strengths),
            sources=list(self.sources),
            licence=self.licence,
            consent=Declared.of(self.consent),
            members=describe_members(members),
            likeness=self.likeness,
        )
        return members, manifest.model_copy(update={"digest": manifest.content_digest()})


def _check(data: bytes, members: Mapping[str, bytes], manifest: Manifest, where: object) -> Signature:
    """Digest, signature and form of a look file."""
    if describe_members(members) != manifest.members:
        raise TamperedError("the members are not those that were signed", where=where)
    if manifest.digest != manifest.content_digest():
        raise TamperedError(
            "the digest does not hold", where=where, expected=manifest.content_digest()[:12], got=manifest.digest[:12]
        )
    if manifest.signature is None:
        raise TamperedError("the look is not signed", where=where, hint="ask the creator for the file as it was saved")
    signature = Signature(manifest.signature.public_key, manifest.signature.value)
    verify(manifest.digest, signature, where=where)
    file.check_form(data, {**members, file.MANIFEST: manifest.to_bytes()}, where)
    return signature


def _read_facets(
    members: Mapping[str, bytes], manifest: Manifest, where: object
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The states of installed facets, and the members of others."""
    named = facet_members(members)
    if set(named) != set(manifest.facets) or sum(map(bool, map(file.FACET.fullmatch, members))) != len(named):
        raise UnreadableError(
            "the facets in the file are not those of its manifest",
            where=where,
            expected=", ".join(sorted(manifest.facets)) or "none",
            got=", ".join(sorted(named)) or "none",
        )
    installed = registry.facets()
    states, unknown = {}, {}
    for name, member in named.items():
        if name in installed:
            suffix = member.rpartition(".")[2]
            states[name] = state_from_bytes(installed[name].STATE, suffix, members[member], f"{where}: {member}")
        else:
            unknown[member] = members[member]
    return states, unknown


def _card(data: bytes, where: object) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableError("the card is not UTF-8", where=f"{where}: {file.CARD}") from error
    if not all(line.isprintable() for line in text.replace("\t", " ").split("\n")):
        raise UnreadableError("the card has control characters", where=f"{where}: {file.CARD}")
    return text
