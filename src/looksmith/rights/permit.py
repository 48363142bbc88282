"""Whether a look may be used: its grants, its terms, its licence, the withdrawal lists and the clock.

All of it is checked whenever a look is applied, blended or exported.  The signatures are checked once a process for
every document; the rest costs some tens of microseconds.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from looksmith.errors import LooksmithError, RefusedError, TamperedError
from looksmith.rights import lists
from looksmith.rights.clock import now, stamp
from looksmith.rights.consent import Consent, obligations
from looksmith.rights.grant import BIOMETRIC, Grant, check_grant
from looksmith.rights.ledger import ledger
from looksmith.rights.people import check_person
from looksmith.rights.record import announce, record
from looksmith.rights.signature import PROJECT_KEYS, public_key_of, signing_key
from looksmith.rights.terms import USES, Use, check_terms, strictest_terms
from looksmith.rights.withdrawal import matching, subjects

TOLERANCE = 300
"""Seconds that a clock may go back without being suspected: it is set by network time now and then."""


@dataclass(frozen=True)
class Claim:
    """A look, as far as its rights go.

    Attributes:
        name: of the look.
        digest: of its content.
        facets: that it has.
        licence, consent: as it says.
        maker: the public key that signed it; None for one that was never saved.
    """

    name: str
    digest: str
    facets: tuple[str, ...]
    licence: str
    consent: Consent
    maker: str | None


def check_use(claim: Claim, use: Use = "private", territory: str | None = None) -> None:
    """Check that a look may be used so, here and now.

    Args:
        claim: the look.
        use: ``private``, ``editorial`` or ``advertising``.
        territory: where, as a country code; needed where a grant holds in some countries only.

    Raises:
        RefusedError: it may not; says why.
        TamperedError: a grant, a withdrawal list or the ledger was altered.
    """
    if use not in USES:
        raise LooksmithError("there is no such use", expected=", ".join(USES), got=repr(use)[:40])
    consent = claim.consent
    bound = bool(consent.grants or consent.terms)
    if claim.maker in PROJECT_KEYS and not bound and not consent.roots and use == "private":
        _check_withdrawn(claim, bound=False)
        return
    if consent.kind == "granted" and not consent.grants:
        raise RefusedError("the look says that consent was granted, and carries no grant", where=claim.name)
    for grant in consent.grants:
        _check_one(claim, grant)
    moment = now()
    if bound:
        _check_clock(claim, moment)
    _check_withdrawn(claim, bound=bound)
    for grant in consent.grants:
        check_terms(grant.terms, whose=f"the grant of {grant.person.name}", use=use, territory=territory,
                    moment=moment, where=claim.name)  # fmt: skip
    if consent.terms is not None:
        check_terms(consent.terms, whose="the look", use=use, territory=territory, moment=moment, where=claim.name)
    _check_licence(claim, use)


def check_standing(claim: Claim) -> None:
    """Check that a look may be used at all today, whatever for: that it is whole, in force and not withdrawn.

    Raises:
        RefusedError, TamperedError: as :func:`check_use`.
    """
    terms = strictest_terms(claim.consent.all_terms)
    if terms is None:
        check_use(claim)
    else:
        check_use(claim, "private" if "private" in terms.uses else terms.uses[0], terms.territories[0])


def check_derivation(claim: Claim) -> None:
    """Check that another look may be made from this one.

    Raises:
        RefusedError: a grant or the licence does not let it.
    """
    for grant in claim.consent.grants:
        if not grant.derivatives:
            raise RefusedError(
                f"the grant of {grant.person.name} lets no other look be made from this one", where=claim.name,
                expected="a grant with --derivatives", hint="looksmith consent request --derivatives",
            )  # fmt: skip
    if "nd" in obligations(claim.licence) and not claim.consent.grants and not _is_mine(claim):
        raise RefusedError(
            "the licence lets no other look be made from this one", where=claim.name,
            expected="a licence without ND, or a look of your own", got=claim.licence,
        )  # fmt: skip


def check_learning(grant: Grant, facets: Iterable[str] | None, name: str) -> None:
    """Check that this user may learn from a person's pictures under a grant, here and now.

    Args:
        grant: read and checked.
        facets: those that are asked for; None for whatever the grant covers.
        name: of the look, for messages.

    Raises:
        RefusedError: the grant is somebody else's, expired, withdrawn, or does not cover a facet.
        TamperedError: it, or the ledger, was altered.
    """
    check_grant(grant)
    mine = public_key_of(signing_key())
    if grant.to.key != mine:
        raise RefusedError(
            "the grant was given to somebody else", where=name, expected=f"a grant to your key {mine[:16]}…",
            got=f"a grant to {grant.to.name} ({grant.to.key[:16]}…)", hint="looksmith consent request",
        )  # fmt: skip
    check_person(grant.person)
    claim = Claim(name, "", tuple(sorted(grant.covered)), "", Consent("granted", grants=(grant,)), None)
    moment = now()
    _check_clock(claim, moment)
    _check_withdrawn(claim, bound=True)
    check_terms(grant.terms, whose=f"the grant of {grant.person.name}", use=grant.terms.uses[0],
                territory=grant.terms.territories[0], moment=moment, where=name)  # fmt: skip
    missing = sorted(set(facets or ()) - grant.covered)
    if missing:
        apart = [facet for facet in missing if facet in BIOMETRIC]
        raise RefusedError(
            "the grant does not cover this facet" if not apart else "the grant does not cover this biometric facet",
            where=name, expected=", ".join(sorted(grant.covered)), got=", ".join(missing),
            hint="looksmith consent request --facets " + ",".join(missing),
        )  # fmt: skip


def uncovered(facets: Iterable[str], consent: Consent) -> list[str]:
    """The facets that no grant covers."""
    covered = frozenset[str]().union(*(grant.covered for grant in consent.grants))
    return sorted(set(facets) - covered)


def _check_one(claim: Claim, grant: Grant) -> None:
    check_grant(grant, f"{claim.name}: the grant of {grant.person.name}")
    if claim.consent.roots:
        if grant.to.key not in {root.key for root in claim.consent.roots}:
            raise RefusedError(
                "the grant was given to somebody who made none of these looks", where=claim.name, expected=grant.to.name
            )
        return
    if claim.maker is not None and claim.maker != grant.to.key:
        raise RefusedError(
            "the grant was given to somebody else than who made this look", where=claim.name,
            expected=f"a look signed by {grant.to.name} ({grant.to.key[:16]}…)", got=f"{claim.maker[:16]}…",
        )  # fmt: skip
    missing = uncovered(claim.facets, claim.consent)
    if missing:
        raise RefusedError(
            "the look has facets that the grant does not cover", where=claim.name,
            expected=", ".join(sorted(grant.covered)), got=", ".join(missing),
        )  # fmt: skip


def _check_licence(claim: Claim, use: Use) -> None:
    if use == "private" or claim.consent.grants or claim.consent.terms is not None or _is_mine(claim):
        if use != "private" and claim.consent.kind == "undeclared":
            raise RefusedError(
                "nothing was declared about the pictures that this look was learned from", where=claim.name,
                expected="private use", got=use,
                hint="learn it again with --own, --public-domain, --synthetic or --consent",
            )  # fmt: skip
        return
    asked = obligations(claim.licence)
    if "unknown" in asked or "reserved" in asked:
        raise RefusedError(
            f"the licence does not allow {use} use", where=claim.name, expected="private use",
            got=claim.licence or "no licence", hint="ask its maker for terms that allow it",
        )  # fmt: skip
    if "nc" in asked and use == "advertising":
        raise RefusedError(
            "the licence does not allow advertising", where=claim.name, expected="private or editorial use",
            got=claim.licence,
        )  # fmt: skip


def _check_withdrawn(claim: Claim, *, bound: bool) -> None:
    standing = lists.standing()
    named = subjects(claim.consent, claim.digest, claim.maker)
    found = matching((entry for subject in named for entry in standing.entries.get(subject, ())), named)
    if found is not None:
        if not _remembered(named):
            record("withdrawal", {"withdrawn": found.subject, "look": claim.digest, "name": claim.name})
        reason = f": {found.reason}" if found.reason else ""
        raise RefusedError(
            f"{'the consent' if len(found.subject) == 32 else 'the look'} was withdrawn{reason}",
            where=claim.name,
            got=f"withdrawn by {found.name} on {found.made[:10]}" if len(found.subject) == 32 else found.made[:10],
            hint=f"looksmith ledger --look {claim.digest[:12]}",
        )
    if standing.unsound and bound:
        raise TamperedError(
            "a withdrawal list is not sound, so this look cannot be used until it is", where=claim.name,
            got=standing.unsound[0][:200], hint="looksmith consent update",
        )  # fmt: skip
    if bound and _remembered(named):
        raise RefusedError(
            "the consent was withdrawn, though no list says so any more", where=claim.name,
            hint=f"looksmith ledger --look {claim.digest[:12]}",
        )  # fmt: skip


def _remembered(named: dict[str, str]) -> bool:
    try:
        return ledger().remembers_withdrawal(named)
    except (sqlite3.Error, OSError, LooksmithError):
        return False


def _check_clock(claim: Claim, moment: int) -> None:
    """Check the clock against the latest time in the ledger; a ledger that cannot be opened is announced."""
    try:
        latest = ledger().last_time()
    except TamperedError:
        raise
    except (sqlite3.Error, OSError, LooksmithError) as error:
        announce(f"the clock cannot be checked against the ledger: {error}")
        return
    if moment < latest - TOLERANCE:
        raise RefusedError(
            "the clock of this computer was moved back", where=claim.name, expected=f"{stamp(latest)} or later",
            got=stamp(moment), hint="set the clock right",
        )  # fmt: skip


def _is_mine(claim: Claim) -> bool:
    if claim.maker is None:
        return True
    try:
        return public_key_of(signing_key()) == claim.maker
    except LooksmithError:
        return False
