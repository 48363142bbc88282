"""Strengths of the sources from votes, with intervals that know that votes are alike."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from looksmith.evaluation.rating.store import Answer
from looksmith.evaluation.statistics.bootstrap import Interval
from looksmith.evaluation.statistics.bradley_terry import Strengths, bradley_terry, clustered_covariance
from looksmith.evaluation.statistics.student import student_quantile

PRIOR = 0.5
"""Votes added each way to every two sources that met, so that the strength of one that won every vote is finite."""

FEWEST = 5
"""Raters (or subjects) from which they can stand for others; of fewer, the intervals speak of these alone."""

LEVEL = 0.95
Array = NDArray[np.float64]


@dataclass(frozen=True)
class SourceResult:
    """One source.

    Attributes:
        label: name of its folder.
        won, lost, alike: votes.
        strength: logarithm of its odds (Bradley & Terry), 0 on average over the sources.
        share: chance to be preferred, averaged over the other sources, ties left out, 0 to 1.
    """

    label: str
    won: int
    lost: int
    alike: int
    strength: Interval
    share: Interval


@dataclass(frozen=True)
class Ranking:
    """The sources in order.

    Attributes:
        sources: best first; those that were never shown are left out.
        order: their numbers in the study.
        design_effect: how many votes tell as much as one independent vote, 1 or more.
        freedom: degrees of freedom of the intervals.
        over_raters: whether raters were enough to stand for other people.
    """

    sources: tuple[SourceResult, ...]
    order: tuple[int, ...]
    design_effect: float
    freedom: int
    over_raters: bool


def ranking(table: NDArray[np.int64], labels: Sequence[str]) -> Ranking:
    """Bradley-Terry strengths with ties; covariance clustered by rater and by subject, Student's intervals.

    Args:
        table: what :func:`votes_table` gives.
        labels: of the sources.
    """
    wins, ties = counts(table, len(labels))
    shown = np.flatnonzero((wins + wins.T + ties + ties.T).sum(axis=1) > 0)
    if not len(shown):
        return Ranking((), (), 1.0, 1, False)
    inside = np.ix_(shown, shown)
    try:
        fitted = bradley_terry(wins[inside], ties[inside], prior=PRIOR)
    except ValueError:  # some were never compared with the rest: votes can be told, a common scale cannot
        apart = [(int(s), _source(labels, int(s), wins, ties, _NOTHING, _NOTHING)) for s in shown]
        apart.sort(key=lambda one: one[1].lost - one[1].won)
        return Ranking(tuple(source for _, source in apart), tuple(number for number, _ in apart), 1.0, 1, False)
    covariance, freedom, over_raters = _covariance(fitted, table, shown)
    plain = np.maximum(np.diag(fitted.covariance), 1e-300)
    t = student_quantile((1 + LEVEL) / 2, freedom)
    rows: list[SourceResult] = []
    for i, source in enumerate(shown):
        n = int((wins + wins.T + ties + ties.T)[source].sum())
        half = t * math.sqrt(max(0.0, float(covariance[i, i])))
        strength = Interval(float(fitted.strengths[i]), fitted.strengths[i] - half, fitted.strengths[i] + half, n)
        rows.append(_source(labels, int(source), wins, ties, strength, _share(fitted, covariance, i, t, n)))
    order = [int(i) for i in np.argsort(-fitted.strengths, kind="stable")]
    return Ranking(
        sources=tuple(rows[i] for i in order),
        order=tuple(int(shown[i]) for i in order),
        design_effect=max(1.0, float(np.mean(np.diag(covariance) / plain))),
        freedom=freedom,
        over_raters=over_raters,
    )


def votes_table(votes: Sequence[Answer]) -> NDArray[np.int64]:
    """Votes x (rater, subject, preferred, other, whether alike): whole numbers."""
    rows = []
    for vote in votes:
        trial = vote.trial
        first, second = (trial.right, trial.left) if vote.answer == "right" else (trial.left, trial.right)
        rows.append((vote.rater, trial.subject, first, second, int(vote.answer == "alike")))
    return np.array(rows, np.int64).reshape(-1, 5)


def counts(table: NDArray[np.int64], k: int) -> tuple[Array, Array]:
    """K x K: votes for the row over the column; and votes that found them alike, each counted once."""
    wins, ties = np.zeros((k, k)), np.zeros((k, k))
    alike = table[:, 4] == 1
    np.add.at(wins, (table[~alike, 2], table[~alike, 3]), 1)
    np.add.at(ties, (table[alike, 2], table[alike, 3]), 1)
    return wins, ties


def pair_effect(table: NDArray[np.int64], first: int, second: int) -> tuple[float, int]:
    """How many votes on two sources tell as much as one independent vote, and the degrees of freedom of that number.

    Votes count 1, −1 and, alike, 0; the variance of their sum, clustered by rater and by subject (as
    :func:`~looksmith.evaluation.statistics.bradley_terry.clustered_covariance`), over that of independent votes.

    Args:
        table: what :func:`votes_table` gives.
        first, second: numbers of the sources.
    """
    mine = table[np.isin(table[:, 2], (first, second)) & np.isin(table[:, 3], (first, second))]
    said = np.where(mine[:, 4] == 1, 0.0, np.where(mine[:, 2] == first, 1.0, -1.0))
    rest = said - said.mean() if len(said) else said
    total = float(np.square(rest).sum())
    ways = [np.unique(mine[:, column], return_inverse=True)[1] for column in (0, 1)]
    ways = [way for way in ways if len(way) and way.max() + 1 >= FEWEST]
    if not ways or total == 0:
        return 1.0, len(mine)
    variance = sum(_clustered(rest, way) for way in ways)
    if len(ways) == 2:
        variance -= _clustered(rest, ways[0] * (ways[1].max() + 1) + ways[1])
    return max(1.0, variance / total), int(min(way.max() for way in ways))


def _clustered(rest: Array, way: NDArray[np.int64]) -> float:
    _, index = np.unique(way, return_inverse=True)
    sums = np.bincount(index, rest)
    return float(np.square(sums).sum() * len(sums) / max(1, len(sums) - 1))


_NOTHING = Interval(math.nan, math.nan, math.nan, 0)


def _covariance(fitted: Strengths, table: NDArray[np.int64], shown: NDArray[np.intp]) -> tuple[Array, int, bool]:
    """Of the strengths; the degrees of freedom; and whether raters have a part in it."""
    numbers = [len(np.unique(table[:, column])) for column in (0, 1)]
    used = [column for column, count in enumerate(numbers) if count >= FEWEST]
    if not used:
        return fitted.covariance, max(1, len(table) - len(shown)), False
    place = np.zeros(int(shown.max()) + 1, np.int64)
    place[shown] = np.arange(len(shown))
    votes = np.column_stack([place[table[:, 2]], place[table[:, 3]], table[:, 4]])
    covariance = clustered_covariance(fitted, votes, [table[:, column] for column in used])
    return covariance, min(numbers[column] for column in used) - 1, 0 in used


def _share(fitted: Strengths, covariance: Array, which: int, t: float, n: int) -> Interval:
    """Mean chance against the others; its interval by the delta method on the scale of log odds."""
    others = [i for i in range(len(fitted.strengths)) if i != which]
    chances = np.array([fitted.chance(which, i) for i in others])
    slopes = chances * (1 - chances) / len(others)
    gradient = np.zeros(len(fitted.strengths))
    gradient[others], gradient[which] = -slopes, slopes.sum()
    share = float(chances.mean())
    error = math.sqrt(max(0.0, float(gradient @ covariance @ gradient))) / (share * (1 - share))
    odds = math.log(share / (1 - share))
    low, high = (1 / (1 + math.exp(-(odds + sign * min(t * error, 500)))) for sign in (-1, 1))
    return Interval(share, low, high, n)


def _source(
    labels: Sequence[str], source: int, wins: Array, ties: Array, strength: Interval, share: Interval
) -> SourceResult:
    return SourceResult(
        label=labels[source],
        won=int(wins[source].sum()),
        lost=int(wins[:, source].sum()),
        alike=int(ties[source].sum() + ties[:, source].sum()),
        strength=strength,
        share=share,
    )
