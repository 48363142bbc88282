"""``looksmith evaluate``: one module a verb; each is joined in ``VERBS``, a line a verb."""

from __future__ import annotations

from collections.abc import Callable

import typer

from looksmith.cli.language import say
from looksmith.cli.verb import Verb, Verbs

VERBS: tuple[tuple[str, Callable[..., None]], ...] = ()
"""Name on the command line, and what runs."""

evaluate = typer.Typer(
    name="evaluate",
    cls=Verbs,
    help=say("Measure pictures, looks and folders, and ask people; offline."),
    no_args_is_help=True,
    add_completion=False,
)

for name, verb in VERBS:
    evaluate.command(name, cls=Verb, help=say((verb.__doc__ or "").strip()))(verb)
