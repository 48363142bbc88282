"""Asking for consent, and answering: a request and a grant as signed documents."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from looksmith.errors import RefusedError
from looksmith.rights.clock import now, stamp
from looksmith.rights.grant import (
    BIOMETRIC,
    GRANT_CONTEXT,
    REQUEST_CONTEXT,
    Grant,
    Kind,
    Proof,
    Request,
    check_request,
    validated,
)
from looksmith.rights.signature import public_key_of, sign, signing_key
from looksmith.rights.terms import Terms


def make_request(
    person: str,
    *,
    name: str,
    facets: Sequence[str],
    terms: Terms,
    derivatives: bool = False,
    material: str = "",
    statement: str = "",
    key: Ed25519PrivateKey | None = None,
) -> Request:
    """A signed request to ``person`` by the one whose key it is (default the user's), who is called ``name``.

    Raises:
        LooksmithError: a field is past its limit.
    """
    key = key or signing_key()
    general, biometric = _apart(facets)
    fields = {
        "id": secrets.token_hex(16), "person": person, "to": {"name": name, "key": public_key_of(key)},
        "facets": general, "biometric": biometric, "terms": terms.model_dump(), "derivatives": derivatives,
        "material": material, "statement": statement, "made": stamp(now()),
    }  # fmt: skip
    return _signed(validated(Request, fields, "consent request"), key, REQUEST_CONTEXT)


def answer(
    request: Request,
    *,
    person: str | None = None,
    facets: Sequence[str] | None = None,
    biometric: Sequence[str] = (),
    terms: Terms | None = None,
    derivatives: bool = False,
    statement: str = "",
    key: Ed25519PrivateKey | None = None,
) -> Grant:
    """A grant that answers a request; it may allow less than was asked for, never more.

    Args:
        request: checked by :func:`check_request` here.
        person: the name to sign with; default as the request has it.
        facets: of those asked for that are not biometric; default all of them.
        biometric: of the biometric ones asked for, each by name; none unless they are named.
        terms: default those asked for.
        derivatives: whether blends may be made.
        key: the person's, default the user's.

    Raises:
        RefusedError: it would allow more than was asked for, or be given to oneself.
    """
    check_request(request)
    key = key or signing_key()
    chosen = sorted(set(request.facets if facets is None else facets))
    apart = sorted(set(biometric))
    more = [*(f for f in chosen if f not in request.facets), *(f for f in apart if f not in request.biometric)]
    if more or (derivatives and not request.derivatives):
        raise RefusedError(
            "this would grant more than was asked for",
            expected=", ".join([*request.facets, *request.biometric]) or "nothing",
            got=", ".join(more) or "derivatives",
        )
    if not chosen and not apart:
        raise RefusedError(
            "this would grant nothing",
            expected=", ".join([*request.facets, *request.biometric]) or "a request that asks for something",
            hint="--biometric " + ",".join(request.biometric) if request.biometric else None,
        )
    if public_key_of(key) == request.to.key:
        raise RefusedError(
            "a grant cannot be given to oneself", where=request.to.name, hint="looksmith learn PICTURES --own"
        )
    allowed = terms or request.terms
    wider = _wider(allowed, request.terms)
    if wider:
        raise RefusedError("this would grant more than was asked for", where=wider, expected=request.terms.in_words(),
                           got=allowed.in_words())  # fmt: skip
    fields = {
        "id": secrets.token_hex(16), "person": {"name": person or request.person, "key": public_key_of(key)},
        "to": request.to.model_dump(), "request": request.digest, "facets": chosen, "biometric": apart,
        "terms": allowed.model_dump(), "derivatives": derivatives, "material": request.material,
        "statement": statement, "made": stamp(now()),
    }  # fmt: skip
    return _signed(validated(Grant, fields, "consent grant"), key, GRANT_CONTEXT)


def _apart(facets: Sequence[str]) -> tuple[list[str], list[str]]:
    chosen = sorted(set(facets))
    return [f for f in chosen if f not in BIOMETRIC], [f for f in chosen if f in BIOMETRIC]


def _wider(given: Terms, asked: Terms) -> str:
    """In what ``given`` allows more than ``asked``; empty when in nothing."""
    if set(given.uses) - set(asked.uses):
        return "uses"
    if "worldwide" not in asked.territories and set(given.territories) - set(asked.territories):
        return "territories"
    if asked.until and (not given.until or given.until > asked.until):
        return "until"
    return "start" if given.start < asked.start else ""


def _signed(document: Kind, key: Ed25519PrivateKey, context: bytes) -> Kind:
    made = sign(document.digest, key, context)
    return document.model_copy(update={"signature": Proof(public_key=made.public_key, value=made.value)})
