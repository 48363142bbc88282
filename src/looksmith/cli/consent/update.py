"""``looksmith consent update``."""

from __future__ import annotations

import typer

from looksmith.cli import report
from looksmith.cli.language import say


def update() -> None:
    """Fetch the withdrawal lists at URLs now."""
    from looksmith.rights.lists import refresh, subscribed

    failed = refresh(older_than=0)
    for error in failed:
        report.tell_error(error)
    report.out().print(say("{count} lists are heeded beside your own.", count=len(subscribed())))
    if failed:
        raise typer.Exit(1)
