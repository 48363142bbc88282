"""``looksmith consent show``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from looksmith.cli import options, report
from looksmith.cli.consent import terms
from looksmith.cli.language import say
from looksmith.cli.mistakes import in_words
from looksmith.errors import LooksmithError


def show(
    document: Annotated[Path, typer.Argument(help=say("A request, a grant, or a look that carries grants."))],
    as_json: options.Json = False,
) -> None:
    """Show what was asked for or granted, whether it is whole, and whether it holds today."""
    from looksmith.looks.file import SUFFIX
    from looksmith.looks.look import Look
    from looksmith.rights.consent import Consent
    from looksmith.rights.grant import Grant, read_document
    from looksmith.rights.permit import Claim, check_standing

    if document.suffix == SUFFIX:
        look = Look.load(document)
        shown: list[Any] = list(look.consent.grants)
        claim: Claim | None = look.claim
    else:
        found = read_document(document)
        shown = [found]
        claim = None
        if isinstance(found, Grant):
            consent = Consent("granted", grants=(found,))
            claim = Claim(document.name, "", tuple(sorted(found.covered)), "", consent, None)
    problem: LooksmithError | None = None
    try:
        if claim is not None:
            check_standing(claim)
    except LooksmithError as error:
        problem = error
    if as_json:
        fields = [terms.fields(entry) for entry in shown]
        report.tell_json(
            {"documents": fields, "holds": problem is None, "error": problem and report.error_fields(problem)}
        )
    else:
        for entry in shown:
            terms.tell(entry)
        if not shown:
            report.out().print(say("It carries no grant."))
        report.out().print(say("The signature holds. Whose key it is, no file can prove: compare it with them once."))
        if claim is not None and problem is None:
            report.out().print(say("It holds today."))
    if problem is not None:
        if not as_json:
            report.out().print(say("It does not hold: {why}", why=in_words(problem.what)))
        raise typer.Exit(1)
