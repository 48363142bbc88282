"""``looksmith verify``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from looksmith.cli import options, pictures, report
from looksmith.cli.language import say
from looksmith.cli.mistakes import in_words

_COLOURS = {"proven": "green", "stated": "yellow", "contradicted": "bold red", "absent": "dim"}


def verify(
    picture: Annotated[Path, typer.Argument(help=say("A picture; - for standard input."))],
    as_json: options.Json = False,
) -> None:
    """Say what a picture file proves about how it was made, and what it does not."""
    from looksmith.looks.shelf import named_by_mark
    from looksmith.media.read import read_photo
    from looksmith.rights.verify import verify as verify_picture

    data = pictures.read_stdin() if picture == pictures.PIPE else pictures.read_file(picture)
    verdict = verify_picture(data, read_photo(data), named=named_by_mark)
    if as_json:
        findings = [{"about": f.about, "state": f.state, "words": f.words, **f.values} for f in verdict.findings]
        recipe = None if verdict.recipe is None else verdict.recipe.model_dump()
        report.tell_json({"sound": verdict.sound, "labelled": verdict.labelled, "findings": findings, "recipe": recipe})
    else:
        states = {
            "proven": say("proven"), "stated": say("stated, not proven"), "contradicted": say("contradicted"),
            "absent": say("not there"),
        }  # fmt: skip
        table = Table(box=None, show_header=False, pad_edge=False)
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        for finding in verdict.findings:
            values = {name: in_words(str(value)) for name, value in finding.values.items()}
            words = in_words(finding.text).format(**values)
            colour = _COLOURS[finding.state]
            table.add_row(f"[{colour}]{states[finding.state]}[/{colour}]", escape(words))
        console = report.out()
        console.print(table)
        if not verdict.sound:
            console.print(say("Something does not fit: do not rely on what this file says of itself."))
        elif verdict.labelled:
            console.print(say("Labelled as generated or altered; nothing speaks against it."))
        else:
            console.print(say("Nothing says that it was generated; that proves nothing: labels can be taken out."))
    if not verdict.sound:
        raise typer.Exit(1)
