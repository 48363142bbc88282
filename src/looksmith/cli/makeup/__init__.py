"""``looksmith makeup``: one module a verb; each is joined in ``VERBS``, a line a verb."""

from __future__ import annotations

from collections.abc import Callable

import typer

from looksmith.cli.language import say
from looksmith.cli.makeup import remove as remove_verb
from looksmith.cli.makeup import show as show_verb
from looksmith.cli.verb import Verb, Verbs

VERBS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("show", show_verb.show),
    ("remove", remove_verb.remove),
)
"""Name on the command line, and what runs."""

makeup = typer.Typer(
    name="makeup",
    cls=Verbs,
    help=say("See and change the makeup of a look, and take makeup off."),
    no_args_is_help=True,
    add_completion=False,
)

for name, verb in VERBS:
    makeup.command(name, cls=Verb, help=say((verb.__doc__ or "").strip()))(verb)
