"""``looksmith export-lut``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from looksmith.cli import options, pictures, report
from looksmith.cli.heed import heed_lists, record_export
from looksmith.cli.language import say
from looksmith.errors import LooksmithError


def export_lut(
    look: Annotated[str, typer.Argument(help=say("A look's name, a .look file, or any picture."))],
    output: Annotated[Path, typer.Argument(help=say("The .cube file to write; - for standard output."))],
    size: Annotated[int, typer.Option("--size", min=2, max=129, help=say("Points a side of the table."))] = 33,
    use: options.Uses = options.Use.private,
    territory: options.Territory = None,
    as_json: options.Json = False,
) -> None:
    """Write a look's grade as a .cube LUT, for ffmpeg and photo editors."""
    from looksmith.facets.tone import to_cube
    from looksmith.looks.apply import resolve
    from looksmith.media.atomic import write_bytes
    from looksmith.rights.permit import check_use

    if as_json and output == pictures.PIPE:
        raise typer.BadParameter(say("--json and - both want standard output"), param_hint="--json")
    heed_lists()
    with report.progress(say("Exporting")):
        chosen = resolve(look)
        check_use(chosen.claim, use.value, territory.upper() if territory else None)
        if "tone" not in chosen.facets:
            raise LooksmithError(
                say("the look has no grade to export"),
                where=chosen.name,
                expected="tone",
                got=", ".join(chosen.facets) or say("no facet"),
            )
        text = to_cube(chosen.facets["tone"], size).encode("ascii", "replace")
        if output == pictures.PIPE:
            pictures.write_stdout(text)
        else:
            write_bytes(output, text)
    record_export(output, look=chosen.digest, name=chosen.name, creator=chosen.creator, use=use.value)
    if as_json:
        report.tell_json({"output": str(output), "look": chosen.name, "size": size, "bytes": len(text)})
    else:
        report.tell_wrote(str(output), note=f" ({size} x {size} x {size})")
