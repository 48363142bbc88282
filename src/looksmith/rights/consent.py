"""Consent and licence of a look's material, and which of several is the strictest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from looksmith.errors import RefusedError
from looksmith.rights.grant import Grant
from looksmith.rights.terms import Terms, strictest_terms

Kind = Literal["public-domain", "synthetic", "own", "granted", "undeclared"]
"""From the freest to the strictest."""

OWN_LICENCE = "LicenseRef-All-Rights-Reserved"
UNDECLARED_LICENCE = "LicenseRef-Undeclared"

_OBLIGATIONS: dict[str, frozenset[str]] = {
    "CC0-1.0": frozenset(),
    "PDM-1.0": frozenset(),
    "MIT": frozenset({"by"}),
    "Apache-2.0": frozenset({"by"}),
    "CC-BY-4.0": frozenset({"by"}),
    "CC-BY-SA-4.0": frozenset({"by", "sa"}),
    "CC-BY-NC-4.0": frozenset({"by", "nc"}),
    "CC-BY-NC-SA-4.0": frozenset({"by", "nc", "sa"}),
    "CC-BY-ND-4.0": frozenset({"by", "nd"}),
    "CC-BY-NC-ND-4.0": frozenset({"by", "nc", "nd"}),
    OWN_LICENCE: frozenset({"by", "nc", "nd", "reserved"}),
    UNDECLARED_LICENCE: frozenset({"by", "nc", "nd", "sa", "reserved", "unknown"}),
}


class Root(BaseModel):
    """A look that another was made from: its digest, and the key that signed it; a withdrawal of it reaches on.

    Attributes:
        digest: of the look's content, SHA-256 in hex.
        key: public key in hex; empty for a look that was never saved.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    key: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""


@dataclass(frozen=True)
class Consent:
    """What the maker of a look declared about the material, and on what terms the look may be used.

    Attributes:
        kind: ``public-domain``; ``synthetic`` (no real person or artist's work is in it); ``own`` (the material is the
            maker's own); ``granted`` (its owner agreed, see ``grants``); ``undeclared`` (nothing was said).
        statement: the declaration in words, may be empty.
        terms: what the maker lets others do with the look; None for what the licence says.
        grants: the signed consents that it was learned under.
        roots: every look that it was blended from, at any distance.
    """

    kind: Kind = "undeclared"
    statement: str = ""
    terms: Terms | None = None
    grants: tuple[Grant, ...] = ()
    roots: tuple[Root, ...] = ()

    @property
    def all_terms(self) -> tuple[Terms, ...]:
        """The maker's terms and those of every grant."""
        return (*([self.terms] if self.terms else []), *(grant.terms for grant in self.grants))


def strictest_consent(consents: Sequence[Consent]) -> Consent:
    """The strictest of several consents; the statements of all that are as strict are kept, in a fixed order.

    Terms are what all of them allow; grants and roots are those of all.

    Raises:
        RefusedError: their terms allow nothing in common.
    """
    order: tuple[str, ...] = get_args(Kind)
    kind = max((consent.kind for consent in consents), key=order.index)
    statements = sorted({c.statement for c in consents if c.kind == kind and c.statement})
    grants = {grant.id: grant for consent in consents for grant in consent.grants}
    roots = {root.digest: root for consent in consents for root in consent.roots}
    return Consent(
        kind,
        " ".join(statements)[:1000],
        strictest_terms([terms for consent in consents for terms in consent.all_terms]),
        tuple(grants[name] for name in sorted(grants)),
        tuple(roots[name] for name in sorted(roots)),
    )


def check_joined(licences: Sequence[str]) -> None:
    """Check that one thing may be made from things under all of these licences.

    Share-alike licences each ask that the result be under themselves alone, so that two different ones, or one with
    a licence that adds an obligation of its own, contradict each other.  Licences that are not known here are left
    to the people who use them, as :func:`strictest_licence` keeps them all.

    Raises:
        RefusedError: two of them contradict each other.
    """
    names = sorted({part for licence in licences for part in licence.split(" AND ")} & set(_OBLIGATIONS))
    for name in names:
        mine = _OBLIGATIONS[name]
        if "sa" not in mine or "unknown" in mine:
            continue
        clash = [other for other in names if other != name and not _OBLIGATIONS[other] <= mine - {"sa"}]
        clash = [other for other in clash if "unknown" not in _OBLIGATIONS[other]]
        if clash:
            raise RefusedError(
                "the licences contradict each other",
                where=f"{name} and {clash[0]}",
                expected=f"licences that let the result be under {name} alone",
                got=clash[0],
            )


def obligations(licence: str) -> frozenset[str]:
    """What a licence asks for: ``by``, ``sa``, ``nc``, ``nd``, ``reserved``; ``unknown`` when it is not known here."""
    parts = [_OBLIGATIONS.get(part, frozenset({"unknown"})) for part in licence.split(" AND ")]
    return frozenset[str]().union(*parts)


def strictest_licence(licences: Sequence[str]) -> str:
    """The licence that a thing made from several carries.

    One of them when its obligations cover those of all others (``CC-BY-4.0`` with ``CC-BY-NC-4.0`` gives
    ``CC-BY-NC-4.0``); otherwise all that are not covered, joined with `` AND `` as in an SPDX expression.
    A licence that is not known here covers only those without obligations, and is never covered itself.
    """
    names = sorted({part for licence in licences for part in licence.split(" AND ")})
    kept: list[str] = []
    for name in names:
        mine = _OBLIGATIONS.get(name)
        others = [(other, _OBLIGATIONS.get(other)) for other in names if other != name]
        covered = mine is not None and any(
            not mine if theirs is None else mine < theirs or (mine == theirs and other in kept)
            for other, theirs in others
        )
        if not covered:
            kept.append(name)
    return " AND ".join(kept)


def may_pass_on(licence: str) -> bool:
    """Whether every part of a licence is known and lets anyone pass the thing on."""
    parts = [_OBLIGATIONS.get(part) for part in licence.split(" AND ")]
    return all(part is not None and "reserved" not in part for part in parts)
