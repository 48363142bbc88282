"""``looksmith consent lists``."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from looksmith.cli import options, report
from looksmith.cli.language import say


def lists(
    add: Annotated[str | None, typer.Option("--add", help=say("Heed this list: a file or a URL."))] = None,
    remove: Annotated[str | None, typer.Option("--remove", help=say("Heed this list no longer."))] = None,
    as_json: options.Json = False,
) -> None:
    """Show the withdrawal lists that this computer heeds, and change them."""
    from looksmith.rights.lists import own_list, standing, subscribe, subscribed, unsubscribe

    if add is not None:
        subscribe(add)
    if remove is not None:
        unsubscribe(remove)
    now = standing()
    if as_json:
        count = sum(map(len, now.entries.values()))
        places = {"own": str(own_list()), "subscribed": list(subscribed())}
        report.tell_json({**places, "entries": count, "unsound": list(now.unsound)})
    else:
        console = report.out()
        for place in (str(own_list()), *subscribed()):
            console.print(escape(place))
        for text in now.unsound:
            report.tell_notice(text)
    if now.unsound:
        raise typer.Exit(1)
