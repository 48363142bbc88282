"""``looksmith ledger``."""

from __future__ import annotations

import sqlite3
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from looksmith.cli import options, report
from looksmith.cli.language import say
from looksmith.errors import LooksmithError


def ledger(
    look: Annotated[
        str | None, typer.Option("--look", help=say("List all outputs of a look: its name, file, or digest."))
    ] = None,
    last: Annotated[int, typer.Option("--last", min=1, help=say("How many entries to show, the latest ones."))] = 20,
    set_aside: Annotated[
        bool, typer.Option("--set-aside", help=say("Move a ledger that does not hold away, and begin a new one."))
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Check the ledger of what was learned, applied and exported here, and show it."""
    from looksmith.rights.ledger import ledger as open_ledger
    from looksmith.rights.ledger import set_aside as move_away

    if set_aside:
        moved = move_away()
        if as_json:
            report.tell_json({"moved_to": None if moved is None else str(moved)})
        else:
            report.out().print(
                say("There is no ledger.") if moved is None else say("The old ledger lies at {path}.", path=moved)
            )
        return
    try:
        book = open_ledger()
        checked = book.check()
    except (sqlite3.Error, OSError) as error:
        raise LooksmithError(say("the ledger cannot be opened"), got=str(error)) from error
    if look is not None:
        _outputs(book, look, as_json)
        return
    entries = list(book.entries())[-last:]
    if as_json:
        listed = [{"seq": e.seq, "time": e.time, "kind": e.kind, "details": e.details} for e in entries]
        report.tell_json(
            {"holds": True, "count": checked.count, "forgotten": checked.forgotten,
             "clock_went_back_at": list(checked.backwards), "entries": listed}
        )  # fmt: skip
        return
    table = Table(box=None, show_header=False, pad_edge=False)
    for entry in entries:
        table.add_row(str(entry.seq), _moment(entry.time), entry.kind, escape(_said(entry.details)))
    console = report.out()
    console.print(table)
    console.print(say("The chain holds: {count} entries, {gone} of them forgotten.", count=checked.count,
                      gone=checked.forgotten))  # fmt: skip
    if checked.backwards:
        numbers = ", ".join(map(str, checked.backwards[:20]))
        console.print(say("The clock stood earlier than before at entries {numbers}.", numbers=numbers))


def _outputs(book: Any, look: str, as_json: bool) -> None:
    from pathlib import Path

    from looksmith.looks.look import Look
    from looksmith.looks.shelf import find
    from looksmith.rights.outputs import digests_named, made_with

    digests = digests_named(book, look)
    if not digests:
        digests = [(Look.load(look) if Path(look).is_file() else find(look)).digest]
    outputs = [output for digest in digests for output in made_with(book, digest)]
    if as_json:
        report.tell_json({"looks": digests, "outputs": [vars(output) for output in outputs]})
        return
    table = Table(box=None, show_header=False, pad_edge=False)
    for output in outputs:
        files = ", ".join(output.files) or say("not written to a file here")
        table.add_row(_moment(output.time), escape(output.name), escape(output.source), output.use, escape(files))
    console = report.out()
    console.print(table)
    console.print(say("{count} outputs were made with it here.", count=len(outputs)))


def _moment(seconds: int) -> str:
    from looksmith.rights.clock import stamp

    return stamp(seconds).replace("T", " ").rstrip("Z")


def _said(details: Any) -> str:
    if details is None:
        return say("(forgotten)")
    parts = [details.get("name"), details.get("source"), details.get("use"), details.get("file")]
    return "  ".join(str(part) for part in parts if part)
