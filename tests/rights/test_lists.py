"""Withdrawal lists: signed entries, files and URLs that a person subscribes to, and what happens when they fail."""

from __future__ import annotations

import http.server
import json
import os
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from looksmith.errors import LooksmithError, UnreadableError
from looksmith.rights import lists
from looksmith.rights.consent import Consent, Root
from looksmith.rights.signature import public_key_of
from looksmith.rights.withdrawal import Withdrawal, add_to, matching, parse, subjects, withdraw_look

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
DIGEST = "ab" * 32


def entry(digest: str = DIGEST, reason: str = "sold the rights") -> Withdrawal:
    return withdraw_look(digest, "rina", public_key_of(KEY), reason, KEY)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A list published on this computer, and its file."""
    path = tmp_path / "list.jsonl"
    add_to(path, entry())
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/list.jsonl", path
    server.shutdown()
    server.server_close()
    thread.join(10)


def test_entries_there_and_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "list.jsonl"
    for digest in (DIGEST, "cd" * 32):
        add_to(path, entry(digest))
    listed = parse(path.read_bytes())
    assert [found.subject for found in listed.entries] == [DIGEST, "cd" * 32] and not listed.damaged


def test_a_line_that_was_changed_is_told(tmp_path: Path) -> None:
    path = tmp_path / "list.jsonl"
    add_to(path, entry())
    data = path.read_bytes()
    lines = [data, data.replace(b"sold", b"gave"), b"{}\n", b"no\n", b'{"a":' * 40 + b"\n", b"\n"]
    listed = parse(b"".join(lines))
    assert len(listed.entries) == 1 and listed.damaged == (2, 3, 4, 5)
    with pytest.raises(UnreadableError, match="too long"):
        parse(b" " * 5_000_000)


def test_only_the_right_key_withdraws() -> None:
    mine = public_key_of(KEY)
    assert matching([entry()], subjects(Consent(), DIGEST, mine)) == entry()
    assert matching([entry()], subjects(Consent(), DIGEST, "00" * 32)) is None
    assert matching([entry()], subjects(Consent(), "cd" * 32, mine)) is None
    blended = Consent(roots=(Root(digest=DIGEST, key=mine),))
    assert matching([entry()], subjects(blended, "cd" * 32, None)) == entry()


def test_subscribing_to_a_file(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "list.jsonl"
    with pytest.raises(UnreadableError, match="cannot be read"):
        lists.subscribe(str(path))
    path.write_bytes(b"no\n")
    with pytest.raises(UnreadableError, match="not a withdrawal list"):
        lists.subscribe(str(path))
    path.unlink()
    add_to(path, entry())
    lists.subscribe(str(path))
    lists.subscribe(str(path))
    assert lists.subscribed() == (str(path),) and DIGEST in lists.standing().entries
    add_to(path, entry("cd" * 32))
    assert "cd" * 32 in lists.standing().entries, "a list that grew is read anew"
    path.unlink()
    assert "cannot be read" in lists.standing().unsound[0]
    lists.unsubscribe(str(path))
    assert not lists.standing().unsound and not lists.standing().entries
    with pytest.raises(LooksmithError, match="nobody subscribed"):
        lists.unsubscribe(str(path))


def test_a_list_at_a_url_is_fetched_and_kept(home: Path, site: tuple[str, Path]) -> None:
    url, path = site
    lists.subscribe(url)
    assert DIGEST in lists.standing().entries
    add_to(path, entry("cd" * 32))
    assert lists.refresh() == [] and "cd" * 32 not in lists.standing().entries, "its copy is young"
    copy = next((home / lists.COPIES).glob("*.jsonl"))
    os.utime(copy, (0, 0))
    assert lists.refresh() == [] and "cd" * 32 in lists.standing().entries
    path.write_bytes(b"<html>not found</html>")
    assert "not a withdrawal list" in lists.refresh(older_than=0)[0].message()
    path.unlink()
    assert "cannot be fetched" in lists.refresh(older_than=0)[0].message()
    assert "cd" * 32 in lists.standing().entries, "a sound copy stays"
    os.utime(copy, (0, 0))
    assert lists.refresh() == [], "not tried again within the hour"
    with pytest.raises(LooksmithError, match="cannot be fetched"):
        lists.subscribe("http://127.0.0.1:1/none")


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b"\xff"])
def test_a_damaged_subscription_is_unsound(home: Path, data: bytes) -> None:
    (home / lists.SUBSCRIBED).write_bytes(data)
    assert "damaged" in lists.standing().unsound[0]


def test_entries_say_what_they_are() -> None:
    text = json.loads(json.dumps(entry().model_dump()))
    assert text["looksmith"] == "withdrawal" and text["reason"] == "sold the rights"
