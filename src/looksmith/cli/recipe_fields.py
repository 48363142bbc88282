"""A recipe's fields in words, for ``--help`` and ``--explain``, and out of a file of options."""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError
from rich.table import Table

from looksmith.cli import report
from looksmith.cli.language import say
from looksmith.errors import LooksmithError


def words_of(kind: type[Any]) -> dict[str, str]:
    """What the docstring's ``Attributes`` say of each field."""
    text = inspect.getdoc(kind) or ""
    found: dict[str, str] = {}
    _, _, attributes = text.partition("Attributes:\n")
    for match in re.finditer(r"^    ([\w, ]+): (.*(?:\n {8,}.*)*)", attributes, re.MULTILINE):
        names, said = match.groups()
        for name in names.split(","):
            found[name.strip()] = " ".join(said.split())
    return found


def explain(name: str, module: ModuleType, kind: type[Any]) -> None:
    """Print what a recipe does, its losses and its fields with their defaults."""
    out = report.out()
    out.print(f"[bold]{name}[/bold]  {(inspect.getdoc(kind) or '').splitlines()[0]}\n")
    out.print(inspect.getdoc(module) or "", markup=False, highlight=False)
    out.print(f"\n[bold]{say('Options')}[/bold]")
    table = Table(box=None, show_header=False, pad_edge=False)
    said = words_of(kind)
    for field in dataclasses.fields(kind):
        flag = "--" + field.name.replace("_", "-")
        value = say("needed") if field.default is dataclasses.MISSING else _shown(field.default)
        table.add_row(f"[bold]{flag}[/bold]", value, said.get(field.name, ""))
    out.print(table)


def read_options(kind: type[Any], path: Path) -> dict[str, Any]:
    """The fields that a JSON or TOML file gives, checked against their types.

    Raises:
        LooksmithError: the file cannot be read, or has an option or a value that the recipe does not know.
    """
    try:
        text = path.read_text(encoding="utf-8")
        given = tomllib.loads(text) if path.suffix.lower() == ".toml" else json.loads(text)
        if not isinstance(given, dict):
            raise ValueError(type(given).__name__)
    except (OSError, ValueError) as error:
        raise LooksmithError(
            say("the file of options cannot be read"), where=path, expected="JSON, TOML", got=str(error)
        ) from error
    hints = get_type_hints(kind)
    names = [field.name for field in dataclasses.fields(kind)]
    values = {}
    for name, value in given.items():
        if name not in names:
            raise LooksmithError(say("there is no such option"), where=f"{path}: {name}", expected=", ".join(names))
        try:
            values[name] = TypeAdapter(hints[name]).validate_python(value)
        except ValidationError as error:
            raise LooksmithError(
                say("the option has a wrong value"),
                where=f"{path}: {name}",
                expected=error.errors()[0]["msg"],
                got=value,
            ) from error
    return values


def _shown(value: Any) -> str:
    if value == "":
        return '""'
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
