"""``looksmith consent withdraw``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from looksmith.cli import options, report
from looksmith.cli.language import say


def withdraw(
    what: Annotated[str, typer.Argument(help=say("A grant that you gave, or a look that you made."))],
    reason: Annotated[str, typer.Option("--reason", help=say("Why, in words; anybody can read it."))] = "",
    to: Annotated[
        Path | None, typer.Option("--list", help=say("The list to put it on; default your own on this computer."))
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Withdraw a grant that you gave, or a look that you made: a signed entry in a list."""
    from looksmith.looks.file import SUFFIX
    from looksmith.looks.shelf import entries, find
    from looksmith.rights.grant import read_grant
    from looksmith.rights.lists import own_list
    from looksmith.rights.withdrawal import add_to, withdraw_grant, withdraw_look

    place = to or own_list()
    if what.endswith(SUFFIX) or what in {entry.name for entry in entries()}:
        look = find(what)
        entry = withdraw_look(look.digest, look.name, look.claim.maker, reason)
    else:
        entry = withdraw_grant(read_grant(what), reason)
    add_to(place, entry)
    if as_json:
        report.tell_json({"list": str(place), **entry.model_dump()})
        return
    report.tell_wrote(str(place))
    report.out().print(
        say("It counts wherever this list is heeded: publish it, and have them type looksmith consent lists --add URL")
    )
