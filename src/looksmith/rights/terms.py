"""Terms of use: for what, where, from when and until when; and what is left when several hold at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from looksmith.errors import LooksmithError, RefusedError
from looksmith.rights.clock import seconds_of, stamp

Use = Literal["private", "editorial", "advertising"]
USES: tuple[Use, ...] = get_args(Use)
WORLD = "worldwide"


def _sorted_once(values: list[str]) -> list[str]:
    if sorted(set(values)) != values:
        raise ValueError("not in order, or twice")
    return values


def _a_time(text: str) -> str:
    if text and (not text.isascii() or stamp(seconds_of(text)) != text):
        raise ValueError("not a time such as 2027-12-31T00:00:00Z")
    return text


Time = Annotated[str, Field(max_length=20), AfterValidator(_a_time)]
Territory = Annotated[str, Field(pattern=r"^([A-Z]{2}|worldwide)$")]


class Terms(BaseModel):
    """What a thing may be used for.

    Attributes:
        uses: of ``private``, ``editorial``, ``advertising``, in alphabetical order.
        territories: country codes of ISO 3166 (``CN``, ``DE``) or ``worldwide``, in alphabetical order.
        start: the first moment, ``2026-01-01T00:00:00Z``; empty when it has none.
        until: the first moment at which they hold no longer; empty when they do not end.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    uses: Annotated[list[Use], Field(min_length=1, max_length=3), AfterValidator(_sorted_once)]
    territories: Annotated[list[Territory], Field(min_length=1, max_length=250), AfterValidator(_sorted_once)] = [WORLD]
    start: Time = ""
    until: Time = ""

    def in_words(self) -> str:
        """For people: ``for private and editorial use, in CN, until 2027-01-01T00:00:00Z``."""
        place = "worldwide" if WORLD in self.territories else "in " + ", ".join(self.territories)
        since = f", from {self.start}" if self.start else ""
        end = f", until {self.until}" if self.until else ", without an end"
        return f"for {' and '.join(self.uses)} use, {place}{since}{end}"


def make_terms(uses: Sequence[str], territories: Sequence[str] = (WORLD,), start: str = "", until: str = "") -> Terms:
    """Terms from what a person typed: any order, dates as ``2027-01-01``.

    Raises:
        LooksmithError: there is no such use, territory or date, or they end before they begin.
    """
    unknown = [use for use in uses if use not in USES]
    if unknown or not uses:
        raise LooksmithError("there is no such use", expected=", ".join(USES), got=", ".join(unknown) or "none")
    places = sorted({WORLD if place.lower() == WORLD else place.upper() for place in territories})
    for place in places:
        if place != WORLD and not (len(place) == 2 and place.isascii() and place.isalpha()):
            raise LooksmithError(
                "this is not a territory", expected="a country code such as CN, or worldwide", got=repr(place)[:40]
            )
    if WORLD in places or not places:
        places = [WORLD]
    first, last = (stamp(seconds_of(text)) if text else "" for text in (start, until))
    if first and last and first >= last:
        raise LooksmithError("these terms would end before they begin", expected=f"later than {first}", got=last)
    return Terms(uses=sorted(set(uses)), territories=places, start=first, until=last)  # type: ignore[arg-type]


def strictest_terms(several: Sequence[Terms]) -> Terms | None:
    """What all of several terms allow; None when there are none.

    Raises:
        RefusedError: they allow nothing in common.
    """
    if not several:
        return None
    uses = sorted(set.intersection(*(set(terms.uses) for terms in several)))
    if not uses:
        raise RefusedError(
            "the terms of use have nothing in common",
            expected="a use that all of them allow",
            got="; ".join(sorted({" and ".join(terms.uses) for terms in several})),
        )
    bounded = [set(terms.territories) for terms in several if WORLD not in terms.territories]
    places = sorted(set.intersection(*bounded)) if bounded else [WORLD]
    if not places:
        raise RefusedError(
            "the territories of use have nothing in common",
            expected="a country that all of them name",
            got="; ".join(sorted({", ".join(terms.territories) for terms in several})),
        )
    start = max(terms.start for terms in several)
    until = min((terms.until for terms in several if terms.until), default="")
    if until and start >= until:
        raise RefusedError(
            "the times of use have nothing in common", expected=f"an end after {start}", got=f"an end at {until}"
        )
    return Terms(uses=uses, territories=places, start=start, until=until)


def check_terms(terms: Terms, *, whose: str, use: Use, territory: str | None, moment: int, where: object) -> None:
    """Check one use against terms.

    Args:
        terms: the terms.
        whose: whose they are, for people: ``the grant of Rina``.
        use: for what.
        territory: where it is used, as a country code or ``worldwide``; None when nobody said.
        moment: when, seconds since 1970.
        where: what to name in an error.

    Raises:
        RefusedError: they do not allow it.
    """
    if terms.until and moment >= seconds_of(terms.until):
        raise RefusedError(
            f"{whose} has expired", where=where, expected=f"a use before {terms.until}", got=stamp(moment),
            hint="looksmith consent request",
        )  # fmt: skip
    if terms.start and moment < seconds_of(terms.start):
        raise RefusedError(
            f"{whose} does not hold yet", where=where, expected=f"a use from {terms.start}", got=stamp(moment)
        )
    if use not in terms.uses:
        raise RefusedError(
            f"{whose} does not allow {use} use", where=where, expected=" or ".join(terms.uses) + " use", got=use,
            hint="looksmith consent request",
        )  # fmt: skip
    if WORLD in terms.territories or use == "private":
        return
    if territory is None:
        raise RefusedError(
            f"{whose} holds in some countries only, and it was not said where this is used",
            where=where,
            expected=", ".join(terms.territories),
            hint=f"--territory {terms.territories[0]}",
        )
    if territory not in terms.territories:
        raise RefusedError(
            f"{whose} does not hold there", where=where, expected=", ".join(terms.territories), got=territory
        )
