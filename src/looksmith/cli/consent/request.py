"""``looksmith consent request``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from looksmith.cli import options, report
from looksmith.cli.consent import terms
from looksmith.cli.language import say


def request(
    person: Annotated[str, typer.Argument(help=say("Who is asked: the name of the creator."))],
    output: Annotated[Path, typer.Option("--output", "-o", help=say("File to write, such as rina.request."))],
    name: Annotated[str, typer.Option("--name", help=say("Who asks: your name, or your firm's."))],
    facets: terms.Facets = None,
    uses: terms.Uses = None,
    territories: terms.Territories = None,
    since: terms.Since = None,
    until: terms.Until = None,
    derivatives: terms.Derivatives = False,
    material: Annotated[
        list[Path] | None,
        typer.Option("--material", help=say("Pictures that it is about; default any of the person's.")),
    ] = None,
    statement: Annotated[str, typer.Option("--for", help=say("What for, in words."))] = "",
    as_json: options.Json = False,
) -> None:
    """Ask a person for consent to learn a look from their pictures: a signed request to send them."""
    from looksmith.looks.learn import material_digest
    from looksmith.rights.answer import make_request
    from looksmith.rights.grant import save
    from looksmith.rights.terms import make_terms

    made = make_request(
        person,
        name=name,
        facets=terms.split(facets) or ["tone", "texture"],
        terms=make_terms(terms.split(uses) or ["private"], terms.split(territories), since or "", until or ""),
        derivatives=derivatives,
        material=material_digest(list(material)) if material else "",
        statement=statement,
    )
    save(made, output)
    if as_json:
        report.tell_json({"output": str(output), **terms.fields(made)})
        return
    terms.tell(made)
    report.tell_wrote(str(output))
    report.out().print(say("Send it to them; they answer with: looksmith consent grant {name}", name=output.name))
