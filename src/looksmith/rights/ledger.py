"""What was done here: an append-only ledger of learning, applying and exporting, chained by digests, its head signed.

One SQLite file in Looksmith's own folder.  Every entry holds the digest of the one before it and of its details; the
head holds how many entries there are, the last digest and the latest time, and is signed with the user's key, so that
an entry that is changed, left out or cut off the end is noticed.  A second, small signed file (the anchor) notices an
older copy of the ledger put in its place.  Details are kept apart from the chain and their digests are salted: they
can be forgotten, and the chain still holds.  What a ledger cannot show is said in :meth:`Ledger.check`.

Several processes may write at once.  One entry costs a fraction of a millisecond: the write-ahead log is not forced to
the disk each time, so that a power failure may lose the last entries (never the chain).
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from looksmith.errors import LooksmithError, TamperedError
from looksmith.rights.canonical import canonical_json
from looksmith.rights.chain import START, Checked, Entry, Head, broken, chain_digest, check_rows, details_digest
from looksmith.rights.clock import now, stamp
from looksmith.rights.signature import Signature, home, public_key_of, sign, signing_key, verify

FILE = "ledger.sqlite"
ANCHOR = "ledger.anchor"
CONTEXT = b"looksmith ledger v1\n"
PATIENCE = 2.0
"""Seconds to wait for other processes that write."""

ANCHOR_EVERY = 30.0
"""Seconds between two writings of the anchor by one process."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, kind TEXT NOT NULL,
    details TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS details (seq INTEGER PRIMARY KEY, look TEXT NOT NULL, output TEXT NOT NULL,
    salt TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS details_look ON details (look);
CREATE TABLE IF NOT EXISTS head (id INTEGER PRIMARY KEY CHECK (id = 1), count INTEGER NOT NULL, hash TEXT NOT NULL,
    time INTEGER NOT NULL, key TEXT NOT NULL, signature TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS withdrawn (id TEXT PRIMARY KEY, seq INTEGER NOT NULL);
"""


class Ledger:
    """The ledger in one file; made on first use."""

    def __init__(self, path: Path) -> None:
        """Open it.

        Raises:
            sqlite3.Error, OSError, LooksmithError: it cannot be made or opened.
        """
        self.path = path
        self._lock = threading.RLock()
        self._anchored = 0.0
        self._known: Head | None = None
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._db = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        try:
            if os.name == "posix" and path.stat().st_mode & 0o077 and path.stat().st_size == 0:
                path.chmod(0o600)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.execute("PRAGMA secure_delete = ON")
            self._db.executescript(_SCHEMA)
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def append(self, kind: str, details: Mapping[str, Any]) -> int:
        """Add an entry; gives its number.

        Args:
            kind: as in :class:`Entry`.
            details: for JSON; ``look`` (a digest) and ``output`` (the digest of pixels) are what is searched for.

        Raises:
            TamperedError: the ledger's end is not what was signed.
            sqlite3.Error, LooksmithError: it cannot be written, or not signed.
        """
        salt = secrets.token_hex(16)
        body = canonical_json(dict(details)).decode()
        digest = details_digest(salt, body)
        key = signing_key()
        with self._lock, self._writing():
            before = self._checked_head(public_key_of(key))
            moment = now()
            number, previous = (before.count + 1, before.hash) if before else (1, START)
            chained = chain_digest(number, moment, kind, digest, previous)
            row: tuple[Any, ...] = (number, moment, kind, digest, previous, chained)
            self._db.execute("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)", row)
            found = (number, str(details.get("look", "")), str(details.get("output", "")), salt, body)
            self._db.execute("INSERT INTO details VALUES (?, ?, ?, ?, ?)", found)
            unsigned = Head(number, chained, max(moment, before.time if before else 0), "", "")
            made = sign(unsigned.digest, key, CONTEXT)
            head = Head(number, chained, unsigned.time, made.public_key, made.value)
            row = (head.count, head.hash, head.time, head.key, head.signature)
            self._db.execute("INSERT OR REPLACE INTO head VALUES (1, ?, ?, ?, ?, ?)", row)
            if kind == "withdrawal":
                self._db.execute("INSERT OR IGNORE INTO withdrawn VALUES (?, ?)", (str(details["withdrawn"]), number))
        self._known = head
        if time.monotonic() - self._anchored > ANCHOR_EVERY or self._anchored == 0:
            self._write_anchor(head)
        return number

    def head(self) -> Head | None:
        """The end of the chain, its signature and its last entry checked; None for an empty ledger.

        Raises:
            TamperedError: it is not what was signed.
        """
        with self._lock:
            try:
                mine = public_key_of(signing_key())
            except LooksmithError:
                mine = None
            return self._checked_head(mine)

    def last_time(self) -> int:
        """The latest time at which an entry was made, seconds since 1970; 0 when there is none."""
        head = self.head()
        return head.time if head else 0

    def remembers_withdrawal(self, ids: Iterable[str]) -> bool:
        """Whether one of these grants or looks was withdrawn when it was met before, whatever a list says now."""
        wanted = list(ids)[:400]
        marks = ",".join("?" * len(wanted))
        with self._lock:
            return bool(self._db.execute(f"SELECT 1 FROM withdrawn WHERE id IN ({marks}) LIMIT 1", wanted).fetchone())

    def entries(self, look: str | None = None) -> Iterator[Entry]:
        """Every entry, oldest first, or those about one look (by digest)."""
        query = (
            "SELECT e.seq, e.time, e.kind, d.body FROM entries e LEFT JOIN details d ON d.seq = e.seq"
            + (" WHERE d.look = ?" if look is not None else "")
            + " ORDER BY e.seq"
        )
        with self._lock:
            rows = self._db.execute(query, () if look is None else (look,)).fetchall()
        for number, moment, kind, body in rows:
            yield Entry(number, moment, kind, None if body is None else json.loads(body))

    def check(self) -> Checked:
        """Check the whole chain, the details, the signed end and the anchor.

        A ledger proves that what it holds was not changed since it was written by who has the key.  It cannot prove
        that everything was written: pictures made on another computer, or with recording off, are not in it; and who
        has the key and the whole folder can write a new one.

        Raises:
            TamperedError: an entry was changed, left out, or cut off; says which.
        """
        with self._lock:
            self._known = None
            rows = self._db.execute(
                "SELECT seq, time, kind, details, previous, hash FROM entries ORDER BY seq"
            ).fetchall()
            kept = {n: (s, b) for n, s, b in self._db.execute("SELECT seq, salt, body FROM details")}
            recalled = {n for (n,) in self._db.execute("SELECT seq FROM withdrawn")}
            head = self._head()
        checked = check_rows(rows, kept, recalled, head, self.path)
        with self._lock:
            self._checked_head(None)
        return checked

    def forget(self, numbers: Iterable[int]) -> int:
        """Delete the details of entries, so that their bytes are gone from the file; gives how many there were.

        The chain goes on to hold, since it is over salted digests of the details.
        """
        chosen = [(number,) for number in numbers]
        with self._lock:
            with self._writing():
                before = self._db.total_changes
                self._db.executemany("DELETE FROM details WHERE seq = ?", chosen)
                gone = self._db.total_changes - before
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            with suppress(sqlite3.OperationalError):  # another process reads; what was deleted is zeros already
                self._db.execute("VACUUM")
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                self._db.execute("ROLLBACK")
            raise

    def _head(self) -> Head | None:
        row = self._db.execute("SELECT count, hash, time, key, signature FROM head WHERE id = 1").fetchone()
        return None if row is None else Head(*row)

    def _checked_head(self, mine: str | None) -> Head | None:
        """The head; its signature is checked unless it is the one that this process wrote or checked last."""
        head = self._head()
        last = self._db.execute("SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1").fetchone()
        if (last is None) != (head is None) or (head is not None and last != (head.count, head.hash)):
            raise broken("the end was cut off or changed", self.path)
        if head == self._known and head is not None:
            return head
        if head is not None:
            try:
                verify(head.digest, Signature(head.key, head.signature), context=CONTEXT)
            except TamperedError as error:
                raise broken("the signature of its end does not hold", self.path) from error
            if mine is not None and head.key != mine:
                raise broken("its end is signed by another key than yours", self.path)
        self._check_anchor(head)
        self._known = head
        return head

    def _write_anchor(self, head: Head) -> None:
        self._anchored = time.monotonic()
        text = canonical_json([head.count, head.hash, head.time, head.key, head.signature])
        beside = self.path.with_name(f".{ANCHOR}-{secrets.token_hex(4)}")
        with suppress(OSError):  # not forced to the disk: an anchor that is behind, or lost, accuses nobody
            beside.write_bytes(text)
            beside.replace(self.path.with_name(ANCHOR))

    def _check_anchor(self, head: Head | None) -> None:
        """Whether the ledger still holds the entry that the anchor names; a lost anchor says nothing."""
        try:
            anchor = Head(*json.loads(self.path.with_name(ANCHOR).read_bytes()))
            verify(anchor.digest, Signature(anchor.key, anchor.signature), context=CONTEXT)
        except (OSError, ValueError, TypeError, AttributeError, TamperedError):
            return
        row = self._db.execute("SELECT hash FROM entries WHERE seq = ?", (anchor.count,)).fetchone()
        if row is None or row[0] != anchor.hash:
            have = head.count if head else 0
            raise broken(
                f"entries that were there on {stamp(anchor.time)[:10]} are missing (it has {have}, had {anchor.count})",
                self.path,
            )


_open: dict[tuple[Path, int], Ledger] = {}
_opening = threading.Lock()


def ledger(path: Path | None = None) -> Ledger:
    """The ledger of this user, opened once a process.

    Raises:
        sqlite3.Error, OSError, LooksmithError: it cannot be made or opened.
    """
    place = (path or home() / FILE, os.getpid())
    with _opening:
        found = _open.get(place)
        if found is not None and place[0].exists():
            return found
        if found is not None:  # the file was taken away under us
            _open.pop(place).close()
        while len(_open) >= 4:  # one is the rule; tests move house often
            oldest = next(iter(_open))
            if oldest[1] == place[1]:
                _open.pop(oldest).close()
            else:  # of the parent process: not ours to close
                _open.pop(oldest)
        _open[place] = Ledger(place[0])
        return _open[place]


def set_aside(path: Path | None = None) -> Path | None:
    """Move a ledger that does not hold any more out of the way, so that a new one is begun; gives where it lies."""
    path = path or home() / FILE
    with _opening:
        for place in [place for place in _open if place[0] == path]:
            _open.pop(place).close()
    if not path.exists():
        path.with_name(ANCHOR).unlink(missing_ok=True)
        return None
    aside = path.with_name(f"ledger-{stamp(now()).replace(':', '')}.sqlite")
    for suffix in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            Path(f"{path}{suffix}").replace(Path(f"{aside}{suffix}"))
    path.with_name(ANCHOR).unlink(missing_ok=True)
    return aside
