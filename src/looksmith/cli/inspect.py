"""``looksmith inspect``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from looksmith.cli import options, pictures, report
from looksmith.cli.language import say
from looksmith.cli.looks import look_fields

if TYPE_CHECKING:
    from looksmith.facets.protocol import Card
    from looksmith.looks.look import Look


def inspect(
    look: Annotated[str, typer.Argument(help=say("A look's name or a .look file; - for standard input."))],
    as_json: options.Json = False,
) -> None:
    """Show what is in a look, whose it is, and whether its signature holds."""
    from looksmith.looks.look import Look
    from looksmith.looks.shelf import find

    # Reading checks digest and signature: a look that comes back is whole.
    opened = Look.load(pictures.read_stdin()) if Path(look) == pictures.PIPE else find(look)
    cards = _cards(opened)
    if as_json:
        report.tell_json(_fields(opened, cards))
    else:
        _show(opened, cards)


def _cards(look: Look) -> dict[str, Card]:
    from looksmith.facets import registry

    return {name: registry.make(name, {}).describe(state) for name, state in look.facets.items()}


def _fields(look: Look, cards: dict[str, Card]) -> dict[str, Any]:
    signature = look.signature
    return {
        **look_fields(look),
        "consent_statement": look.consent.statement,
        "terms": None if look.consent.terms is None else look.consent.terms.model_dump(),
        "grants": [grant.model_dump() for grant in look.consent.grants],
        "sources": [source.model_dump() for source in look.sources],
        "cards": {
            name: {key: value for key, value in asdict(card).items() if key != "thumbnail"}
            for name, card in cards.items()
        },
        "unknown": sorted(look.unknown),
        "preview": look.preview_file is not None,
        "card": look.card,
        "signed_by": look.signed_by,
        "key": None if signature is None else signature.fingerprint,
        "signature": None if signature is None else "holds",
    }


def _show(look: Look, cards: dict[str, Card]) -> None:
    console = report.out()
    title = " · ".join(dict.fromkeys(text for text in (look.title.get("en"), look.title.get("zh")) if text))
    console.print(f"[bold]{escape(look.name)}[/bold] {escape(look.version)}  {escape(title)}")
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row(say("creator"), escape(look.creator))
    for name, strength in look.strengths.items():
        if strength == 0:
            runs = say("on request, with --only {name}", name=name)
        else:
            runs = say("by default, at {strength}", strength=f"{strength:g}")
        words = [cards[name].words] if name in cards else [say("not installed here")]
        table.add_row(say("facet"), f"{escape(name)} ({runs}): {escape(', '.join(words))}")
        if name in cards and cards[name].swatches:
            table.add_row("", " ".join(f"[on {colour}]  [/] {colour}" for colour in cards[name].swatches))
    for source in look.sources:
        by = ", ".join(part for part in (source.author, source.year, source.licence) if part)
        share = f" {source.weight:.0%}" if source.weight < 1 else ""
        count = f", {say('{count} pictures', count=source.pictures)}" if source.pictures > 1 else ""
        table.add_row(say("from"), escape(f"{source.title}{share}{count}{f' ({by})' if by else ''}"))
    table.add_row(say("licence"), escape(look.licence or say("not stated")))
    table.add_row(say("consent"), escape(f"{look.consent.kind}. {look.consent.statement}".rstrip(". ")))
    for grant in look.consent.grants:
        table.add_row(say("given by"), escape(grant.in_words()))
    if look.consent.terms is not None:
        table.add_row(say("uses"), escape(look.consent.terms.in_words()))
    holds = say("the signature holds; signed by {who}", who=look.signed_by or "?")
    table.add_row(say("signature"), escape(holds))
    table.add_row(say("digest"), look.digest)
    console.print(table)
