"""Every answer as a table for other programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from looksmith.evaluation.rating.store import About, Answer, Rater

COLUMNS = (
    "rater", "at", "kind", "repeat", "subject", "left", "right", "answer", "preferred", "question", "score",
    "milliseconds",
)  # fmt: skip


def votes_csv(about: About, raters: Sequence[Rater], answers: Sequence[Answer]) -> str:
    """One row a vote, and one a question of every scored picture; columns as in :data:`COLUMNS`.

    ``kind`` is ``pair``, ``check`` or ``score``.  Of a check, ``left`` and ``right`` say which side was ``broken``.
    ``preferred`` is the source, empty for no difference.  A text that begins like a formula is led by an apostrophe,
    so that a spreadsheet does not compute it.
    """
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    names = {rater.number: rater.name for rater in raters}
    for a in answers:
        trial = a.trial
        left = about.labels[trial.left]
        right = about.labels[trial.right] if trial.right >= 0 else ""
        if trial.kind == "check":
            left, right = (f"{left} (broken)" if trial.broken == side else left for side in ("left", "right"))
        start = [
            names.get(a.rater, a.rater),
            a.at,
            trial.kind,
            int(trial.repeat),
            about.names[trial.subject],
            left,
            right,
        ]
        if isinstance(a.answer, dict):
            rows = [[*start, "", "", question, score, a.milliseconds] for question, score in a.answer.items()]
        else:
            preferred = {"left": left, "right": right}.get(a.answer, "")
            rows = [[*start, a.answer, preferred, "", "", a.milliseconds]]
        table.writerows([[_plain(cell) for cell in row] for row in rows])
    return out.getvalue()


def _plain(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
