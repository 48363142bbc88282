"""``looksmith sheet``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, cast

import typer

from looksmith.cli import options, pictures, report
from looksmith.cli.language import language, say
from looksmith.errors import LooksmithError


def sheet(
    photo: Annotated[Path, typer.Argument(help=say("A photo; - for standard input."))],
    output: options.Output,
    looks: Annotated[
        list[str] | None, typer.Option("--look", help=say("Only this look; repeat it. Default the whole shelf."))
    ] = None,
    cell: Annotated[int, typer.Option("--cell", help=say("Longest side of one picture, pixels."))] = 320,
    columns: Annotated[int | None, typer.Option("--columns", help=say("Pictures in a row."))] = None,
    labels: Annotated[str, typer.Option("--labels", help=say("Language of the labels, en or zh."))] = language(),
    strength: options.Strength = 1.0,
    color: options.Colors = options.Color.match,
    quality: options.Quality = 92,
    format: options.Format = None,
    as_json: options.Json = False,
) -> None:
    """Show one photo in every look, on one page."""
    from looksmith.looks.sheet import sheet as make_sheet

    pictures.check_output(output, as_json=as_json)
    written_as = pictures.format_named(format)
    settings: dict[str, Any] = {"strength": strength, "color": color.value}
    with report.progress(say("Making the sheet")) as step:
        chosen = looks or _usable()
        page = make_sheet(
            pictures.read_input(photo),
            list(chosen),
            cell=cell,
            columns=columns,
            language=cast(Literal["en", "zh"], labels),
            progress=step,
            **settings,
        )
        pictures.write_output(page, output, format=written_as, quality=quality, keep_gps=False)
    if as_json:
        report.tell_json({"output": str(output), "looks": chosen, "width": page.width, "height": page.height})
    else:
        count = say("{count} looks", count=len(chosen))
        report.tell_wrote(str(output), note=f" ({count}, {page.width} x {page.height})")


def _usable() -> list[str]:
    """The names on the shelf, without looks that cannot be read or may not be used; of those a line tells."""
    from looksmith.looks.shelf import entries
    from looksmith.rights.permit import check_use

    names = []
    for entry in entries():
        try:
            check_use(entry.load().claim)
        except LooksmithError as error:
            report.tell_left_out(entry.path, error)
        else:
            names.append(entry.name)
    return names
