"""Many pictures, each beside its photo and style: which belong together, and measuring them one after another."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from looksmith.errors import LooksmithError
from looksmith.evaluation.fairness.skin import FaceFinder, skin_angle
from looksmith.evaluation.features import Backbone
from looksmith.evaluation.identity import FaceJudge
from looksmith.evaluation.metrics.change_outside import change_outside
from looksmith.evaluation.notebook import Notebook, key_of
from looksmith.evaluation.pair import PairScores, measure_pair
from looksmith.evaluation.statistics.bootstrap import bootstrap
from looksmith.evaluation.verdict import Finding, verdict
from looksmith.faces.skin_tone import tone_of
from looksmith.looks.learn import pictures_of
from looksmith.media.colour import to_srgb8
from looksmith.media.mask import read_mask
from looksmith.media.read import read_photo

COLUMNS = ("picture", "content", "style", "mask")
VERSION = "3"
"""Of what is measured: when it changes, no notebook is believed."""


@dataclass(frozen=True)
class Job:
    """One picture and what it is compared with."""

    picture: Path
    content: Path | None = None
    style: Path | None = None
    mask: Path | None = None


@dataclass(frozen=True)
class Measured:
    """What came of a job: its scores and findings, and the typology angle of the skin in its photo."""

    job: Job
    scores: PairScores
    findings: tuple[Finding, ...] = ()
    angle: float | None = None


def measure_file(
    job: Job, *, backbone: Backbone, judge: FaceJudge | None = None, finder: FaceFinder | None = None
) -> Measured:
    """Read and measure one picture. Change outside the mask is taken from the files' own pixels, 16 bits and all.

    Args:
        job: the files.
        backbone: whose features are compared.
        judge: of identity; without one that number is left out.
        finder: of the face in the photo, for its skin tone; without one it is left out.

    Raises:
        LooksmithError: a file cannot be read, or the pictures do not fit.
    """
    picture = read_photo(job.picture)
    content = None if job.content is None else read_photo(job.content)
    before = None if content is None else to_srgb8(content)
    style = None if job.style is None else to_srgb8(read_photo(job.style))
    where = None if job.mask is None else read_mask(job.mask, picture.height, picture.width)
    try:
        scores = measure_pair(
            to_srgb8(picture),
            content=before,
            style=style,
            where=where,
            backbone=backbone,
            judge=judge,
        )
    except LooksmithError as error:
        raise LooksmithError(
            error.what, where=job.picture, expected=error.expected, got=error.got, hint=error.hint
        ) from error
    if content is not None and where is not None and content.pixels.dtype == picture.pixels.dtype:
        exact = change_outside(picture.pixels, content.pixels, where)
        scores.numbers["changed-outside-share"] = exact.share
        scores.numbers["changed-outside-largest"] = exact.largest / (257 if picture.full_scale > 255 else 1)
    angle = None if finder is None or before is None else skin_angle(before, finder)
    return Measured(job, scores, verdict(scores), angle)


def measure_files(
    jobs: Sequence[Job],
    *,
    backbone: Backbone,
    judge: FaceJudge | None = None,
    finder: FaceFinder | None = None,
    notebook: Notebook | None = None,
    on_done: Callable[[int, int], None] = lambda done, total: None,
    on_mistake: Callable[[Job, LooksmithError], None] = lambda job, error: None,
) -> list[dict[str, Any]]:
    """Measure every job, skipping what the notebook has of the same files; a mistake leaves out one job, not the rest.

    Returns:
        what :func:`row_of` gives, in the order of the jobs, without those that could not be measured.

    Raises:
        LooksmithError: the notebook cannot be written.
    """
    book = notebook or Notebook()
    rows = []
    for number, job in enumerate(jobs, start=1):
        parts = (judge.name if judge else "", finder.name if finder else "")
        names = (VERSION, backbone.name, str(backbone.heads is not None), *parts)
        try:
            key = key_of((job.picture, job.content, job.style, job.mask), *names)
            row = book.get(key) or row_of(measure_file(job, backbone=backbone, judge=judge, finder=finder))
        except LooksmithError as error:
            on_mistake(job, error)
        else:
            if book.get(key) is None:
                book.put(key, row)  # that it cannot be written ends the run: it is no mistake of the picture
            rows.append({**row, **_files(job)})
        on_done(number, len(jobs))
    return rows


def row_of(measured: Measured) -> dict[str, Any]:
    """A measured job as plain numbers and words, for JSON."""
    scores = measured.scores
    skin = {} if measured.angle is None else {"angle": round(measured.angle, 2), "tone": tone_of(measured.angle)}
    return {
        **_files(measured.job),
        "numbers": {k: None if v is None else float(f"{v:.6g}") for k, v in scores.numbers.items()},
        "before": {k: float(f"{v:.6g}") for k, v in scores.unchanged_style.items()},
        "artefacts": {
            a.name: {"found": a.found, "score": round(a.score, 3), "limit": round(a.limit, 3)} for a in scores.artefacts
        },
        "findings": [
            {key: value for key, value in asdict(finding).items() if value is not None} for finding in measured.findings
        ],
        "higher_is_better": scores.higher_is_better,
        **({"skin": skin} if skin else {}),
    }


def jobs_of(picture: Path, content: Path | None, style: Path | None, mask: Path | None) -> list[Job]:
    """Which files belong together: one picture, or every picture of a folder with those of the same name.

    A content, style or mask that is a file serves all pictures; of a folder, the file with the picture's relative path
    (whatever its ending) is taken.

    Raises:
        LooksmithError: there is no picture, or one without its counterpart.
    """
    pictures = pictures_of(picture)
    if not pictures:
        raise LooksmithError("there is no picture in the folder", where=picture, expected="pictures")
    jobs = []
    partners = {
        name: None if given is None or not given.is_dir() else _by_stem(given)
        for name, given in (("content", content), ("style", style), ("mask", mask))
    }
    for path in pictures:
        stem = _stem(path, picture if picture.is_dir() else path.parent)
        found: dict[str, Path | None] = {}
        for name, given in (("content", content), ("style", style), ("mask", mask)):
            table = partners[name]
            if table is None:
                found[name] = given
                continue
            if stem not in table:
                raise LooksmithError(
                    f"a picture has no {name} of its name", where=path, expected=f"{stem}.* in {given}",
                    hint="name them alike, or give a list with --pairs",
                )  # fmt: skip
            found[name] = table[stem]
        jobs.append(Job(path, **found))
    return jobs


def jobs_of_list(path: Path) -> list[Job]:
    """Jobs from a CSV file with the columns picture, content, style, mask; paths are relative to the file.

    Raises:
        LooksmithError: it cannot be read, or has other columns.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise LooksmithError("the list cannot be read", where=path, expected="a CSV file", got=str(error)) from error
    rows = csv.DictReader(text.splitlines())
    columns = rows.fieldnames or []
    if "picture" not in columns or not set(columns) <= set(COLUMNS):
        raise LooksmithError(
            "the list has other columns", where=path, expected=",".join(COLUMNS), got=",".join(columns)[:200]
        )
    jobs = []
    for row in rows:
        files = {name: path.parent / row[name] if row.get(name) else None for name in COLUMNS}
        picture = files.pop("picture")
        if picture is None:
            raise LooksmithError("a line of the list names no picture", where=f"{path}, line {rows.line_num}")
        jobs.append(Job(picture, **files))
    if not jobs:
        raise LooksmithError("the list is empty", where=path, expected="a line for every picture")
    return jobs


