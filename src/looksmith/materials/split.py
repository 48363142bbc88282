"""Which pictures are for learning, for validation and for the test; what belongs together is never separated."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Literal

from looksmith.materials.together import Sets

Part = Literal["train", "val", "test"]

VALIDATION, TEST = 0.1, 0.1
FEWEST = 10
"""Groups under which everything is for learning: too few to spare any."""


def split(ids: Sequence[str], ties: Sequence[Sequence[object]]) -> list[Part]:
    """Split pictures.

    Pictures that share any tie (a clip, a post, a moment) form one group, and a group goes to one part.  The groups
    are ordered by a digest of their smallest id, so that neither order nor names have a say; a group that is larger
    than what a part has left stays in ``train``.

    Args:
        ids: of the pictures.
        ties: for each picture what ties it to others: anything that can be compared, equal for what belongs together.

    Returns:
        for each picture its part.
    """
    groups = _groups(ids, ties)
    if len(groups) < FEWEST:
        return ["train"] * len(ids)
    parts: list[Part] = ["train"] * len(ids)
    ordered = sorted(groups, key=lambda group: hashlib.sha256(min(ids[i] for i in group).encode()).digest())
    wanted: list[tuple[Part, int]] = [
        ("test", max(1, round(TEST * len(ids)))), ("val", max(1, round(VALIDATION * len(ids)))),
    ]  # fmt: skip
    for group in ordered:
        if not wanted:
            break
        part, left = wanted[0]
        if len(group) > left:
            continue
        for place in group:
            parts[place] = part
        wanted[0] = (part, left - len(group))
        if left == len(group):
            wanted.pop(0)
    return parts


def _groups(ids: Sequence[str], ties: Sequence[Sequence[object]]) -> list[list[int]]:
    """Places that hang together by any chain of ties."""
    sets = Sets(len(ids))
    first: dict[object, int] = {}
    for place, name in enumerate(ids):
        for tie in (("id", name), *ties[place]):
            sets.join(place, first.setdefault(tie, place))
    groups: dict[int, list[int]] = {}
    for place in range(len(ids)):
        groups.setdefault(sets.find(place), []).append(place)
    return list(groups.values())
