"""A look over a set of photos: what it keeps, what it breaks, for whom, and how long it takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError
from looksmith.evaluation.fairness.by_group import Sliced, by_group, declared
from looksmith.evaluation.fairness.skin import FaceFinder, skin_angle
from looksmith.evaluation.features import Backbone
from looksmith.evaluation.identity import FaceJudge
from looksmith.evaluation.metrics import noise_gain as noise
from looksmith.evaluation.pair import measure_pair
from looksmith.evaluation.pairs import Job, Measured, counted, row_of, summary_of
from looksmith.evaluation.verdict import verdict
from looksmith.faces.skin_tone import Tone, tone_of
from looksmith.looks.apply import apply
from looksmith.looks.look import Look
from looksmith.media.colour import to_srgb8
from looksmith.media.photo import Photo
from looksmith.media.read import read_photo
from looksmith.media.resize import shrink

Rgb = NDArray[np.uint8]
SHOWN = 480
"""Longest side, pixels, of the pictures that are kept for the page, and of those on which stability is measured."""


@dataclass(frozen=True)
class Case:
    """One photo.

    Attributes:
        photo: its file.
        before, after: the photo and the result, small.
        row: what was measured, as :func:`looksmith.evaluation.pairs.row_of` gives it.
        seconds: that applying the look took.
        angle, tone: individual typology angle of the cheeks and its group; None without a face.
        group: that was declared.
    """

    photo: Path
    before: Rgb
    after: Rgb
    row: dict[str, Any]
    seconds: float
    angle: float | None = None
    tone: Tone | None = None
    group: str | None = None


@dataclass(frozen=True)
class Scorecard:
    """Everything.

    Attributes:
        look: that was measured.
        strength: it was applied with.
        cases: one a photo, in the order given.
        summary: numbers with intervals and counts of artefacts, see :func:`looksmith.evaluation.pairs.summary_of`.
        by_group: numbers for identity, colour and content by group.
        findings: how often each finding came up: kind, about, and in how many photos.
        failed: photos that could not be used, and why.
    """

    look: Look
    strength: float
    cases: tuple[Case, ...]
    summary: dict[str, Any]
    by_group: tuple[Sliced, ...]
    findings: tuple[tuple[str, str, int], ...]
    failed: tuple[tuple[Path, LooksmithError], ...] = field(default=())


def scorecard(
    look: Look,
    photos: Sequence[Path],
    *,
    backbone: Backbone,
    style: Path | None = None,
    judge: FaceJudge | None = None,
    finder: FaceFinder | None = None,
    groups: Mapping[str, str] | None = None,
    strength: float = 1.0,
    on_done: Callable[[int, int], None] = lambda done, total: None,
) -> Scorecard:
    """Apply a look to photos and measure every result.

    Args:
        look: to measure.
        photos: files; one that cannot be read is told in the scorecard and does not end the run.
        backbone: whose features are compared.
        style: a picture of the style, for the style numbers.
        judge: of identity; without one that number is left out.
        finder: of faces, for skin tones; without one there are no such groups.
        groups: declared, by file name.
        strength: 0 to 1.
        on_done: called after every photo with how many are done, and of how many.

    Raises:
        LooksmithError: there is no photo, none of them can be used, or groups were declared for none of them.
    """
    if not photos:
        raise LooksmithError("there is no photo", where="--photos", expected="a folder of photos")
    wanted = None if style is None else to_srgb8(read_photo(style))
    cases: list[Case] = []
    failed: list[tuple[Path, LooksmithError]] = []
    named = declared([(path,) for path in photos], groups)
    for number, (path, group) in enumerate(zip(photos, named, strict=True), 1):
        try:
            case = _case(look, path, wanted, style, backbone, judge, finder, strength)
            cases.append(replace(case, group=group))
        except LooksmithError as error:
            failed.append((path, error))
        on_done(number, len(photos))
    if not cases:
        raise failed[0][1]
    rows = [case.row for case in cases]
    return Scorecard(
        look=look,
        strength=strength,
        cases=tuple(cases),
        summary=summary_of(rows),
        by_group=by_group(rows, [case.tone for case in cases], [case.group for case in cases]),
        findings=counted(rows),
        failed=tuple(failed),
    )


def _case(
    look: Look,
    path: Path,
    wanted: Rgb | None,
    style: Path | None,
    backbone: Backbone,
    judge: FaceJudge | None,
    finder: FaceFinder | None,
    strength: float,
) -> Case:
    photo = read_photo(path)
    begin = time.perf_counter()
    made = apply(look, photo, strength=strength, recorded=False)
    seconds = time.perf_counter() - begin
    before, after = to_srgb8(photo), to_srgb8(made)
    scores = measure_pair(after, content=before, style=wanted, backbone=backbone, judge=judge)
    shown = shrink(before, longest=SHOWN)
    scores.numbers["noise-gain"] = _gain(look, shown, strength)
    scores.higher_is_better["noise-gain"] = noise.HIGHER_IS_BETTER
    row = row_of(Measured(Job(path, content=path, style=style), scores, verdict(scores)))
    if style is None:  # without a style to compare with, a cast is what the look is for, not a mistake
        for finding in row["findings"]:
            if finding["about"] == "colour-cast" and finding["kind"] == "wrong":
                finding["kind"] = "note"
    angle = None if finder is None else skin_angle(before, finder)
    return Case(
        photo=path,
        before=shown,
        after=shrink(after, longest=SHOWN),
        row=row,
        seconds=seconds,
        angle=angle,
        tone=None if angle is None else tone_of(angle),
    )


def _gain(look: Look, photo: Rgb, strength: float) -> float:
    """What the look makes of a camera's noise; see :func:`looksmith.evaluation.metrics.noise_gain.noise_gain`."""
    again = noise.frame_after(photo)
    made = [to_srgb8(apply(look, Photo(frame), strength=strength, recorded=False)) for frame in (photo, again)]
    return noise.noise_gain(made[0], made[1], photo, again)
