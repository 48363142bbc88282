"""``looksmith export``."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from looksmith.cli import options, report
from looksmith.cli.language import say
from looksmith.cli.recipe_fields import read_options
from looksmith.cli.train import RECORD, RUN, load_recipe, needs_train_extra, recipe_class, task_of
from looksmith.errors import LooksmithError


def export(
    run: Annotated[Path, typer.Argument(help=say("Folder of a run of looksmith train."))],
    int8: Annotated[bool, typer.Option("--int8", help=say("Also in whole numbers: smaller, often faster."))] = False,
    network: Annotated[
        str | None, typer.Option("--network", help=say("Which network, where a run has several; default its first."))
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help=say("Folder to write to; default export in the run's folder."))
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Export a trained network as ONNX, compared with what was trained (needs the train extra)."""
    recipe, name = recipe_of(run)
    with needs_train_extra(), report.progress(say("Exporting")):
        from looksmith.training.export_run import export_run

        task = task_of(load_recipe(name), recipe)
        made = export_run(task, run, recipe=name, network=network, int8=int8, out=output)
    if as_json:
        compared = {kind: dataclasses.asdict(each) for kind, each in made.parity.items()}
        report.tell_json({"name": made.name, "paths": {k: str(p) for k, p in made.paths.items()}, "parity": compared})
        return
    table = Table(box=None, pad_edge=False)
    for title in (say("File"), "SSIM", say("Largest difference"), "MB", "ms"):
        table.add_column(title, justify="left" if title == say("File") else "right")
    for kind, parity in made.parity.items():
        numbers = (
            f"{parity.ssim:.4f}",
            f"{parity.largest:.4f}",
            f"{parity.bytes / 1e6:.2f}",
            f"{parity.milliseconds:.1f}",
        )
        table.add_row(str(made.paths[kind]), *numbers)
    report.out().print(table)
    if made.rounded:
        report.err().print(say("In whole numbers: {what}.", what=say(made.rounded)))
    first = made.paths["float"]
    if made.kind == "noise":
        words = say("Try it: looksmith sample {path} -o grid.png", path=first)
    else:
        words = say("Try it: looksmith apply {path} photo.jpg -o out.jpg", path=first)
    report.err().print(words, highlight=False)


def recipe_of(run: Path) -> tuple[Any, str]:
    """The recipe that a run was trained with, and its name.

    Raises:
        LooksmithError: this is no run's folder.
    """
    try:
        name = str(json.loads((run / RUN).read_text("utf-8"))["recipe"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LooksmithError(
            say("this is not the folder of a run"),
            where=run,
            expected=f"{RUN}, {RECORD}",
            hint="looksmith train RECIPE --out …",
        ) from error
    kind = recipe_class(load_recipe(name))
    return kind(**read_options(kind, run / RECORD)), name
