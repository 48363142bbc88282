"""Writing into the ledger without ever standing in the way: what cannot be written is announced, once."""

from __future__ import annotations

import sqlite3
import threading
import warnings
from collections.abc import Mapping
from typing import Any

from looksmith.errors import LooksmithError, RightsWarning
from looksmith.rights.ledger import ledger

_told: set[str] = set()
_telling = threading.Lock()


def record(kind: str, details: Mapping[str, Any]) -> int | None:
    """Add an entry to the user's ledger; gives its number.

    When it cannot be written (a folder that is read-only, a full disk, a ledger that was altered) a
    :class:`RightsWarning` says so, once a process for each reason, and None comes back.
    """
    try:
        return ledger().append(kind, details)
    except LooksmithError as error:
        announce(f"not recorded in the ledger: {error.message()}")
    except (sqlite3.Error, OSError) as error:
        announce(f"not recorded in the ledger: {error}")
    return None


def announce(text: str) -> None:
    """Warn a person, once a process for each text."""
    with _telling:
        if text in _told:
            return
        _told.add(text)
    warnings.warn(text, RightsWarning, stacklevel=3)
