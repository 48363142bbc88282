"""``looksmith forget``."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from looksmith.cli import options, report
from looksmith.cli.language import say
from looksmith.cli.mistakes import in_words
from looksmith.errors import LooksmithError


def forget(
    who: Annotated[str, typer.Argument(help=say("A person, or a look: its name, its file, or its digest."))],
    yes: Annotated[bool, typer.Option("--yes", help=say("Do it without asking."))] = False,
    as_json: options.Json = False,
) -> None:
    """Delete the looks of a person, or a look, and what the ledger says about them."""
    from looksmith.looks.forget import BEYOND, trace
    from looksmith.looks.forget import forget as forget_trace

    known = trace(who)
    if known.empty:
        raise LooksmithError(say("nothing is known here by this name"), where=who, hint="looksmith ledger")
    if not as_json:
        console = report.out()
        for path in known.looks:
            console.print(say("look file: {path}", path=escape(str(path))))
        for path in known.materials:
            console.print(say("collection, with its pictures and embeddings: {path}", path=escape(str(path))))
        console.print(say("details of {count} ledger entries; the chain goes on to hold", count=len(known.entries)))
        for name in known.outputs:
            console.print(say("stays, delete it yourself: {path}", path=escape(name)))
        for name in known.blends:
            console.print(say("stays, a blend made from it: {name}", name=escape(name)))
        for text in BEYOND:
            console.print(say("cannot be reached: {what}", what=in_words(text)))
    if not yes and not typer.confirm(say("Delete?"), err=True):
        raise typer.Exit(1)
    failed = forget_trace(known)
    if as_json:
        report.tell_json(
            {"looks": [str(path) for path in known.looks], "materials": [str(path) for path in known.materials],
             "entries": len(known.entries), "failed": failed,
             "stays": [*known.outputs, *known.blends], "cannot_be_reached": list(BEYOND)}
        )  # fmt: skip
    else:
        for text in failed:
            report.tell_notice(text)
        report.out().print(say("Forgotten."))
    if failed:
        raise typer.Exit(1)
