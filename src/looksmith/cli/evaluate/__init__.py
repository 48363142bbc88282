"""``looksmith evaluate``: one module a verb; each is joined in ``VERBS``, a line a verb."""

from __future__ import annotations

from collections.abc import Callable

import typer

from looksmith.cli.evaluate import look as look_verb
from looksmith.cli.evaluate import pair as pair_verb
from looksmith.cli.evaluate import rate as rate_verb
from looksmith.cli.evaluate import sets as sets_verb
from looksmith.cli.language import say
from looksmith.cli.verb import Verb, Verbs

VERBS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("pair", pair_verb.pair),
    ("set", sets_verb.sets),
    ("look", look_verb.look),
    ("rate", rate_verb.rate),
)
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
