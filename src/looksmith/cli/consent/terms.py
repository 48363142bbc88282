"""Options for terms of use, and a document as a verb shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from looksmith.cli import report
from looksmith.cli.language import say

if TYPE_CHECKING:
    from looksmith.rights.grant import Grant, Request

Uses = Annotated[
    list[str] | None,
    typer.Option("--uses", help=say("Uses: private, editorial, advertising; repeat it or join with commas.")),
]
Territories = Annotated[
    list[str] | None,
    typer.Option("--territories", help=say("Countries, such as CN,DE; default worldwide.")),
]
Until = Annotated[str | None, typer.Option("--until", help=say("The day on which it ends, such as 2027-12-31."))]
Since = Annotated[str | None, typer.Option("--from", help=say("The day on which it begins."))]
Facets = Annotated[
    list[str] | None, typer.Option("--facets", help=say("Facets, such as tone,texture,makeup; default tone,texture."))
]
Derivatives = Annotated[bool, typer.Option("--derivatives", help=say("Let other looks be made from it: blends."))]


def split(texts: Sequence[str] | None) -> list[str]:
    """The words given by repeating an option or joined by commas."""
    return [word.strip() for text in texts or () for word in text.split(",") if word.strip()]


def fields(document: Request | Grant) -> dict[str, Any]:
    """A document for JSON."""
    from looksmith.rights.signature import fingerprint

    signer = document.to.key if document.looksmith == "consent request" else document.person.key
    return {**document.model_dump(), "digest": document.digest, "fingerprint": fingerprint(signer)}


def tell(document: Request | Grant) -> None:
    """A document in words."""
    from looksmith.rights.grant import Grant
    from looksmith.rights.signature import fingerprint

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    asked = not isinstance(document, Grant)
    person = document.person.name if isinstance(document, Grant) else document.person
    table.add_row(say("asked of") if asked else say("given by"), escape(person))
    if isinstance(document, Grant):
        table.add_row(say("key"), fingerprint(document.person.key))
    table.add_row(say("asked by") if asked else say("given to"), escape(document.to.name))
    table.add_row(say("key"), fingerprint(document.to.key))
    table.add_row(say("facets"), ", ".join(document.facets) or say("none"))
    table.add_row(say("biometric"), ", ".join(document.biometric) or say("none"))
    table.add_row(say("uses"), ", ".join(document.terms.uses))
    table.add_row(say("where"), ", ".join(document.terms.territories))
    table.add_row(say("until"), document.terms.until or say("without an end"))
    table.add_row(say("blends"), say("allowed") if document.derivatives else say("not allowed"))
    if document.material:
        table.add_row(say("material"), document.material[:16])
    if document.statement:
        table.add_row(say("words"), escape(document.statement))
    table.add_row(say("id"), document.id)
    report.out().print(table)
