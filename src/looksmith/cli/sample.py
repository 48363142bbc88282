"""``looksmith sample``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from looksmith.cli import options, pictures, report
from looksmith.cli.language import say


def sample(
    network: Annotated[Path, typer.Argument(help=say("An ONNX file that looksmith export wrote."))],
    output: Annotated[
        Path, typer.Option("--output", "-o", help=say("File for one page, or a folder for single pictures."))
    ],
    count: Annotated[int, typer.Option("--count", "-n", min=1, help=say("How many pictures."))] = 16,
    seed: Annotated[int, typer.Option("--seed", min=0, help=say("Of the noise; recorded in the output."))] = 0,
    truncation: Annotated[
        float | None,
        typer.Option(
            "--truncation", help=say("0 gives the mean picture, 1 all that was learned. [default: the file's]")
        ),
    ] = None,
    to: Annotated[
        int | None, typer.Option("--to", min=0, help=say("Walk from the first picture of --seed to that of this seed."))
    ] = None,
    styles_of: Annotated[
        int | None,
        typer.Option("--styles-of", min=0, help=say("Finer styles are those of the first picture of this seed.")),
    ] = None,
    mixed: Annotated[
        float, typer.Option("--mixed", help=say("With --styles-of: in which share of the layers, 0 to 1."))
    ] = 0.5,
    columns: Annotated[int | None, typer.Option("--columns", min=1, help=say("Pictures in a row."))] = None,
    quality: options.Quality = 92,
    format: options.Format = None,
    as_json: options.Json = False,
) -> None:
    """Make pictures with a network that was trained to make them from noise."""
    from looksmith.looks.sample import grid
    from looksmith.looks.sample import sample as make

    pictures.check_output(output, as_json=as_json)
    written_as = pictures.format_named(format)
    with report.progress(say("Making pictures")):
        made = make(network, count, seed=seed, truncation=truncation, to=to, styles_of=styles_of, mixed=mixed)
        if output.is_dir() or (not output.suffix and output != pictures.PIPE):
            output.mkdir(parents=True, exist_ok=True)
            suffix = pictures.SUFFIX_OF[written_as or "PNG"]
            for number, photo in enumerate(made):
                path = output / f"{number:04d}{suffix}"
                pictures.write_output(photo, path, format=written_as, quality=quality, keep_gps=False)
        else:
            pictures.write_output(grid(made, columns), output, format=written_as, quality=quality, keep_gps=False)
    if as_json:
        report.tell_json({"output": str(output), "count": len(made), "seed": seed, "size": made[0].width})
    else:
        report.tell_wrote(str(output), note=f" ({say('{count} pictures', count=len(made))})")
