"""Looks whose facets were set by hand, not learned."""

from __future__ import annotations

from typing import Any

from looksmith.looks.craft import craft, write_card
from looksmith.looks.look import Look
from looksmith.rights.consent import Consent
from looksmith.rights.permit import check_derivation, check_standing

STATEMENT = "Set by hand: nothing in it was learned from pictures."
CHINESE = {"retouch": "修饰", "hair": "发色"}


def by_hand(facet: str, state: Any, name: str | None = None) -> Look:
    """A look of one facet that was set by hand; nobody's picture is behind it.

    Args:
        facet: its name.
        state: of the facet.
        name: of the look; default that of the facet.
    """
    return craft(
        name or facet,
        {facet: state},
        title={"en": (name or facet).replace("-", " ").capitalize(), "zh": CHINESE.get(facet, name or facet)},
        consent=Consent("own", STATEMENT),
        with_preview=False,
    )


def with_facet(look: Look, facet: str, state: Any, name: str | None = None) -> Look:
    """A look with one facet set by hand, beside the others that it has.

    Raises:
        RefusedError: the rights in the look do not allow it to be changed.
    """
    check_standing(look.claim)
    check_derivation(look.claim)
    made = look.replace(name=name or look.name, facets={**look.facets, facet: state})
    return made.replace(card=write_card(made))
