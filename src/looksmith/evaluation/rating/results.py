"""What the votes say: strengths with intervals, agreement, care, scores, and how many votes it still takes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from looksmith.evaluation.rating.raters import RaterResult, agreement, rater_result
from looksmith.evaluation.rating.store import About, Answer, Rater
from looksmith.evaluation.statistics.agreement import krippendorff_alpha
from looksmith.evaluation.statistics.bootstrap import Interval, bootstrap
from looksmith.evaluation.statistics.bradley_terry import Strengths, bradley_terry
from looksmith.evaluation.statistics.proportion import holm, sign_test, wilson
from looksmith.evaluation.statistics.sample_size import votes_needed

PRIOR = 0.5
"""Votes added each way to every two sources that met, so that the strength of one that won every vote is finite."""


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
class PairResult:
    """Two sources.

    Attributes:
        first, second: their places among the sources.
        won, lost, alike: votes for the first, for the second, for neither.
        share: votes for the first, a tie as half a vote, with Wilson's interval.
        chance: probability of a result as uneven were both liked alike (sign test), corrected for the number of pairs.
        needed: votes that would tell so large a preference from none, at 80 % power; None where there is none yet.
    """

    first: int
    second: int
    won: int
    lost: int
    alike: int
    share: Interval
    chance: float
    needed: int | None


@dataclass(frozen=True)
class ScoreResult:
    """Scores of 1 to 5 of one source for one question; alpha (ordinal) is of the question, the same in every row."""

    question: str
    label: str
    mean: Interval
    alpha: float


@dataclass(frozen=True)
class Results:
    """Everything.

    Attributes:
        sources: best first.
        pairs: every two of them that met; places are those of ``sources``.
        raters: in the order in which they joined, those who answered something.
        scores: by question and source.
        votes: pairs answered, without repeats and checks.
        alpha: Krippendorff's, nominal, of votes on the same pair of pictures by several raters; NaN for one rater.
        kappa: Fleiss', of the pairs that every rater saw; NaN where there are none.
        shared: pairs of pictures seen by two raters or more.
        design_effect: how many of these votes tell as much as one independent one, from the intervals.
        left_out: names of raters whose answers were not counted.
    """

    sources: tuple[SourceResult, ...]
    pairs: tuple[PairResult, ...]
    raters: tuple[RaterResult, ...]
    scores: tuple[ScoreResult, ...]
    votes: int
    alpha: float
    kappa: float
    shared: int
    design_effect: float
    left_out: tuple[str, ...] = ()


def results(
    about: About, raters: Sequence[Rater], answers: Sequence[Answer], *, without_careless: bool = False, seed: int = 0
) -> Results:
    """The results of a study.

    Intervals draw raters and subjects anew, each with replacement: votes of one person, or on one picture, are not
    independent.  Repeats and checks tell of the raters and are not counted as votes.

    Args:
        about: the study.
        raters: of it.
        answers: that count.
        without_careless: leave out the answers of raters who were careless, see :class:`RaterResult`.
        seed: of the draws.
    """
    people = [rater_result(rater, [a for a in answers if a.rater == rater.number]) for rater in raters]
    dropped = {rater.number for rater, found in zip(raters, people, strict=True) if without_careless and found.careless}
    kept = [a for a in answers if a.rater not in dropped]
    votes = [a for a in kept if a.trial.kind == "pair" and not a.trial.repeat]
    k = len(about.labels)
    table = _votes_table(votes)
    wins, ties = _counts(table, k)
    shown = np.flatnonzero((wins + wins.T + ties + ties.T).sum(axis=1) > 0)
    sources, order, effect = _sources(about, table, shown, seed)
    place = {source: index for index, source in enumerate(order)}
    alpha, kappa, shared = agreement(votes)
    return Results(
        sources=sources,
        pairs=_pairs(wins, ties, place, effect),
        raters=tuple(found for found in people if found.votes or found.repeats or found.checks),
        scores=_scores(about, kept, seed),
        votes=len(votes),
        alpha=alpha,
        kappa=kappa,
        shared=shared,
        design_effect=effect,
        left_out=tuple(rater.name for rater in raters if rater.number in dropped),
    )


def _votes_table(votes: Sequence[Answer]) -> NDArray[np.int64]:
    """Votes x (rater, subject, preferred, other, whether alike)."""
    rows = []
    for vote in votes:
        trial = vote.trial
        first, second = (trial.right, trial.left) if vote.answer == "right" else (trial.left, trial.right)
        rows.append((vote.rater, trial.subject, first, second, int(vote.answer == "alike")))
    return np.array(rows, np.int64).reshape(-1, 5)


def _counts(
    table: NDArray[np.int64], k: int, weights: NDArray[np.float64] | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    wins, ties = np.zeros((k, k)), np.zeros((k, k))
    heavy = np.ones(len(table)) if weights is None else weights
    alike = table[:, 4] == 1
    np.add.at(wins, (table[~alike, 2], table[~alike, 3]), heavy[~alike])
    np.add.at(ties, (table[alike, 2], table[alike, 3]), heavy[alike])
    return wins, ties


def _sources(
    about: About, table: NDArray[np.int64], shown: NDArray[np.intp], seed: int, rounds: int = 400
) -> tuple[tuple[SourceResult, ...], list[int], float]:
    """The sources that were shown, best first; their numbers in the study; and the design effect."""
    if not len(shown):
        return (), [], 1.0
    k = len(about.labels)
    wins, ties = _counts(table, k)
    fitted = _fit(wins, ties, shown)
    if fitted is None:  # some were never compared with the rest: a share can be told, a common scale cannot
        nothing = Interval(math.nan, math.nan, math.nan, 0)
        rows = [_source(about, int(s), wins, ties, nothing, nothing) for s in shown]
        order = sorted(range(len(shown)), key=lambda i: -(rows[i].won - rows[i].lost))
        return tuple(rows[i] for i in order), [int(shown[i]) for i in order], 1.0
    strengths, shares = fitted.strengths, _shares(fitted)
    drawn = _drawn(table, shown, k, rounds, seed)
    deviations = np.sqrt(np.maximum(np.diag(fitted.covariance), 1e-12))
    effect = max(1.0, float(np.mean((drawn[:, 0].std(axis=0) / deviations) ** 2))) if len(drawn) else 1.0
    rows = []
    for i, source in enumerate(shown):
        n = int((wins + wins.T + ties + ties.T)[source].sum())
        if len(drawn):
            low, high = np.quantile(drawn[:, :, i], (0.025, 0.975), axis=0)
        else:  # a single subject and rater: only the votes' own uncertainty can be told
            ends = fitted.intervals()[i]
            low, high = (np.array([end, _share_at(end, strengths, i)]) for end in ends)
        strength = Interval(float(strengths[i]), float(low[0]), float(high[0]), n)
        share = Interval(float(shares[i]), float(low[1]), float(high[1]), n)
        rows.append(_source(about, int(source), wins, ties, strength, share))
    order = [int(i) for i in np.argsort(-strengths, kind="stable")]
    return tuple(rows[i] for i in order), [int(shown[i]) for i in order], effect


def _source(
    about: About,
    source: int,
    wins: NDArray[np.float64],
    ties: NDArray[np.float64],
    strength: Interval,
    share: Interval,
) -> SourceResult:
    return SourceResult(
        label=about.labels[source],
        won=int(wins[source].sum()),
        lost=int(wins[:, source].sum()),
        alike=int(ties[source].sum() + ties[:, source].sum()),
        strength=strength,
        share=share,
    )


def _fit(wins: NDArray[np.float64], ties: NDArray[np.float64], shown: NDArray[np.intp]) -> Strengths | None:
    inside = np.ix_(shown, shown)
    try:
        return bradley_terry(wins[inside], ties[inside], prior=PRIOR)
    except ValueError:
        return None


def _shares(fitted: Strengths) -> NDArray[np.float64]:
    """Mean chance of each against the others."""
    chances = 1 / (1 + np.exp(fitted.strengths[None, :] - fitted.strengths[:, None]))
    return np.asarray((chances.sum(axis=1) - 0.5) / (len(chances) - 1), np.float64)


def _share_at(strength: float, strengths: NDArray[np.float64], which: int) -> float:
    others = np.delete(strengths, which)
    return float((1 / (1 + np.exp(others - strength))).mean())


def _drawn(table: NDArray[np.int64], shown: NDArray[np.intp], k: int, rounds: int, seed: int) -> NDArray[np.float64]:
    """Rounds x (strength, share) x sources, of draws in which all of them still met."""
    rng = np.random.default_rng(seed)
    axes = [np.unique(table[:, column], return_inverse=True) for column in (0, 1)]
    if max(len(values) for values, _ in axes) < 2:
        return np.zeros((0, 2, len(shown)))
    drawn = []
    for _ in range(rounds):
        weights = np.ones(len(table))
        for values, index in axes:
            n = len(values)
            if n > 1:
                weights *= np.bincount(rng.integers(0, n, n), minlength=n)[index]
        fitted = _fit(*_counts(table, k, weights), shown)
        if fitted is not None:
            drawn.append([fitted.strengths, _shares(fitted)])
    return np.array(drawn).reshape(-1, 2, len(shown))


def _pairs(
    wins: NDArray[np.float64], ties: NDArray[np.float64], place: dict[int, int], effect: float
) -> tuple[PairResult, ...]:
    found = []
    by_place = sorted(place, key=place.__getitem__)
    for i, first in enumerate(by_place):
        for second in by_place[i + 1 :]:
            won, lost = int(wins[first, second]), int(wins[second, first])
            alike = int(ties[first, second] + ties[second, first])
            if won + lost + alike:
                found.append((first, second, won, lost, alike))
    chances = holm([sign_test(won, lost) for _, _, won, lost, _ in found])
    rows = []
    for (first, second, won, lost, alike), chance in zip(found, chances, strict=True):
        share = wilson(won + alike / 2, won + lost + alike)
        needed = None if share.value == 0.5 else votes_needed(share.value, design_effect=effect)
        rows.append(PairResult(place[first], place[second], won, lost, alike, share, chance, needed))
    return tuple(rows)


def _scores(about: About, answers: Sequence[Answer], seed: int) -> tuple[ScoreResult, ...]:
    rows = []
    given = [a for a in answers if a.trial.kind == "score" and isinstance(a.answer, dict)]
    people = {number: column for column, number in enumerate(sorted({a.rater for a in given}))}
    for question in about.scores:
        units: dict[tuple[int, int], list[float]] = {}
        for a in given:
            assert isinstance(a.answer, dict)
            row = units.setdefault((a.trial.left, a.trial.subject), [math.nan] * len(people))
            row[people[a.rater]] = a.answer[question]
        if not units:
            continue
        alpha = krippendorff_alpha(np.array(list(units.values())), "ordinal") if len(people) > 1 else math.nan
        for source, label in enumerate(about.labels):
            table = np.array([row for (s, _), row in sorted(units.items()) if s == source])
            if len(table):
                rows.append(ScoreResult(question, label, bootstrap(table, rounds=400, seed=seed), alpha))
    return tuple(rows)
