"""Commands and groups of commands whose help speaks the person's language."""

from __future__ import annotations

import re
from typing import Any

from typer.core import TyperCommand, TyperGroup

from looksmith.cli.language import language, say


class Verb(TyperCommand):
    """A command whose help speaks the person's language."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        for parameter in self.params:  # Chinese has no spaces, and help is only broken at spaces
            text = getattr(parameter, "help", None)
            if text and language() == "zh":
                setattr(parameter, "help", re.sub(r"([、，；：）。])(?=[^\s、，；：）。])", r"\1 ", text))  # noqa: B010
        super().format_help(ctx, formatter)

    def get_help_option(self, ctx: Any) -> Any:
        return _translated(super().get_help_option(ctx))


class Verbs(TyperGroup):
    """A group of commands, such as ``looksmith evaluate``."""

    def get_help_option(self, ctx: Any) -> Any:
        return _translated(super().get_help_option(ctx))


def _translated(option: Any) -> Any:
    if option is not None:
        option.help = say("Show this message and exit.")
    return option
