"""``looksmith makeup show``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from looksmith.cli import options, pictures, report
from looksmith.cli.heed import heed_lists, record_export
from looksmith.cli.language import say
from looksmith.cli.looks import look_fields, save_look


def show(
    look: Annotated[str, typer.Argument(help=say("A look's name, or a .look file."))],
    values: Annotated[
        list[str] | None,
        typer.Option("--set", help=say("A number to change, such as lipstick.shade=#b11b3c; repeat it.")),
    ] = None,
    take: Annotated[
        list[str] | None,
        typer.Option("--take", help=say("Layers of another look, such as lips=b.look or eyes=b.look; repeat it.")),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help=say("Keep what was changed as a new look."))
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help=say("Name of the look; default that of the file."))] = None,
    as_json: options.Json = False,
) -> None:
    """Show the layers of a look's makeup; change them, mix them, and keep that as a new look."""
    from looksmith.facets.makeup.card import finish_of
    from looksmith.looks.apply import resolve
    from looksmith.looks.makeup import edit_makeup, makeup_of

    pictures.check_output(output, as_json=as_json)
    shown = resolve(look)
    if values or take:
        heed_lists()
        called = name or (None if output is None or output == pictures.PIPE else output.stem)
        shown = edit_makeup(shown, dict(_pair(t, "--set") for t in values or []),
                            [_pair(t, "--take") for t in take or []], name=called)  # fmt: skip
    layers = makeup_of(shown)
    size = None
    if output is not None:
        size = save_look(shown, output)
        record_export(output, look=shown.digest, name=shown.name, creator=shown.creator)
    if as_json:
        wrote = {} if output is None else {"output": str(output), "bytes": size}
        report.tell_json({**wrote, **look_fields(shown), "layers": [asdict(layer) for layer in layers]})
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in (say("layer"), say("shade"), say("opacity"), say("finish")):
        table.add_column(heading)
    finishes = {"matte": say("matte"), "satin": say("satin"), "gloss": say("gloss")}
    for layer in layers:
        swatch = f"[on {layer.shade}]  [/] {layer.shade}" if layer.shade else ""
        finish = finishes[finish_of(layer.finish)] if layer.name in ("lipstick", "foundation") else ""
        style = "" if layer.opacity > 0 else "dim"
        table.add_row(layer.name, swatch, f"{layer.opacity:.2f}", finish, style=style)
    console = report.out() if output is None else report.beside(output)
    console.print(table)
    if output is not None:
        report.tell_wrote(str(output))


def _pair(text: str, option: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise typer.BadParameter(
            say("{text} is not NAME=VALUE, such as lipstick.shade=#b11b3c or lips=b.look", text=repr(text)),
            param_hint=option,
        )
    return name.strip(), value.strip()
