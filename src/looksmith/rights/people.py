"""Which key a person signs with: remembered when their first grant is used, so that another's is noticed."""

from __future__ import annotations

import json
from pathlib import Path

from looksmith.errors import LooksmithError, RefusedError, UnreadableError
from looksmith.media.atomic import write_bytes
from looksmith.rights.grant import Party
from looksmith.rights.signature import fingerprint, home

FILE = "people.json"


def known_key(name: str) -> str | None:
    """The key that a person is known by here; None when they are not.

    Raises:
        UnreadableError: the file of keys is damaged.
    """
    return _read().get(_plain(name))


def check_person(person: Party) -> None:
    """Check that a grant's person signs with the key that they are known by; a new person is remembered.

    That a new key is theirs is not proven: compare its fingerprint with them once, by another way.

    Raises:
        RefusedError: they are known by another key.
    """
    known = known_key(person.name)
    if known is None:
        remember(person)
    elif known != person.key:
        raise RefusedError(
            "the grant is signed by another key than this person is known by",
            where=person.name,
            expected=fingerprint(known),
            got=fingerprint(person.key),
            hint="ask them; if the new key is theirs: looksmith consent trust NAME.grant",
        )


def remember(person: Party) -> None:
    """Know a person by this key from now on.

    Raises:
        LooksmithError: it cannot be written.
    """
    _write({**_read(), _plain(person.name): person.key})


def forget_person(name: str) -> bool:
    """Forget a person's key; gives whether it was known."""
    people = _read()
    if people.pop(_plain(name), None) is None:
        return False
    _write(people)
    return True


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _path() -> Path:
    return home() / FILE


def _read() -> dict[str, str]:
    try:
        value = json.loads(_path().read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise UnreadableError("the file of people's keys cannot be read", where=_path(), got=str(error)[:80]) from error
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value.values()):
        raise UnreadableError("the file of people's keys is damaged", where=_path(), expected="names and keys")
    return value


def _write(people: dict[str, str]) -> None:
    try:
        _path().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise LooksmithError("the person's key cannot be kept", where=_path(), got=error.strerror) from error
    write_bytes(_path(), json.dumps(people, ensure_ascii=False, indent=1, sort_keys=True).encode())
