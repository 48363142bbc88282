"""``looksmith replay``."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from looksmith.cli import options, pictures, report
from looksmith.cli.apply import asked_for
from looksmith.cli.language import say


def replay(
    made: Annotated[Path, typer.Argument(help=say("A picture that looksmith made; - for standard input."))],
    source: Annotated[
        Path | None, typer.Option("--source", help=say("The photo that it was made of; default looked for beside it."))
    ] = None,
    look: Annotated[
        str | None, typer.Option("--look", help=say("The look; default found by the digest in the metadata."))
    ] = None,
    domain: options.Domain = None,
    like: options.Like = None,
    where: options.Painted = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help=say("File for the picture made again."))] = None,
    quality: options.Quality = 92,
    as_json: options.Json = False,
) -> None:
    """Make an output again from its own metadata, and say whether it comes out the same."""
    from looksmith.looks.apply import resolve
    from looksmith.looks.replay import replay as play_again

    pictures.check_output(output, as_json=as_json)
    if (domain or like) and look is None:
        raise typer.BadParameter(say("--domain and --like need --look, the network"), param_hint="--look")
    with report.progress(say("Replaying")):
        used = look if look is None or not (domain or like) else asked_for(resolve(look), domain, like)
        again = play_again(pictures.read_input(made) if made == pictures.PIPE else made, source, look=used, where=where)
        if output is not None:
            pictures.write_output(again.photo, output, format=None, quality=quality, keep_gps=False)
    if as_json:
        report.tell_json(
            {
                "identical": again.identical,
                "difference": None if math.isnan(again.difference) else again.difference,
                "message": again.message,
                "recipe": again.recipe.model_dump(),
                "output": None if output is None else str(output),
            }
        )
    else:
        console = report.err() if output == pictures.PIPE else report.out()
        console.print(escape(again.message))
        if output is not None:
            report.tell_wrote(str(output))
    if not again.identical:
        raise typer.Exit(1)
