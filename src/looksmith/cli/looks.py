"""``looksmith looks``, and a look as a verb reports it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from looksmith.cli import options, pictures, report
from looksmith.cli.language import language, say
from looksmith.errors import LooksmithError

if TYPE_CHECKING:
    from looksmith.looks.look import Look


def looks(
    add: Annotated[Path | None, typer.Option("--add", help=say("Put a .look file on your shelf first."))] = None,
    remove: Annotated[str | None, typer.Option("--remove", help=say("Take a look off your shelf first."))] = None,
    as_json: options.Json = False,
) -> None:
    """List the looks on the shelf: the built-in ones and yours."""
    from looksmith.looks.look import Look
    from looksmith.looks.shelf import entries, install, uninstall

    if add is not None:
        install(Look.load(add))
    if remove is not None:
        uninstall(remove)
    found: list[dict[str, Any]] = []
    for entry in entries():
        place = {"path": str(entry.path), "built_in": entry.built_in}
        try:
            found.append({**look_fields(entry.load()), **place})
        except LooksmithError as error:
            report.tell_left_out(entry.path, error)
            found.append({"name": entry.name, "error": report.error_fields(error), **place})
    if as_json:
        report.tell_json({"looks": found})
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("Name", "Title", "", "Facets", "From"):
        table.add_column(say(heading) if heading else "", overflow="fold")
    for fields in found:
        if "error" in fields:
            continue
        title = fields["title"]
        first, second = ("zh", "en") if language() == "zh" else ("en", "zh")
        table.add_row(
            f"[bold]{escape(fields['name'])}[/bold]",
            escape(title.get(first, "")),
            f"[dim]{escape(title.get(second, ''))}[/dim]",
            ", ".join(name for name, strength in fields["facets"].items() if strength > 0),
            say("built in") if fields["built_in"] else escape(fields["creator"]),
        )
    report.out().print(table)
    if not found:
        report.err().print(say("The shelf is empty; looksmith learn PICTURES -o NAME.look makes a look."))


def look_fields(look: Look) -> dict[str, Any]:
    """A look for JSON."""
    return {
        "name": look.name,
        "version": look.version,
        "creator": look.creator,
        "title": dict(look.title),
        "facets": dict(look.strengths),
        "licence": look.licence,
        "consent": look.consent.kind,
        "digest": look.digest,
    }


def save_look(look: Look, output: Path) -> int:
    """Write a look to a file or standard output; gives its size in bytes."""
    if output == pictures.PIPE:
        data = look.to_bytes()
        pictures.write_stdout(data)
        return len(data)
    return look.save(output).stat().st_size
