"""Flags of ``looksmith train`` that every recipe has, and what a run says meanwhile."""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterable
from typing import Annotated, Any, Literal

import typer
from rich.markup import escape

from looksmith.cli import report
from looksmith.cli.language import language, say

Device = Literal["auto", "cpu", "cuda", "mps"]
Precision = Literal["32", "bf16"]
Doctor = Literal["act", "warn", "off"]


def parameters(taken: Iterable[str]) -> list[inspect.Parameter]:
    """The flags, without those whose name a recipe's field has taken."""
    flags: dict[str, tuple[Any, Any, str]] = {
        "device": (Device, "auto", say("Where to train: auto takes CUDA, then MPS, then the processor.")),
        "devices": (int, 1, say("How many devices of this machine; under torchrun its own counts hold.")),
        "precision": (Precision, "32", say("32, or bf16 for bfloat16 where that is safe.")),
        "doctor": (Doctor, "act", say("act cures what goes wrong, warn only tells, off.")),
        "doctor_every": (int, 50, say("Steps between two looks of the doctor.")),
        "report": (bool, True, say("Write report.html, which refreshes itself, and TensorBoard's files.")),
    }
    made = []
    for name, (kind, default, words) in flags.items():
        if name not in set(taken):
            flag = "--" + name.replace("_", "-")
            note = typer.Option(f"{flag}/--no-{flag[2:]}" if kind is bool else flag, help=words)
            annotation: Any = Annotated[kind, note]
            made.append(inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default))
    return made


def taken_from(given: dict[str, Any], fields: Iterable[str]) -> Any:
    """Take the flags out of what was given, as the loop's ``RunOptions``."""
    from looksmith.cli.train import needs_train_extra

    with needs_train_extra():
        from looksmith.training.devices import RunOptions
    own = {p.name for p in parameters(fields)}
    return RunOptions(**{name: given.pop(name) for name in sorted(own)})


def is_first() -> bool:
    """Whether this is the first of the processes that train together: the one that speaks."""
    return all(os.environ.get(name, "0") == "0" for name in ("RANK", "LOCAL_RANK"))


def tell_log(entry: Any) -> None:
    """One line of losses on standard error."""
    from looksmith.training.estimate import duration

    terms = "  ".join(f"{key} {value:.4f}" for key, value in entry.losses.items())
    line = say("step {step} of {steps}", step=entry.step, steps=entry.steps)
    left = f"  {say('{time} to go', time=duration(entry.left))}" if entry.left > 0 else ""
    report.err().print(f"{line}  {duration(entry.seconds)}{left}  {terms}")


def tell_note(note: Any) -> None:
    """One note on standard error, in the person's language."""
    colour = {"sick": "red", "warning": "yellow"}.get(note.level, "dim")
    words, done = (part.get(language(), part.get("en", "")) for part in (note.words, note.done))
    report.err().print(f"[{colour}]●[/{colour}] {escape(words)}")
    if done:
        report.err().print(f"  [green]→[/green] {escape(done)}")
