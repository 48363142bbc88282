"""``looksmith explain``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from looksmith.cli import options, pictures, report
from looksmith.cli.language import say
from looksmith.cli.mistakes import in_words


def explain(
    picture: Annotated[Path, typer.Argument(help=say("A picture that looksmith made; - for standard input."))],
    as_json: options.Json = False,
) -> None:
    """Say in words what was done to a picture; looksmith verify says whether that is proven."""
    from looksmith.rights.explain import explain as explain_recipe
    from looksmith.rights.provenance import read_recipe

    recipe = read_recipe(pictures.read_input(picture), picture)
    said = explain_recipe(recipe)
    if as_json:
        report.tell_json({"words": [finding.words for finding in said], "recipe": recipe.model_dump()})
        return
    for finding in said:
        values = {name: in_words(str(value)) for name, value in finding.values.items()}
        words = in_words(finding.text).format(**values)
        report.out().print(f"- {escape(words[0].upper() + words[1:])}")
