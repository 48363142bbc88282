"""Any number by group of people, how sure it is for each, and whether the groups differ."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError
from looksmith.evaluation.statistics.bootstrap import Interval, bootstrap

ENOUGH = 30
"""Pictures of a group below which its number comes with a warning."""


@dataclass(frozen=True)
class Slice:
    """One group.

    Attributes:
        group: its name.
        mean: of the values of its members, with its interval (expanded for small n); NaN ends for a single value.
        small: fewer than enough members: say so wherever the number is shown.
    """

    group: str
    mean: Interval
    small: bool


@dataclass(frozen=True)
class Gap:
    """How far the groups lie apart.

    Attributes:
        lowest, highest: names of the groups with the lowest and the highest mean.
        difference: of their means.
        chance: probability of so large a difference between any two groups, had the group no part in it (permutation
            of all values over the groups); 1 where there are not two groups with two members.
        small: whether a group with too few members has a part in it.
    """

    lowest: str
    highest: str
    difference: float
    chance: float
    small: bool


def slices(
    values: NDArray[np.floating],
    groups: Sequence[str | None],
    *,
    order: Sequence[str] = (),
    enough: int = ENOUGH,
    rounds: int = 2000,
    seed: int = 0,
) -> tuple[Slice, ...]:
    """A number by group.

    Args:
        values: N, one a picture; NaN where there is none.
        groups: N names; None for pictures of no known group, which are left out.
        order: of the groups; those not named follow by name.
        enough: members from which a group needs no warning.
        rounds, seed: of the bootstrap.

    Raises:
        ValueError: not as many groups as values.
    """
    by_group = _by_group(values, groups)
    known = {name: place for place, name in enumerate(order)}
    names = sorted(by_group, key=lambda name: (known.get(name, len(known)), name))
    return tuple(
        Slice(name, bootstrap(by_group[name], rounds=rounds, seed=seed, expand=True), len(by_group[name]) < enough)
        for name in names
    )


def gap(
    values: NDArray[np.floating],
    groups: Sequence[str | None],
    *,
    enough: int = ENOUGH,
    rounds: int = 2000,
    seed: int = 0,
) -> Gap | None:
    """The greatest difference between two groups; None when there are not two.

    Args: as of :func:`slices`; groups with a single member are left out.

    Raises:
        ValueError: not as many groups as values.
    """
    by_group = {name: members for name, members in _by_group(values, groups).items() if len(members) > 1}
    if len(by_group) < 2:
        return None
    names = list(by_group)
    together = np.concatenate(list(by_group.values()))
    sizes = [len(members) for members in by_group.values()]
    means = _means(together, sizes)
    difference = float(means.max() - means.min())
    rng = np.random.default_rng(seed)
    as_large = sum(_spread(rng.permutation(together), sizes) >= difference * (1 - 1e-12) for _ in range(rounds))
    low, high = int(means.argmin()), int(means.argmax())
    return Gap(
        lowest=names[low],
        highest=names[high],
        difference=difference,
        chance=(as_large + 1) / (rounds + 1),
        small=min(sizes[low], sizes[high]) < enough,
    )


def read_groups(path: Path) -> Mapping[str, str]:
    """Groups that were declared: a CSV file with the columns picture (its file name) and group.

    Raises:
        LooksmithError: it cannot be read, has other columns, or names a picture twice.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise LooksmithError("the list cannot be read", where=path, expected="a CSV file", got=str(error)) from error
    rows = csv.DictReader(text.splitlines())
    if not {"picture", "group"} <= set(rows.fieldnames or []):
        raise LooksmithError(
            "the list has other columns",
            where=path,
            expected="picture,group",
            got=",".join(rows.fieldnames or [])[:200],
        )
    found: dict[str, str] = {}
    for row in rows:
        name, group = (row["picture"] or "").strip(), (row["group"] or "").strip()
        if name in found:
            raise LooksmithError("the list names a picture twice", where=f"{path}, line {rows.line_num}", got=name)
        if name and group:
            found[name] = group
    return found


def _by_group(values: NDArray[np.floating], groups: Sequence[str | None]) -> dict[str, NDArray[np.float64]]:
    if len(values) != len(groups):
        raise ValueError(f"slices: expected as many groups as values, got {len(groups)} and {len(values)}")
    found: dict[str, list[float]] = {}
    for value, group in zip(values, groups, strict=True):
        if group is not None and np.isfinite(value):
            found.setdefault(group, []).append(float(value))
    return {group: np.array(members) for group, members in found.items()}


def _means(values: NDArray[np.float64], sizes: Sequence[int]) -> NDArray[np.float64]:
    begins = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    return np.asarray(np.add.reduceat(values, begins) / np.asarray(sizes), np.float64)


def _spread(values: NDArray[np.float64], sizes: Sequence[int]) -> float:
    means = _means(values, sizes)
    return float(means.max() - means.min())
