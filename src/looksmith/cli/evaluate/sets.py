"""``looksmith evaluate set``."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any

import typer

from looksmith.cli import options, report
from looksmith.cli.evaluate.told import (
    Backbones,
    Notebooks,
    backbone_of,
    needs_evaluate_extra,
    tell_findings,
    tell_numbers,
)
from looksmith.cli.language import say
from looksmith.errors import LooksmithError


def sets(
    generated: Annotated[Path, typer.Argument(help=say("Folder of generated pictures."))],
    real: Annotated[Path, typer.Option("--real", help=say("Folder of real pictures, such as those of the style."))],
    content: Annotated[
        Path | None,
        typer.Option(
            "--content", help=say("Folder of the photos they were made of, by name: adds an ArtFID-like score.")
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help=say("Of the draws behind the intervals."))] = 0,
    notebook: Notebooks = None,
    backbone: Backbones = None,
    as_json: options.Json = False,
) -> None:
    """Measure a folder of generated pictures against a folder of real ones: how real, how varied, how sure."""
    with needs_evaluate_extra():
        from looksmith.evaluation.notebook import Notebook
        from looksmith.evaluation.pairs import jobs_of
        from looksmith.evaluation.sets import compare_sets, content_distances, features_of, verdict_of_sets
        from looksmith.looks.learn import pictures_of

    for folder in (generated, real):
        if not folder.is_dir():
            raise LooksmithError(say("there is no such folder"), where=folder, expected=say("a folder of pictures"))
    network = backbone_of(backbone)
    paths = {"generated": pictures_of(generated), "real": pictures_of(real)}
    failed: list[dict[str, Any]] = []

    def left_out(path: Path, error: LooksmithError) -> None:
        report.tell_left_out(path, error)
        failed.append({"picture": str(path), "error": report.error_fields(error)})

    total = sum(map(len, paths.values())) + (len(paths["generated"]) if content else 0)
    rows, used = {}, {}
    with report.progress(say("Measuring")) as step, Notebook(notebook) as book:
        begun = 0
        for name, chosen in paths.items():
            rows[name], used[name] = features_of(
                chosen,
                network,
                notebook=book,
                on_done=lambda done, begun=begun: step(begun + done, total),  # type: ignore[misc]
                on_mistake=left_out,
            )
            begun += len(chosen)
        kept = None
        if content is not None:
            jobs = [job for job in jobs_of(generated, content, None, None) if job.picture in set(used["generated"])]
            photos = [(job.picture, job.content) for job in jobs if job.content is not None]
            kept = content_distances(photos, network, notebook=book, on_done=lambda done: step(begun + done, total))
    numbers = compare_sets(rows["generated"], rows["real"], network.name, content=kept, seed=seed)
    findings = verdict_of_sets(numbers, len(rows["generated"]), len(rows["real"]))
    if as_json:
        report.tell_json(
            {
                "generated": len(rows["generated"]),
                "real": len(rows["real"]),
                "seed": seed,
                "numbers": {name: _plain(vars(number)) for name, number in numbers.items()},
                "findings": [_plain(vars(finding)) for finding in findings],
                "failed": failed,
            }
        )
    else:
        _show(numbers)
        tell_findings([vars(finding) for finding in findings])
    if failed:
        raise typer.Exit(1)


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        key: None if isinstance(value, float) and not math.isfinite(value) else value for key, value in fields.items()
    }


def _show(numbers: dict[str, Any]) -> None:
    lines = []
    for name, number in numbers.items():
        spread = "" if math.isnan(number.low) else f"{number.low:.4f} – {number.high:.4f}  "
        floor = "" if number.floor is None else say("floor {value}", value=f"{number.floor:.4f}")
        lines.append((name, f"{number.value:.4f}", number.higher_is_better, spread + floor))
    tell_numbers(lines)
