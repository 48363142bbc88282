"""Paired pictures, for paired translation: two folders, two words in one folder or shard, or side by side in a file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError
from looksmith.training.data.decode import shrunk
from looksmith.training.data.references import Reference, find_references
from looksmith.training.data.stock import KEEP_BYTES, Stock

Rgb = NDArray[np.uint8]
Side = Literal["left", "right"]


@dataclass(frozen=True, order=True)
class Pair:
    """An input and its target.

    Attributes:
        name: what both share, with folders; decides the split.
        input, target: where they are; the same reference when they lie side by side in one picture.
        input_side: the half that is the input, for side by side; else None.
    """

    name: str
    input: Reference
    target: Reference
    input_side: Side | None = None


def match_pairs(inputs: Iterable[Reference], targets: Iterable[Reference]) -> tuple[list[Pair], list[str]]:
    """Pair by name.

    Two belong together when their keys are the same; or when one key goes on where the other ends, at a sign that is
    neither letter nor digit (``f-025-01.jpg`` and ``f-025-01-sketch.jpg``); or when the keys' words begin alike and
    their numbers are the same (``f-025-01.jpg`` and ``F2-025-01-sz1.jpg``); each time if no other does.

    Returns:
        the pairs, sorted, and the names that found no partner.
    """
    given, wanted = {r.key: r for r in inputs}, {r.key: r for r in targets}
    partners = {key: key for key in given if key in wanted}
    for belong in (_continues, _alike):
        left = _near([key for key in given if key not in partners])
        free = _near(sorted(set(wanted) - set(partners.values())))
        found = {
            key: [other for other in free.get(place, ()) if belong(key, other) or belong(other, key)]
            for place, keys in left.items()
            for key in keys
        }
        claimed = Counter(other for others in found.values() for other in others)
        partners |= {key: o[0] for key, o in found.items() if len(o) == 1 and claimed[o[0]] == 1}
    pairs = [Pair(key, given[key], wanted[other]) for key, other in sorted(partners.items())]
    used = set(partners.values())
    alone = [r.name for key, r in given.items() if key not in partners]
    return pairs, sorted(alone) + sorted(r.name for key, r in wanted.items() if key not in used)


def find_pairs(
    sources: Iterable[Path],
    *,
    input: str | None = None,
    target: str | None = None,
    targets: Iterable[Path] | None = None,
    side: Side = "left",
) -> tuple[list[Pair], list[str]]:
    """The pairs of the sources.

    - ``targets`` given: ``sources`` hold the inputs, ``targets`` the targets, paired by name.
    - ``input`` and ``target`` given: a picture is an input when a folder of its name, or the word between key and
      ending in a shard, is called so (``train/photo/7.jpg`` and ``train/sketch/7.jpg``; ``7.photo.jpg`` and
      ``7.sketch.jpg``).
    - neither: every picture holds input and target side by side, the input on the ``side`` given.

    Returns:
        the pairs, sorted, and the names that found no partner.

    Raises:
        LooksmithError: a source is missing, or there is no pair.
    """
    given = [Path(source) for source in sources]
    references = find_references(given)
    if targets is not None:
        found, alone = match_pairs(references, find_references(targets))
        expected = "inputs and targets with the same names"
    elif input is not None and target is not None:
        found, alone = match_pairs(_worded(references, input), _worded(references, target))
        expected = (
            f"folders {input} and {target} with the same names in both, or NAME.{input}.jpg and NAME.{target}.jpg"
        )
    else:
        found, alone = [Pair(r.key, r, r, side) for r in references], []
        expected = "pictures with input and target side by side"
    if not found:
        where = ", ".join(map(str, given))[:200]
        got = (
            f"{len(references)} pictures, such as {', '.join(r.name for r in references[:3])}" if references else "none"
        )
        raise LooksmithError("there are no pairs", where=where, expected=expected, got=got)
    return found, alone


class PairStock(Sequence[tuple[Rgb, Rgb]]):
    """A sequence of (input, target), H x W x 3 uint8 RGB each, of one size: the target is brought to the input's.

    A pair of which one side cannot be read is passed over and named, as in ``Stock``.
    """

    def __init__(self, pairs: Sequence[Pair], short_side: int | None = None, keep_bytes: int = KEEP_BYTES) -> None:
        self.pairs = tuple(pairs)
        self.short_side = short_side
        together = bool(self.pairs) and self.pairs[0].input_side is not None
        half = keep_bytes if together else keep_bytes // 2
        self._inputs = Stock([p.input for p in self.pairs], short_side, half)
        self._targets = self._inputs if together else Stock([p.target for p in self.pairs], short_side, half)

    @property
    def unreadable(self) -> dict[str, str]:
        """Names of the files that failed, with the reason."""
        return {**self._inputs.unreadable, **self._targets.unreadable}

    def __len__(self) -> int:
        return len(self.pairs)

    def __getitem__(self, index: int) -> tuple[Rgb, Rgb]:  # type: ignore[override]
        count = len(self)
        if not -count <= index < count:
            raise IndexError(index)
        place = index % count
        for _ in range(count):
            first, one = self._inputs.get(place)
            second, two = self._targets.get(first)
            if first == second:
                return self._of_one_size(first, one, two)
            place = second
        raise LooksmithError("no pair can be read whole", got=f"{len(self.unreadable)} unreadable files")

    def _of_one_size(self, place: int, one: Rgb, two: Rgb) -> tuple[Rgb, Rgb]:
        side = self.pairs[place].input_side
        if side is not None:
            middle = one.shape[1] // 2
            left, right = one[:, :middle], one[:, -middle:]
            one, two = (left, right) if side == "left" else (right, left)
            return shrunk(one, self.short_side), shrunk(two, self.short_side)
        if one.shape != two.shape:
            size = (one.shape[1], one.shape[0])
            shrink = two.shape[0] > one.shape[0]
            two = np.asarray(
                cv2.resize(two, size, interpolation=cv2.INTER_AREA if shrink else cv2.INTER_CUBIC), np.uint8
            )
        return one, two

    def warm(self, workers: int = 4) -> None:
        """Read every picture once, as far as they are kept; then ``unreadable`` is complete."""
        self._inputs.warm(workers)
        if self._targets is not self._inputs:
            self._targets.warm(workers)


def _worded(references: Iterable[Reference], word: str) -> list[Reference]:
    """Those that a word names, with the word taken out of their names."""
    found = []
    for r in references:
        folders = r.name.split("/")[:-1]
        if word in folders:
            folders.remove(word)
            found.append(Reference("/".join([*folders, r.name.rpartition("/")[2]]), r.path, r.offset, r.size))
        elif r.field.split(".")[0] == word:
            found.append(r)
    return found


def _continues(longer: str, shorter: str) -> bool:
    return longer.startswith(shorter) and bool(re.match(r"[^0-9A-Za-z]", longer[len(shorter) :]))


def _alike(longer: str, shorter: str) -> bool:
    """Each word of the shorter begins one of the longer's in the same place; numbers are the same."""
    ours, theirs = _words(longer), _words(shorter)
    if len(theirs) > len(ours) or not theirs:
        return False
    return all(a == b if b.isdigit() else a.startswith(b) for a, b in zip(ours, theirs, strict=False))


def _words(key: str) -> list[str]:
    return [word for word in re.split(r"[^0-9a-z]+", key.rpartition("/")[2].lower()) if word]


def _near(keys: list[str]) -> dict[tuple[str, str], list[str]]:
    """Keys by folder and first whole number, so that only few are compared."""
    places: dict[tuple[str, str], list[str]] = {}
    for key in keys:
        number = next((word for word in _words(key) if word.isdigit()), "")
        places.setdefault((key.rpartition("/")[0], number), []).append(key)
    return places
