"""Numbers for identity, colour and content of many pictures, by skin tone and by groups that were declared."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from looksmith.errors import LooksmithError
from looksmith.evaluation.fairness.slices import Gap, Slice, gap, slices
from looksmith.faces.skin_tone import TONES

SLICED = (
    "identity-distance",
    "colour-drift-ciede2000",
    "colour-drift-ciede2000-overall",
    "palette-distance-cielab",
    "content-distance",
)
"""Numbers that are told for each group of people."""


@dataclass(frozen=True)
class Sliced:
    """One number by groups of one kind (``skin tone`` or ``declared``)."""

    number: str
    kind: str
    slices: tuple[Slice, ...]
    gap: Gap | None


def by_group(
    rows: Sequence[Mapping[str, Any]], tones: Sequence[str | None], groups: Sequence[str | None]
) -> tuple[Sliced, ...]:
    """Every number of :data:`SLICED` by skin tone and by declared group; kinds with fewer than two groups are left out.

    Args:
        rows: one a picture, each with its ``numbers`` by name (None where there is none).
        tones: group of skin tone of each; None where no face was found.
        groups: that were declared; None where none was.

    Raises:
        ValueError: not as many groups as rows.
    """
    names = list(dict.fromkeys(name for row in rows for name in row["numbers"] if name.split("[")[0] in SLICED))
    names.sort(key=lambda name: SLICED.index(name.split("[")[0]))
    found = []
    for kind, of_each, order in (("skin tone", tones, TONES), ("declared", groups, ())):
        if not any(of_each):
            continue
        for name in names:
            values = np.array([_float(row["numbers"].get(name)) for row in rows])
            told = slices(values, of_each, order=order)
            if len(told) > 1:
                found.append(Sliced(name, kind, told, gap(values, of_each)))
    return tuple(found)


def declared(pictures: Sequence[Sequence[Path | None]], groups: Mapping[str, str] | None) -> list[str | None]:
    """The group of each picture, by the name of any of its files: the picture's own, or its photo's.

    Args:
        pictures: the files of each picture, the one that counts first.
        groups: declared group by file name, as :func:`looksmith.evaluation.fairness.slices.read_groups` gives them.

    Raises:
        LooksmithError: groups were declared, and for none of the pictures.
    """
    known = groups or {}
    found = [
        next((known[path.name] for path in files if path is not None and path.name in known), None)
        for files in pictures
    ]
    if groups is not None and pictures and not any(found):
        raise LooksmithError(
            "the list names none of the pictures",
            where="--groups",
            expected=f"file names such as {next((path.name for path in pictures[0] if path is not None), '')}",
            got=", ".join(list(known)[:3]),
        )
    return found


def sliced_json(sliced: Sliced) -> dict[str, Any]:
    """The same as plain data; what cannot be told is null."""
    return {
        "number": sliced.number,
        "kind": sliced.kind,
        "slices": [
            {
                "group": one.group,
                **{key: value if math.isfinite(value) else None for key, value in vars(one.mean).items()},
                "small": one.small,
            }
            for one in sliced.slices
        ],
        "gap": None if sliced.gap is None else vars(sliced.gap),
    }


def _float(value: float | None) -> float:
    return float("nan") if value is None else float(value)
