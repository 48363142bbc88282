"""Consent and licence of a look's material, and which of several is the strictest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["public-domain", "own", "granted", "undeclared"]
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


@dataclass(frozen=True)
class Consent:
    """What the maker of a look declared about the material.

    Attributes:
        kind: ``public-domain``; ``own`` (the material is the maker's own); ``granted`` (its owner agreed);
            ``undeclared`` (nothing was said).
        statement: the declaration in words, may be empty.
    """

    kind: Kind = "undeclared"
    statement: str = ""


def strictest_consent(consents: Sequence[Consent]) -> Consent:
    """The strictest of several consents; the statements of all that are as strict are kept, in a fixed order."""
    order: tuple[str, ...] = get_args(Kind)
    kind = max((consent.kind for consent in consents), key=order.index)
    statements = sorted({c.statement for c in consents if c.kind == kind and c.statement})
    return Consent(kind, " ".join(statements))


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
