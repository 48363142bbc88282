"""``looksmith collect``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from looksmith.cli import options, report
from looksmith.cli.language import language, say


def collect(
    sources: Annotated[
        list[Path],
        typer.Argument(help=say("Folders, zips, pictures, clips, recordings, captions, and archives of platforms.")),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help=say("Folder to collect into, such as material/."))],
    face: Annotated[
        int | None,
        typer.Option("--face", min=0, help=say("Which of the people found is the creator, by number; 0 for nobody.")),
    ] = None,
    views: Annotated[
        int,
        typer.Option("--views", min=0, max=100, help=say("Augmented views to write of every picture, for training.")),
    ] = 0,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, max=64, help=say("Processes at work; default one a core."))
    ] = None,
    creator: Annotated[str, typer.Option("--creator", help=say("Whose material it is."))] = "anonymous",
    as_json: options.Json = False,
) -> None:
    """Collect a creator's material: clean, split, with a data card; sources are only read."""
    from looksmith.materials.card import data_card
    from looksmith.materials.collect import PAGE
    from looksmith.materials.collect import collect as collect_material
    from looksmith.rights.record import record

    def gather(number: int | None) -> Any:
        with report.progress(say("Collecting"), quiet=as_json) as step:
            return collect_material(sources, output, face=number, views=views, workers=workers, progress=step)

    collected = gather(face)
    if face is None and collected.creator and not as_json and report.err().is_terminal:
        chosen = _confirmed(collected.creator, len(collected.people), output / PAGE)
        if chosen is not None:
            collected = gather(chosen)
    card = data_card(collected)
    record("collect", {"file": str((output / "material.json").absolute()), "creator": creator, "people": [creator],
                       "material": collected.digest, "pictures": len(collected.pictures)})  # fmt: skip
    if as_json:
        report.tell_json({"output": str(output), **card})
        return
    _tell(card)
    report.tell_wrote(str(output), note=f" ({say('open {page} to see it', page=PAGE)})")


def _confirmed(proposed: int, people: int, page: Path) -> int | None:
    """Ask a person on a terminal which face is the creator's; None when they leave it open."""
    text = say("Person {number} of {people} seems to be the creator ({page}). Number of the creator, 0 for nobody, or"
               " Enter to leave it open", number=proposed, people=people, page=page)  # fmt: skip
    answer: str = typer.prompt(text, default="", show_default=False, err=True)
    return int(answer) if answer.strip().isdigit() else None


def _tell(card: dict[str, Any]) -> None:
    from looksmith.materials.card import reason as in_words

    counts, console = card["counts"], report.out()
    console.print(say("{pictures} pictures kept, {left} files left out", pictures=counts["pictures"],
                      left=counts["left out"]))  # fmt: skip
    if counts["recordings"]:
        console.print(say("{count} recordings, {seconds} seconds of voice", count=counts["recordings"],
                          seconds=f"{counts['seconds of voice']:g}"))  # fmt: skip
    if counts["captions"]:
        console.print(say("{count} captions", count=counts["captions"]))
    parts = card["parts"]
    if parts["val"]:
        console.print(say("{train} to learn from, {val} to check, {test} set aside for the test", **parts))
    tongue = language()
    for reason, count in card["rejects"].items():
        console.print(f"  [yellow]{say('left out')}[/yellow] {count} {escape(in_words(reason, tongue))}")
    for line in (*card["gaps"], *card["notes"]):
        report.tell_notice(line[tongue])
