"""``looksmith consent grant``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from looksmith.cli import options, report
from looksmith.cli.consent import terms
from looksmith.cli.language import say
from looksmith.errors import LooksmithError


def grant(
    request: Annotated[Path, typer.Argument(help=say("The request that you were sent."))],
    output: Annotated[Path, typer.Option("--output", "-o", help=say("File to write, such as rina.grant."))],
    facets: terms.Facets = None,
    biometric: Annotated[
        list[str] | None,
        typer.Option("--biometric", help=say("Facets of your face or voice that you allow, each by name.")),
    ] = None,
    uses: terms.Uses = None,
    territories: terms.Territories = None,
    until: terms.Until = None,
    derivatives: terms.Derivatives = False,
    name: Annotated[str | None, typer.Option("--name", help=say("Your name, if the request has it wrong."))] = None,
    statement: Annotated[str, typer.Option("--words", help=say("Anything that you want to add."))] = "",
    as_json: options.Json = False,
) -> None:
    """Answer a request with a signed grant; it may allow less than was asked for, never more."""
    from looksmith.rights.answer import answer
    from looksmith.rights.grant import Request, read_document, save
    from looksmith.rights.terms import make_terms

    asked = read_document(request)
    if not isinstance(asked, Request):
        raise LooksmithError(say("this is not a request"), where=request, hint="looksmith consent show " + str(request))
    wanted = asked.terms
    made = answer(
        asked,
        person=name,
        facets=terms.split(facets) if facets else None,
        biometric=terms.split(biometric),
        terms=make_terms(
            terms.split(uses) or wanted.uses,
            terms.split(territories) or wanted.territories,
            wanted.start,
            until or wanted.until,
        ),
        derivatives=derivatives,
        statement=statement,
    )
    save(made, output)
    if as_json:
        report.tell_json({"output": str(output), **terms.fields(made)})
        return
    terms.tell(made)
    report.tell_wrote(str(output))
    if asked.biometric and not made.biometric:
        names = ",".join(asked.biometric)
        report.tell_notice(say("Facets of a face or a voice are granted apart: --biometric {names}", names=names))
    report.out().print(say("Keep it: with it you can withdraw: looksmith consent withdraw {name}", name=output.name))
