"""The time in UTC, as the documents of consent and the ledger write it."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from looksmith.errors import LooksmithError


def now() -> int:
    """Seconds since 1970, UTC."""
    return int(time.time())


def stamp(seconds: int) -> str:
    """``2026-11-21T08:40:00Z``."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds_of(text: str) -> int:
    """The seconds since 1970 of a date (its first second) or of a time, both UTC unless it says otherwise.

    Raises:
        LooksmithError: it is neither.
    """
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return int(moment.timestamp())
    except (ValueError, OverflowError) as error:
        raise LooksmithError("this is not a date", expected="a date such as 2027-12-31", got=repr(text)[:40]) from error
