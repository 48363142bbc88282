"""Options that verbs of ``looksmith evaluate`` share, and how findings are told."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.cells import cell_len
from rich.markup import escape

from looksmith.cli import report
from looksmith.cli.language import language, say
from looksmith.errors import LooksmithError

if TYPE_CHECKING:
    from looksmith.evaluation.fairness.by_group import Sliced
    from looksmith.evaluation.features import Backbone
    from looksmith.evaluation.identity import FaceJudge

Notebooks = Annotated[
    Path | None,
    typer.Option("--notebook", help=say("File that keeps finished work; the same command goes on from there.")),
]
Backbones = Annotated[
    Path | None,
    typer.Option("--backbone", help=say("Your own feature network (ONNX) in place of the shipped one.")),
]
Identity = Annotated[
    bool, typer.Option("--identity/--no-identity", help=say("Judge whether it is still the same person."))
]
Groups = Annotated[
    Path | None, typer.Option("--groups", help=say("A CSV list with the columns picture, group: numbers for each."))
]


@contextmanager
def needs_evaluate_extra() -> Iterator[None]:
    """Turn a missing package of the evaluate extra into a message.

    Raises:
        LooksmithError: a package is missing.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("looksmith"):
            raise
        raise LooksmithError(
            say("evaluation needs the evaluate extra"),
            got=f"no module {error.name!r}",
            hint="pip install 'looksmith[evaluate]'",
        ) from error


def backbone_of(path: Path | None) -> Backbone:
    """The network whose features are compared.

    Raises:
        LooksmithError: the file is no such network.
    """
    from looksmith.evaluation.features import own, shipped

    return shipped() if path is None else own(path)


def judge_of(wanted: bool) -> FaceJudge | None:
    """The judge of identity; without the evaluate extra a line says how to get it."""
    from looksmith.evaluation.identity import INSTALL, judge

    if not wanted:
        return None
    found = judge()
    if found is None:
        report.err().print(f"[dim]{say('identity is not judged: {hint}', hint=INSTALL)}[/dim]")
    return found


def tell_numbers(rows: Iterable[tuple[str, str, bool, str]]) -> None:
    """Numbers, a line each: name, value, which way is good as an arrow, and what there is to say beside it."""
    lines = list(rows)
    wide = max((cell_len(name) for name, _, _, _ in lines), default=0)
    high = max((len(value) for _, value, _, _ in lines), default=0)
    console = report.out()
    for name, value, higher, note in lines:
        arrow = "↑" if higher else "↓"
        console.print(
            f"{escape(name)}{' ' * (wide - cell_len(name))}  {value:>{high}} [dim]{arrow}  {escape(note)}[/dim]"
        )
    console.print(f"[dim]↑ {say('higher is better')}   ↓ {say('lower is better')}[/dim]")


def digits(value: float | None) -> str:
    """Three decimals; what is not 0 is never shown as 0; a dash where there is no number."""
    if value is None:
        return "–"
    return f"{value:.3f}" if value == 0 or abs(value) >= 0.0005 else f"{value:.0e}"


def tell_counts(counts: Sequence[tuple[str, str, int]], total: int) -> None:
    """In how many pictures each thing was found."""
    from looksmith.evaluation.scorecard_page import found_words

    _lines((kind, found_words(kind, about)[language() == "zh"], f"{n} / {total}") for kind, about, n in counts)


def tell_groups(found: Sequence[Sliced]) -> None:
    """Numbers by group, with what each group's is worth."""
    from looksmith.evaluation.scorecard_page import GROUPED, TONE_WORDS, gap_words, words_of

    zh, console, kind = int(language() == "zh"), report.out(), ""
    for sliced in found:
        if sliced.kind != kind:
            kind = sliced.kind
            console.print(f"[bold]{GROUPED[kind][zh]}[/bold]")
        console.print(f"[dim]{escape(words_of(sliced.number)[zh])}[/dim]")
        for one in sliced.slices:
            mean, group = one.mean, TONE_WORDS.get(one.group, one.group) if zh else one.group
            spread = f"  [dim]{digits(mean.low)} – {digits(mean.high)}[/dim]" if math.isfinite(mean.low) else ""
            console.print(f"  {escape(group)}  {digits(mean.value)}{spread}  n = {mean.n}{' (!)' if one.small else ''}")
        if sliced.gap is not None:
            console.print(f"  [dim]{escape(gap_words(sliced.gap)[zh])}[/dim]")
    if any(one.small for sliced in found for one in sliced.slices):
        console.print(f"[dim]{say('(!) fewer than 30 photos: may be chance')}[/dim]")


def tell_findings(findings: Iterable[Mapping[str, Any]]) -> None:
    """What is wrong, what to know, what is good; a line each, with the control to turn."""
    told = []
    for finding in findings:
        turn = finding.get("turn")
        advice = f"[dim]{say('try')}[/dim] {escape(turn[language()])}" if turn else ""
        told.append((finding["kind"], finding["words"][language()], advice))
    _lines(told)


def _lines(findings: Iterable[tuple[str, str, str]]) -> None:
    """Kind, words and what follows them, as markup; the words begin one below the other."""
    labels = {"wrong": ("red", say("wrong")), "note": ("yellow", say("note")), "good": ("green", say("good"))}
    wide = max(cell_len(label) for _, label in labels.values())
    for kind, words, rest in findings:
        colour, label = labels[kind]
        space = " " * (wide - cell_len(label) + 2)
        report.out().print(f"[{colour}]{label}[/{colour}]{space}{escape(words)}{'  ' * bool(rest)}{rest}")
