"""``looksmith consent trust``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from looksmith.cli import report
from looksmith.cli.language import say


def trust(
    document: Annotated[Path, typer.Argument(help=say("A grant that is signed with a person's new key."))],
) -> None:
    """Know a person by the key of this grant from now on; ask them by another way first."""
    from looksmith.rights.grant import read_grant
    from looksmith.rights.people import remember
    from looksmith.rights.signature import fingerprint

    given = read_grant(document)
    remember(given.person)
    key = fingerprint(given.person.key)
    report.out().print(say("{name} is known by the key {key}.", name=escape(given.person.name), key=key))
