"""What the votes say: strengths with intervals, agreement, care, scores, and how many votes it still takes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from looksmith.evaluation.rating.ranking import Ranking, SourceResult, counts, pair_effect, ranking, votes_table
from looksmith.evaluation.rating.raters import RaterResult, agreement, rater_result
from looksmith.evaluation.rating.store import About, Answer, Rater
from looksmith.evaluation.statistics.agreement import krippendorff_alpha
from looksmith.evaluation.statistics.bootstrap import Interval, bootstrap
from looksmith.evaluation.statistics.proportion import holm, sign_test, wilson
from looksmith.evaluation.statistics.sample_size import votes_needed


@dataclass(frozen=True)
class PairResult:
    """Two sources.

    Attributes:
        first, second: their places among the sources.
        won, lost, alike: votes for the first, for the second, for neither.
        share: votes for the first, a tie as half a vote, with Wilson's interval for as many independent votes as these
            tell as much as.
        chance: probability of a result as uneven were both liked alike (sign test with the design effect), corrected
            for the number of pairs.
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
        design_effect: how many of these votes tell as much as one independent vote.
        of_these_people: whether the intervals speak of these raters alone, because they are too few to speak of others.
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
    of_these_people: bool = False
    left_out: tuple[str, ...] = ()


def results(
    about: About, raters: Sequence[Rater], answers: Sequence[Answer], *, without_careless: bool = False, seed: int = 0
) -> Results:
    """The results of a study.

    Intervals take into account that votes of one person, or on one picture, are alike (:mod:`.ranking`).  Repeats and
    checks tell of the raters and are not counted as votes.

    Args:
        about: the study.
        raters: of it.
        answers: that count.
        without_careless: leave out the answers of raters who were careless, see :class:`RaterResult`.
        seed: of the bootstrap of the scores.
    """
    people = [rater_result(rater, [a for a in answers if a.rater == rater.number]) for rater in raters]
    dropped = {rater.number for rater, found in zip(raters, people, strict=True) if without_careless and found.careless}
    kept = [a for a in answers if a.rater not in dropped]
    votes = [a for a in kept if a.trial.kind == "pair" and not a.trial.repeat]
    table = votes_table(votes)
    ranked = ranking(table, about.labels)
    alpha, kappa, shared = agreement(votes)
    return Results(
        sources=ranked.sources,
        pairs=_pairs(table, len(about.labels), ranked),
        raters=tuple(found for found in people if found.votes or found.repeats or found.checks),
        scores=_scores(about, kept, seed),
        votes=len(votes),
        alpha=alpha,
        kappa=kappa,
        shared=shared,
        design_effect=ranked.design_effect,
        of_these_people=not ranked.over_raters,
        left_out=tuple(rater.name for rater in raters if rater.number in dropped),
    )


def _pairs(table: NDArray[np.int64], k: int, ranked: Ranking) -> tuple[PairResult, ...]:
    wins, ties = counts(table, k)
    found: list[tuple[PairResult, float]] = []
    for place, first in enumerate(ranked.order):
        for later, second in enumerate(ranked.order[place + 1 :], place + 1):
            won, lost = int(wins[first, second]), int(wins[second, first])
            alike = int(ties[first, second] + ties[second, first])
            votes = won + lost + alike
            if not votes:
                continue
            effect, freedom = pair_effect(table, first, second)
            share = replace(wilson((won + alike / 2) / effect, votes / effect), n=votes)
            chance = sign_test(won, lost, design_effect=effect, freedom=freedom)
            needed = None if share.value == 0.5 else votes_needed(share.value, design_effect=effect)
            found.append((PairResult(place, later, won, lost, alike, share, chance, needed), chance))
    corrected = holm([chance for _, chance in found])
    return tuple(replace(pair, chance=chance) for (pair, _), chance in zip(found, corrected, strict=True))


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
