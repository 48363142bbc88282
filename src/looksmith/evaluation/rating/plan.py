"""Who sees what, in which order and on which side: a pure function of the study and the rater's number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal, TypeVar

import numpy as np

from looksmith.evaluation.rating.study import Settings

Kind = Literal["pair", "check", "score"]
T = TypeVar("T")

REPEATED = 0.1
"""Share of the pairs that come a second time, sides swapped: whoever looks answers alike."""

CHECKED = 0.05
"""Share of pairs, at least one, in which one side is the other picture broken past doubt."""

APART = 5
"""A pair comes again after at least so many others."""


@dataclass(frozen=True)
class Trial:
    """One screen.

    Attributes:
        kind: ``pair``: which is preferred; ``check``: the same picture whole and broken; ``score``: 1 to 5.
        subject: its number.
        left, right: numbers of the sources shown.  Of a check both are the same, and ``broken`` says which side;
            a score has its picture on the left and -1 on the right.
        repeat: whether the pair was shown before.
        broken: ``left`` or ``right`` for a check, else empty.
    """

    kind: Kind
    subject: int
    left: int
    right: int
    repeat: bool = False
    broken: Literal["", "left", "right"] = ""


def plan(sources: int, subjects: int, settings: Settings, rater: int) -> tuple[Trial, ...]:
    """All screens of one rater, in order.

    Half of the pairs are the same for all raters, so that their agreement can be measured; the other half goes on
    through the deck where the rater before left off, so that many raters cover all of it.  Every two sources meet as
    often as any other two, and each is on the left as often as on the right, up to one.

    Args:
        sources: how many, 2 or more.
        subjects: how many, 1 or more.
        settings: of the study.
        rater: 0 for the first.
    """
    rng = np.random.default_rng([settings.seed, rater])
    pairs = _pairs(sources, subjects, settings, rater, rng)
    screens = _with_checks(_with_repeats(pairs, rng), sources, subjects, rng)
    return (*screens, *_scores(sources, subjects, settings, rater, rng))


def _pairs(sources: int, subjects: int, settings: Settings, rater: int, rng: np.random.Generator) -> list[Trial]:
    deck = _deck(list(combinations(range(sources), 2)), subjects, np.random.default_rng([settings.seed, 1 << 20]))
    drawn = _share(deck, settings.votes, rater)
    trials = []
    swapped = dict.fromkeys(((a, b) for (a, b), _ in drawn), False)
    for pair in swapped:
        swapped[pair] = bool(rng.integers(2))
    for index in rng.permutation(len(drawn)):
        pair, subject = drawn[index]
        swapped[pair] = not swapped[pair]
        left, right = pair[::-1] if swapped[pair] else pair
        trials.append(Trial("pair", subject, left, right))
    return [trials[index] for index in rng.permutation(len(trials))]


def _deck(things: Sequence[T], subjects: int, rng: np.random.Generator) -> list[tuple[T, int]]:
    """Every thing with every subject; each run of as many as there are things holds each of them once."""
    orders = [rng.permutation(subjects) for _ in things]
    return [
        (things[index], int(orders[index][turn])) for turn in range(subjects) for index in rng.permutation(len(things))
    ]


def _share(deck: Sequence[T], wanted: int, rater: int) -> list[T]:
    """Of a deck: its beginning, the same for everybody, and a stretch of the rest that moves on with the rater."""
    if wanted >= len(deck):
        return list(deck)
    same = (wanted + 1) // 2
    own, rest = wanted - same, deck[same:]
    return [*deck[:same], *(rest[(rater * own + k) % len(rest)] for k in range(own))]


def _with_repeats(pairs: list[Trial], rng: np.random.Generator) -> list[Trial]:
    if len(pairs) < 2 * APART:
        return pairs
    count = max(1, round(REPEATED * len(pairs)))
    screens = list(pairs)
    for index in rng.permutation(len(pairs) - APART)[:count]:
        again = pairs[index]
        first = next(place for place, trial in enumerate(screens) if trial is again)
        place = int(rng.integers(first + 1 + APART, len(screens) + 1))
        screens.insert(place, replace(again, left=again.right, right=again.left, repeat=True))
    return screens


def _with_checks(screens: list[Trial], sources: int, subjects: int, rng: np.random.Generator) -> list[Trial]:
    if len(screens) < 10:
        return screens
    for _ in range(max(1, round(CHECKED * len(screens)))):
        source = int(rng.integers(sources))
        side: Literal["left", "right"] = "left" if rng.integers(2) else "right"
        check = Trial("check", int(rng.integers(subjects)), source, source, broken=side)
        screens.insert(int(rng.integers(2, len(screens))), check)
    return screens


def _scores(sources: int, subjects: int, settings: Settings, rater: int, rng: np.random.Generator) -> list[Trial]:
    if not settings.scores:
        return []
    deck = _deck(range(sources), subjects, np.random.default_rng([settings.seed, 2 << 20]))
    drawn = _share(deck, settings.scored, rater)
    return [Trial("score", drawn[index][1], drawn[index][0], -1) for index in rng.permutation(len(drawn))]
