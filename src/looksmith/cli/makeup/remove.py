"""``looksmith makeup remove``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from looksmith.cli import options, pictures, report
from looksmith.cli.language import say


def remove(
    photo: Annotated[Path, typer.Argument(help=say("A photo; - for standard input."))],
    output: Annotated[Path, typer.Option("--output", "-o", help=say("File to write to; - for standard output."))],
    strength: options.Strength = 1.0,
    faces: options.Faces = None,
    keep_gps: options.KeepGps = False,
    keep_device: options.KeepDevice = False,
    quality: options.Quality = 92,
    format: options.Format = None,
    as_json: options.Json = False,
) -> None:
    """Take the makeup off the faces of a photo: a plausible bare face."""
    from looksmith.looks.makeup import remove_makeup

    pictures.check_output(output, as_json=as_json)
    written_as = pictures.format_named(format)
    made = remove_makeup(pictures.read_input(photo), strength=strength, faces=faces or "")
    pictures.write_output(made, output, format=written_as, quality=quality, keep_gps=keep_gps, keep_device=keep_device)
    if as_json:
        report.tell_json({"photo": str(photo), "output": str(output), "width": made.width, "height": made.height})
    else:
        report.tell_wrote(str(output))
