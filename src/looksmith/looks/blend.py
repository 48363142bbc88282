"""Blend looks into one."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from looksmith.errors import LooksmithError
from looksmith.facets import registry
from looksmith.looks.apply import LookLike, resolve
from looksmith.looks.craft import craft
from looksmith.looks.likeness import Likeness
from looksmith.looks.look import Look
from looksmith.looks.manifest import Source
from looksmith.rights.consent import Consent, Root, check_joined, strictest_consent, strictest_licence
from looksmith.rights.permit import check_derivation, check_standing
from looksmith.rights.record import record

MOST = 32


def blend(
    looks: Mapping[LookLike, float] | Iterable[tuple[LookLike, float]],
    *,
    name: str | None = None,
    title: Mapping[str, str] | None = None,
    creator: str | None = None,
) -> Look:
    """Blend looks; the order in which they are given does not matter.

    Weights are brought to a sum of 1; a weight of 0 leaves a look out, and a blend of one look is that look.
    Every facet that some of the looks have is blended from those that have it, each by its weight times the
    strength that the facet has in it by default; its own default strength is the sum of these.  So a painting's
    look and a grade, half and half, give the painting's texture at half strength over the grade at half strength.
    The blend carries the strictest licence, terms and consent of the looks in it, and their grants.

    Args:
        looks: look (or name, path, picture) → weight, or pairs of them.
        name: of the new look; default made of the names.
        title: by language; default made of the titles.
        creator: default the creators of the looks.

    Raises:
        LooksmithError: a weight is wrong, or no look is left.
        RefusedError: a parent may not be used, no look may be made from it, or their terms contradict each other.
    """
    parents = _weighted(looks)
    for look, _ in parents:
        check_standing(look.claim)
    if len(parents) == 1:
        return parents[0][0]
    for look, _ in parents:
        check_derivation(look.claim)
    check_joined([look.licence for look, _ in parents])
    states: dict[str, Any] = {}
    strengths: dict[str, float] = {}
    for facet in registry.in_order({facet for look, _ in parents for facet in look.facets}):
        states[facet], strengths[facet] = _blend_facet(facet, parents)
    licences = [look.licence for look, _ in parents]
    made = craft(
        name or _joined("+", [look.name for look, _ in parents])[:64].rstrip("+.-"),
        states,
        strengths=strengths,
        creator=creator or _joined(", ", [look.creator for look, _ in parents])[:200],
        title=title or _titles([look for look, _ in parents]),
        sources=[
            Source(
                title=look.title.get("en") or look.name,
                author=look.creator,
                licence=look.licence,
                digest=look.digest,
                weight=weight,
            )
            for look, weight in parents
        ],
        licence=strictest_licence(licences),
        consent=strictest_consent([as_root(look) for look, _ in parents]),
        likeness=likeness_of_largest(parents),
    )
    record(
        "blend",
        {
            "look": made.digest, "name": made.name, "creator": made.creator,
            "people": [grant.person.name for grant in made.consent.grants],
            "parents": [look.digest for look, _ in parents],
        },
    )  # fmt: skip
    return made


def likeness_of_largest(parents: Sequence[tuple[Look, float]]) -> Likeness | None:
    """The face of the creator whose look has the largest part, among those that are known."""
    known = [(weight, look.digest, look.likeness) for look, weight in parents if look.likeness is not None]
    return max(known, key=lambda one: one[:2])[2] if known else None


def as_root(look: Look) -> Consent:
    """The consent of a parent, with the parent itself among the roots."""
    maker = "" if look.signature is None else look.signature.public_key
    known = [root for root in look.consent.roots if root.digest != look.digest]
    return dataclasses.replace(look.consent, roots=(*known, Root(digest=look.digest, key=maker)))


def _blend_facet(facet: str, parents: Sequence[tuple[Look, float]]) -> tuple[Any, float]:
    """The blended state of a facet, and its default strength."""
    having = [(look.facets[facet], look.strengths[facet], weight) for look, weight in parents if facet in look.facets]
    active = [(state, strength * weight) for state, strength, weight in having if strength > 0]
    shares = active or [(state, weight) for state, _, weight in having]
    total = math.fsum(share for _, share in shares)
    state = registry.make(facet, {}).blend([s for s, _ in shares], [share / total for _, share in shares])
    return state, min(1.0, math.fsum(share for _, share in active))


def _weighted(looks: Mapping[LookLike, float] | Iterable[tuple[LookLike, float]]) -> list[tuple[Look, float]]:
    """Distinct looks with weights of sum 1, in an order that depends on the looks alone."""
    pairs = list(looks.items() if isinstance(looks, Mapping) else looks)
    if len(pairs) > MOST:
        raise LooksmithError("too many looks to blend", expected=f"at most {MOST}", got=len(pairs))
    weights: dict[Look, list[float]] = {}
    for given, weight in pairs:
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight < math.inf:
            raise LooksmithError("a weight is wrong", where=given, expected="0 or more", got=repr(weight))
        if weight > 0:
            weights.setdefault(resolve(given), []).append(float(weight))
    if not weights:
        raise LooksmithError(
            "there is nothing to blend", expected="a look with a weight above 0", hint="looksmith blend A=0.6 B=0.4"
        )
    total = math.fsum(weight for given in weights.values() for weight in given)
    ordered = sorted(weights.items(), key=lambda item: item[0].digest)
    return [(look, math.fsum(given) / total) for look, given in ordered]


def _titles(looks: Sequence[Look]) -> dict[str, str]:
    languages = [lang for lang in ("en", "zh") if all(lang in look.title for look in looks)]
    return {lang: _joined(" × ", [look.title[lang] for look in looks])[:200] for lang in languages}


def _joined(glue: str, words: Iterable[str]) -> str:
    return glue.join(sorted(dict.fromkeys(words)))
