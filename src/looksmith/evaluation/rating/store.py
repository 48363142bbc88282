"""Where votes are kept: one SQLite file; what was answered is on the disk before the next pair is shown."""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from looksmith.errors import LooksmithError, UnreadableError
from looksmith.evaluation.rating.plan import Trial
from looksmith.evaluation.rating.study import Settings, Study

FORMAT = 1
_TABLES = """
CREATE TABLE study (about TEXT NOT NULL);
CREATE TABLE rater (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, token TEXT NOT NULL UNIQUE,
  joined TEXT NOT NULL);
CREATE TABLE answer (id INTEGER PRIMARY KEY AUTOINCREMENT, rater INTEGER NOT NULL REFERENCES rater, place INTEGER NOT
  NULL, kind TEXT NOT NULL, subject INTEGER NOT NULL, "left" INTEGER NOT NULL, "right" INTEGER NOT NULL, repeat INTEGER
  NOT NULL, broken TEXT NOT NULL, answer TEXT NOT NULL, milliseconds INTEGER NOT NULL, at TEXT NOT NULL,
  taken_back INTEGER NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX one_answer ON answer (rater, place) WHERE taken_back = 0;
"""


class About(BaseModel):
    """What the file says of its study."""

    format: int = Field(ge=1, le=FORMAT)
    labels: list[str] = Field(min_length=2)
    names: list[str] = Field(min_length=1)
    digest: str
    secret: str
    votes: int = Field(ge=0)
    scores: list[str]
    scored: int = Field(ge=1)
    question: str
    seed: int = Field(ge=0)

    def settings(self) -> Settings:
        return Settings(self.votes, tuple(self.scores), self.scored, self.question, self.seed)


@dataclass(frozen=True)
class Rater:
    """Somebody who votes: number (0 for the first), the name they gave, and the token of their browser."""

    number: int
    name: str
    token: str


@dataclass(frozen=True)
class Answer:
    """What was answered to one screen.

    Attributes:
        rater: number.
        place: of the screen in the rater's plan.
        trial: what was shown.
        answer: ``left``, ``right`` or ``alike``; for a score the numbers by question.
        milliseconds: from showing to answering.
        at: when, ISO 8601 in UTC.
    """

    rater: int
    place: int
    trial: Trial
    answer: str | dict[str, int]
    milliseconds: int
    at: str


class Store:
    """The file of one study; may be used from several threads.

    Args:
        path: of the SQLite file.
        study: begins the file when it is not there; when it is, the pictures must be the same.  None to read only.

    Raises:
        LooksmithError: there is no such file, it is not one of ours, or it belongs to other pictures.
    """

    def __init__(self, path: Path, study: Study | None = None) -> None:
        self.path = path
        self._lock = threading.Lock()
        if not path.is_file() and study is None:
            raise LooksmithError(
                "there is no such file", where=path, expected="votes", hint=f"looksmith evaluate rate A/ B/ -o {path}"
            )
        if not path.is_file() and not path.parent.is_dir():
            raise LooksmithError("the folder does not exist", where=path, hint=f"mkdir -p '{path.parent}'")
        mode = "ro" if study is None else "rwc"
        try:
            self._base = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode={mode}", uri=True, check_same_thread=False, isolation_level=None
            )
            self._base.execute("PRAGMA synchronous = FULL")
            if study is not None and not self._base.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                self._begin(study)
            self.about = About.model_validate_json(self._base.execute("SELECT about FROM study").fetchone()[0])
        except (sqlite3.Error, ValidationError, TypeError) as error:
            raise UnreadableError(
                "this is not a file of votes", where=path, got=str(error).splitlines()[0][:200]
            ) from error
        if study is not None and self.about.digest != study.digest:
            raise LooksmithError(
                "these votes are about other pictures",
                where=path,
                expected=", ".join(self.about.labels) + ", unchanged",
                got=", ".join(study.labels),
                hint="name another file with -o",
            )

    def _begin(self, study: Study) -> None:
        about = About(
            format=FORMAT,
            labels=list(study.labels),
            names=list(study.names),
            digest=study.digest,
            secret=secrets.token_hex(32),
            **asdict(study.settings),
        )
        with self._write():
            for statement in _TABLES.split(";\n"):
                self._base.execute(statement)
            self._base.execute("INSERT INTO study VALUES (?)", (about.model_dump_json(),))

    @contextmanager
    def _write(self) -> Iterator[None]:
        """All of the block or nothing; on the disk when it ends."""
        with self._lock:
            self._base.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._base.execute("ROLLBACK")
                raise
            self._base.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._base.close()

    def join(self, name: str) -> Rater:
        """The rater of this name (case does not matter); a new one when there was none."""
        with self._write():
            row = self._base.execute("SELECT number, name, token FROM rater WHERE name = ?", (name,)).fetchone()
            if row is None:
                number = self._base.execute("SELECT count(*) FROM rater").fetchone()[0]
                row = (number, name, secrets.token_urlsafe(16))
                self._base.execute("INSERT INTO rater VALUES (?, ?, ?, ?)", (*row, _now()))
        return Rater(*row)

    def rater(self, token: str) -> Rater | None:
        """Whose token it is."""
        with self._lock:
            row = self._base.execute("SELECT number, name, token FROM rater WHERE token = ?", (token,)).fetchone()
        return None if row is None else Rater(*row)

    def raters(self) -> list[Rater]:
        """Everybody, in the order in which they joined."""
        with self._lock:
            return [Rater(*row) for row in self._base.execute("SELECT number, name, token FROM rater ORDER BY number")]

    def put(self, rater: Rater, place: int, trial: Trial, answer: str | dict[str, int], milliseconds: int) -> bool:
        """Keep an answer; False when this screen was answered before (a second click, or a page that sent twice)."""
        row = (
            rater.number, place, trial.kind, trial.subject, trial.left, trial.right, int(trial.repeat), trial.broken,
            json.dumps(answer), milliseconds, _now(),
        )  # fmt: skip
        marks = ", ".join("?" * len(row))
        with self._write():
            added = self._base.execute(
                'INSERT OR IGNORE INTO answer (rater, place, kind, subject, "left", "right", repeat, broken, answer, '
                f"milliseconds, at) VALUES ({marks})",
                row,
            )
            return added.rowcount == 1

    def take_back(self, rater: Rater) -> bool:
        """Let the rater's last answer count no more; False when there is none.  It stays in the file, marked."""
        with self._write():
            changed = self._base.execute(
                "UPDATE answer SET taken_back = 1 WHERE id = (SELECT max(id) FROM answer WHERE rater = ? AND "
                "taken_back = 0)",
                (rater.number,),
            )
            return changed.rowcount == 1

    def answered(self, rater: Rater) -> set[int]:
        """Places of the rater's plan that have an answer."""
        with self._lock:
            rows = self._base.execute("SELECT place FROM answer WHERE rater = ? AND taken_back = 0", (rater.number,))
            return {int(row[0]) for row in rows}

    def answers(self) -> list[Answer]:
        """Everything that counts, in the order in which it was answered."""
        with self._lock:
            rows: list[tuple[Any, ...]] = self._base.execute(
                'SELECT rater, place, kind, subject, "left", "right", repeat, broken, answer, milliseconds, at '
                "FROM answer WHERE taken_back = 0 ORDER BY id"
            ).fetchall()
        return [
            Answer(
                rater=row[0],
                place=row[1],
                trial=Trial(row[2], row[3], row[4], row[5], bool(row[6]), row[7]),
                answer=json.loads(row[8]),
                milliseconds=row[9],
                at=row[10],
            )
            for row in rows
        ]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
