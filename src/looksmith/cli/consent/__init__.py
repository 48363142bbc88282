"""``looksmith consent``: one module a verb; each is joined in ``VERBS``, a line a verb."""

from __future__ import annotations

from collections.abc import Callable

import typer

from looksmith.cli.consent import grant as grant_verb
from looksmith.cli.consent import lists as lists_verb
from looksmith.cli.consent import request as request_verb
from looksmith.cli.consent import show as show_verb
from looksmith.cli.consent import trust as trust_verb
from looksmith.cli.consent import update as update_verb
from looksmith.cli.consent import withdraw as withdraw_verb
from looksmith.cli.language import say
from looksmith.cli.verb import Verb, Verbs

VERBS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("request", request_verb.request),
    ("grant", grant_verb.grant),
    ("show", show_verb.show),
    ("withdraw", withdraw_verb.withdraw),
    ("trust", trust_verb.trust),
    ("lists", lists_verb.lists),
    ("update", update_verb.update),
)
"""Name on the command line, and what runs."""

consent = typer.Typer(
    name="consent",
    cls=Verbs,
    help=say("Ask for consent, give it, show it and withdraw it: small signed documents."),
    no_args_is_help=True,
    add_completion=False,
)

for name, verb in VERBS:
    consent.command(name, cls=Verb, help=say((verb.__doc__ or "").strip()))(verb)
