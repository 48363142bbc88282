"""``looksmith evaluate pair``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from looksmith.cli import options, report
from looksmith.cli.evaluate.told import (
    Backbones,
    Groups,
    Identity,
    Notebooks,
    backbone_of,
    digits,
    judge_of,
    needs_evaluate_extra,
    tell_counts,
    tell_findings,
    tell_groups,
    tell_numbers,
)
from looksmith.cli.language import say
from looksmith.errors import LooksmithError


def pair(
    picture: Annotated[
        Path | None, typer.Argument(help=say("What was made: a picture, or a folder of them."), show_default=False)
    ] = None,
    content: Annotated[
        Path | None, typer.Option("--content", help=say("The photo it was made of, or a folder."))
    ] = None,
    style: Annotated[Path | None, typer.Option("--style", help=say("A picture of the style, or a folder."))] = None,
    mask: Annotated[
        Path | None, typer.Option("--mask", help=say("Where it was to be changed: white; outside must be as before."))
    ] = None,
    pairs: Annotated[
        Path | None, typer.Option("--pairs", help=say("A CSV list with the columns picture, content, style, mask."))
    ] = None,
    groups: Groups = None,
    notebook: Notebooks = None,
    backbone: Backbones = None,
    identity: Identity = True,
    as_json: options.Json = False,
) -> None:
    """Measure a picture beside its photo and its style, and say what is good and what is wrong."""
    with needs_evaluate_extra():
        from looksmith.evaluation.fairness.by_group import by_group, declared, sliced_json
        from looksmith.evaluation.fairness.skin import finder_beside
        from looksmith.evaluation.fairness.slices import read_groups
        from looksmith.evaluation.notebook import Notebook
        from looksmith.evaluation.pairs import (
            counted,
            jobs_of,
            jobs_of_list,
            measure_file,
            measure_files,
            row_of,
            summary_of,
        )

    if (picture is None) == (pairs is None):
        raise typer.BadParameter(say("name a picture, or a list with --pairs"), param_hint="PICTURE")
    if pairs is not None:
        if content or style or mask:
            raise typer.BadParameter(say("--pairs names them already"), param_hint="--content, --style, --mask")
        jobs = jobs_of_list(pairs)
    else:
        assert picture is not None
        if content is None and style is None:
            raise typer.BadParameter(say("name the photo, the style, or both"), param_hint="--content, --style")
        if mask is not None and content is None:
            raise typer.BadParameter(say("--mask needs the photo"), param_hint="--content")
        jobs = jobs_of(picture, content, style, mask)
    one = picture is not None and not picture.is_dir()
    if one and groups is not None:
        raise typer.BadParameter(say("groups are told of a folder or a list"), param_hint="--groups")
    named = declared([(job.picture, job.content) for job in jobs], None if groups is None else read_groups(groups))
    group_of = {(str(job.picture), str(job.content)): group for job, group in zip(jobs, named, strict=True)}
    network, judge = backbone_of(backbone), judge_of(identity)
    if one and notebook is None:
        row = row_of(measure_file(jobs[0], backbone=network, judge=judge))
        if as_json:
            report.tell_json(row)
        else:
            _show(row)
        return
    failed: list[dict[str, Any]] = []

    def left_out(job: Any, error: LooksmithError) -> None:
        report.tell_left_out(job.picture, error)
        failed.append({"picture": str(job.picture), "error": report.error_fields(error)})

    finder = finder_beside(judge)
    with report.progress(say("Measuring")) as step, Notebook(notebook) as book:
        rows = measure_files(
            jobs, backbone=network, judge=judge, finder=finder, notebook=book, on_done=step, on_mistake=left_out
        )
    for row in rows:
        group = group_of[row["picture"], str(row.get("content"))]
        row |= {} if group is None else {"group": group}
    sliced = by_group(rows, [row.get("skin", {}).get("tone") for row in rows], [row.get("group") for row in rows])
    if as_json:
        told = [{"kind": kind, "about": about, "pictures": count} for kind, about, count in counted(rows)]
        by = [sliced_json(one) for one in sliced]
        report.tell_json({"summary": summary_of(rows), "findings": told, "groups": by, "pairs": rows, "failed": failed})
    elif rows:
        _show_many(rows)
        tell_groups(sliced)
    if failed:
        raise typer.Exit(1)


def _show(row: dict[str, Any]) -> None:
    lines = []
    for name, value in row["numbers"].items():
        before = row["before"].get(name)
        note = "" if before is None else say("the photo itself: {value}", value=digits(before))
        same = name == "psnr" and value is None
        lines.append((name, "∞" if same else digits(value), row["higher_is_better"][name], note))
    tell_numbers(lines)
    tell_findings(row["findings"])


def _show_many(rows: list[dict[str, Any]]) -> None:
    from looksmith.evaluation.pairs import counted, summary_of

    lines = []
    for name, number in summary_of(rows)["numbers"].items():
        low, high = number["low"], number["high"]
        spread = "" if low is None or high is None else f"{digits(low)} – {digits(high)}"
        lines.append((name, digits(number["value"]), number["higher_is_better"], spread))
    tell_numbers(lines)
    tell_counts(counted(rows), len(rows))
