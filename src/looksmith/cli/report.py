"""What a verb says: words or JSON on standard output, progress and errors on standard error."""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from looksmith.cli.language import say
from looksmith.cli.mistakes import in_words
from looksmith.errors import LooksmithError, RightsWarning


def out() -> Console:
    """Standard output for people."""
    return Console(soft_wrap=True, highlight=False)


def err() -> Console:
    """Standard error for people."""
    return Console(stderr=True, soft_wrap=True, highlight=False)


def tell_json(data: Mapping[str, Any]) -> None:
    """One JSON object on standard output."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n")
    sys.stdout.flush()


def beside(target: object) -> Console:
    """Where to tell about a file that was written: standard error when the file itself went to standard output."""
    return err() if str(target) == "-" else out()


def tell_wrote(target: str, *, note: str = "") -> None:
    """One line about a file that was written, beside it."""
    console = beside(target)
    name = say("standard output") if target == "-" else target
    console.print(f"{say('Wrote')} [bold]{escape(name)}[/bold]{escape(note)}")


def tell_error(error: LooksmithError, *, as_json: bool = False) -> None:
    """A mistake in words, each part on its own line; with ``as_json`` as an object on standard output too."""
    if as_json:
        tell_json({"error": error_fields(error)})
    console = err()
    place = "" if error.where is None else f"{error.where}: "
    console.print(f"[bold red]{say('error')}[/bold red] {escape(place + in_words(error.what))}")
    for label, text in (("expected", error.expected), ("got", error.got), ("try", error.hint)):
        if text is not None:
            console.print(f"  [dim]{say(label)}[/dim] {escape(in_words(text))}")


def tell_left_out(path: object, error: LooksmithError) -> None:
    """One line about a file that could not be used."""
    text = error.message() if error.where is not None else f"{path}: {error.message()}"
    err().print(f"[yellow]{say('left out')}[/yellow] {escape(text)}")


def tell_notice(text: str) -> None:
    """One line that a person should know, and that does not stop the work."""
    err().print(f"[yellow]{say('note')}[/yellow] {escape(text)}")


@contextmanager
def notices() -> Iterator[None]:
    """Warnings about rights are told as notices while the block runs."""
    with warnings.catch_warnings():
        warnings.simplefilter("always", RightsWarning)
        usual = warnings.showwarning

        def show(message: Warning | str, category: type[Warning], *rest: Any, **named: Any) -> None:
            if issubclass(category, RightsWarning):
                tell_notice(str(message))
            else:
                usual(message, category, *rest, **named)

        warnings.showwarning = show
        yield


def error_fields(error: LooksmithError) -> dict[str, str | None]:
    """A mistake for JSON."""
    return {
        "what": error.what,
        "where": error.where,
        "expected": error.expected,
        "got": error.got,
        "hint": error.hint,
        "kind": type(error).__name__,
    }


@contextmanager
def progress(label: str, *, quiet: bool = False) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, on a terminal only; gives a function to call with (done, in all).

    Until it is first called the bar only shows that work goes on.  It is gone when the block ends.
    """
    console = err()
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task(escape(label), total=None)

        def step(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield step