def table_of(rows: Iterable[dict[str, Any]]) -> dict[str, np.ndarray[Any, np.dtype[np.float64]]]:
    """The numbers of many rows by name; NaN where one has none (for PSNR of equal pictures: infinity)."""
    listed = list(rows)
    names = list(dict.fromkeys(name for row in listed for name in row["numbers"]))
    return {name: np.array([_float(row["numbers"].get(name)) for row in listed]) for name in names}


def _float(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def _files(job: Job) -> dict[str, str]:
    return {name: str(path) for name, path in vars(job).items() if path is not None}


def _stem(path: Path, root: Path) -> str:
    return path.relative_to(root).with_suffix("").as_posix()


def _by_stem(folder: Path) -> dict[str, Path]:
    return {_stem(path, folder): path for path in pictures_of(folder)}


def summary_of(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Mean of every number over many rows with its 95 % interval, and in how many pictures each artefact was found.

    Returns:
        ``pictures``, ``numbers`` (value, low, high, n, higher_is_better; None where there is nothing to say) and
        ``artefacts`` (counts); all of it can go into JSON.  What was found in words: see :func:`counted`.
    """
    better = {name: is_better for row in rows for name, is_better in row["higher_is_better"].items()}
    numbers: dict[str, dict[str, Any]] = {}
    for name, values in table_of(rows).items():
        found = bootstrap(values, rounds=1000)
        told = {key: value if np.isfinite(value) else None for key, value in vars(found).items()}
        numbers[name] = {**told, "higher_is_better": better[name]}
    names = list(dict.fromkeys(name for row in rows for name in row["artefacts"]))
    counts = {name: sum(bool(row["artefacts"][name]["found"]) for row in rows) for name in names}
    return {"pictures": len(rows), "numbers": numbers, "artefacts": counts}


def counted(rows: Sequence[dict[str, Any]]) -> tuple[tuple[str, str, int], ...]:
    """In how many pictures each finding came up: kind, about, count; what is wrong first, the most frequent first."""
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        for key in {(finding["kind"], finding["about"]) for finding in row["findings"]}:
            counts[key] = counts.get(key, 0) + 1
    order = ("wrong", "note", "good")
    ranked = sorted(counts.items(), key=lambda item: (order.index(item[0][0]), -item[1], item[0][1]))
    return tuple((kind, about, count) for (kind, about), count in ranked)
