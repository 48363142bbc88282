"""``looksmith evaluate look``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from looksmith.cli import options, report
from looksmith.cli.evaluate.told import (
    Backbones,
    Groups,
    Identity,
    backbone_of,
    digits,
    judge_of,
    needs_evaluate_extra,
    tell_counts,
    tell_groups,
    tell_numbers,
)
from looksmith.cli.language import language, say

if TYPE_CHECKING:
    from looksmith.evaluation.scorecard import Scorecard


def look(
    name: Annotated[
        str,
        typer.Argument(metavar="LOOK", help=say("A look's name, a .look file, or any picture."), show_default=False),
    ],
    photos: Annotated[Path, typer.Option("--photos", help=say("The photos to measure it on: a folder, or one."))],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help=say("Write the scorecard as a page (.html) or as data (.json).")),
    ] = None,
    style: Annotated[Path | None, typer.Option("--style", help=say("A picture of the style, for its numbers."))] = None,
    groups: Groups = None,
    strength: options.Strength = 1.0,
    backbone: Backbones = None,
    identity: Identity = True,
    as_json: options.Json = False,
) -> None:
    """Measure a look over a set of photos: what it keeps, what it breaks, and for whom."""
    with needs_evaluate_extra():
        from looksmith.evaluation.fairness.skin import finder_beside
        from looksmith.evaluation.fairness.slices import read_groups
        from looksmith.evaluation.scorecard import scorecard
        from looksmith.evaluation.scorecard_page import scorecard_json, scorecard_page
    from looksmith.looks.apply import resolve
    from looksmith.looks.learn import pictures_of
    from looksmith.media.atomic import write_bytes

    if output is not None and output.suffix.lower() not in (".html", ".json"):
        raise typer.BadParameter(say("end the name in .html or .json"), param_hint="--output")
    declared = None if groups is None else read_groups(groups)
    network, judge = backbone_of(backbone), judge_of(identity)
    with report.progress(say("Measuring")) as step:
        card = scorecard(
            resolve(name),
            pictures_of(photos),
            backbone=network,
            style=style,
            judge=judge,
            finder=finder_beside(judge),
            groups=declared,
            strength=strength,
            on_done=step,
        )
    for path, error in card.failed:
        report.tell_left_out(path, error)
    if output is not None:
        text = scorecard_page(card) if output.suffix.lower() == ".html" else _as_text(card)
        write_bytes(output, text.encode("utf-8"))
    if as_json:
        report.tell_json(scorecard_json(card))
    else:
        if output is not None:
            report.tell_wrote(str(output), note=f" ({say('{count} photos', count=len(card.cases))})")
        _print(card)
    if card.failed:
        raise typer.Exit(1)


def _as_text(card: Scorecard) -> str:
    import json

    from looksmith.evaluation.scorecard_page import scorecard_json

    return json.dumps(scorecard_json(card), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _print(card: Scorecard) -> None:
    from looksmith.evaluation.scorecard_page import words_of

    zh = int(language() == "zh")
    tell_counts(card.findings, len(card.cases))
    lines = []
    for name, number in card.summary["numbers"].items():
        low, high = number["low"], number["high"]
        spread = "" if low is None or high is None else f"{digits(low)} – {digits(high)}"
        lines.append((words_of(name)[zh], digits(number["value"]), number["higher_is_better"], spread))
    tell_numbers(lines)
    tell_groups(card.by_group)
