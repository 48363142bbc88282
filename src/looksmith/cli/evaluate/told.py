"""Options that verbs of ``looksmith evaluate`` share, and how findings are told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from looksmith.cli import report
from looksmith.cli.language import language, say
from looksmith.errors import LooksmithError

if TYPE_CHECKING:
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


def tell_findings(findings: Iterable[Mapping[str, Any]]) -> None:
    """What is wrong, what to know, what is good; a line each, with the control to turn."""
    labels = {"wrong": ("red", say("wrong")), "note": ("yellow", say("note")), "good": ("green", say("good"))}
    for finding in findings:
        colour, label = labels[finding["kind"]]
        turn = finding.get("turn")
        advice = f"  [dim]{say('try')}[/dim] {escape(turn[language()])}" if turn else ""
        report.out().print(f"[{colour}]{label}[/{colour}]  {escape(finding['words'][language()])}{advice}")
