"""What is declared about material when a look is learned, and which facets may be learned then."""

from __future__ import annotations

from pathlib import Path

from looksmith.errors import LooksmithError, RefusedError
from looksmith.rights.consent import UNDECLARED_LICENCE, Consent, Kind
from looksmith.rights.grant import BIOMETRIC, Grant, read_grant
from looksmith.rights.permit import check_learning

LICENCES = {"public-domain": "PDM-1.0", "undeclared": UNDECLARED_LICENCE}
"""Licence of a look when none is named, by what was declared; of all others, all rights are reserved."""

STATEMENTS = {
    "own": "The maker declares the pictures to be their own.",
    "public-domain": "The maker declares the pictures to be in the public domain.",
    "synthetic": "The maker declares the pictures to be generated, and to show no real person.",
}


def declare(
    *,
    own: bool = False,
    public_domain: bool = False,
    synthetic: bool = False,
    consent: Grant | str | Path | None = None,
) -> Consent:
    """What was declared about the material, as a consent.

    Raises:
        LooksmithError: more than one thing was declared.
        UnreadableError, TamperedError, RefusedError: the grant cannot be read, or does not hold.
    """
    said = [kind for kind, given in (("own", own), ("public-domain", public_domain), ("synthetic", synthetic),
                                     ("granted", consent is not None)) if given]  # fmt: skip
    if len(said) > 1:
        raise LooksmithError("the material cannot be all of these", expected="one of them", got=", ".join(said))
    if consent is not None:
        grant = consent if isinstance(consent, Grant) else read_grant(consent)
        return Consent("granted", grant.in_words()[:1000], grants=(grant,))
    kind: Kind = said[0] if said else "undeclared"  # type: ignore[assignment]
    return Consent(kind, STATEMENTS.get(kind, ""))


def allowed(chosen: list[str], by_name: bool, declared: Consent, name: str) -> list[str]:
    """Those of the chosen facets that may be learned from the material.

    Args:
        chosen: names of facets.
        by_name: whether a person asked for just these.
        declared: about the material.
        name: of the look, for messages.

    Raises:
        RefusedError: a facet that was asked for by name may not be, or none may.
    """
    if declared.grants:
        grant = declared.grants[0]
        check_learning(grant, chosen if by_name else None, name)
        chosen = [facet for facet in chosen if facet in grant.covered]
        if not chosen:
            raise RefusedError("the grant covers no facet that can be learned here", where=name,
                               got=", ".join(sorted(grant.covered)))  # fmt: skip
    elif declared.kind == "undeclared":
        faces = [facet for facet in chosen if facet in BIOMETRIC]
        if faces and by_name:
            raise RefusedError(
                "a face or a voice is not learned from material about which nothing was declared", where=name,
                expected="--own, --public-domain, --synthetic or --consent NAME.grant", got=", ".join(faces),
                hint="looksmith consent request",
            )  # fmt: skip
        chosen = [facet for facet in chosen if facet not in faces]
    return chosen
