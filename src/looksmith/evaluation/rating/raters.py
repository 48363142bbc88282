"""How careful each rater was, and how far they agree."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from looksmith.evaluation.rating.store import Answer, Rater
from looksmith.evaluation.statistics.agreement import fleiss_kappa, krippendorff_alpha
from looksmith.evaluation.statistics.bootstrap import Interval
from looksmith.evaluation.statistics.proportion import wilson

HASTY = 0.7
"""Seconds: who answers faster than this in the middle of their votes is pointed out."""


@dataclass(frozen=True)
class RaterResult:
    """One rater: how many votes, how quick (median seconds), how often left, and how careful."""

    name: str
    votes: int
    seconds: float
    left: Interval
    repeats: int
    consistent: int
    checks: int
    passed: int

    @property
    def careless(self) -> bool:
        """Missed a check, answered most repeats otherwise, or was hasty."""
        wavering = self.repeats >= 2 and self.consistent / self.repeats < 0.5
        return self.passed < self.checks or wavering or (self.votes >= 5 and self.seconds < HASTY)


def rater_result(rater: Rater, answers: Sequence[Answer]) -> RaterResult:
    """What the answers of one rater tell of them."""
    pairs = [a for a in answers if a.trial.kind == "pair"]
    first_time = {_unit(a): _preferred(a) for a in pairs if not a.trial.repeat}
    repeats = [a for a in pairs if a.trial.repeat and _unit(a) in first_time]
    checks = [a for a in answers if a.trial.kind == "check"]
    lefts = [a.answer for a in pairs if a.answer != "alike"]
    times = [a.milliseconds / 1000 for a in answers if a.trial.kind != "score"]
    return RaterResult(
        name=rater.name,
        votes=sum(not a.trial.repeat for a in pairs),
        seconds=float(np.median(times)) if times else math.nan,
        left=wilson(lefts.count("left"), len(lefts)),
        repeats=len(repeats),
        consistent=sum(first_time[_unit(a)] == _preferred(a) for a in repeats),
        checks=len(checks),
        passed=sum(a.answer in ("left", "right") and a.answer != a.trial.broken for a in checks),
    )


def _unit(answer: Answer) -> tuple[int, int, int]:
    trial = answer.trial
    return (trial.subject, min(trial.left, trial.right), max(trial.left, trial.right))


def _preferred(answer: Answer) -> int:
    """The source preferred; -1 for neither."""
    if answer.answer == "alike":
        return -1
    return answer.trial.left if answer.answer == "left" else answer.trial.right


def agreement(votes: Sequence[Answer]) -> tuple[float, float, int]:
    """How far raters agree on first votes (no repeats).

    Which of two pictures is called the first is arbitrary, so every pair counts once each way round: what raters would
    agree on by chance does not then depend on how the sources are numbered.

    Returns:
        Krippendorff's alpha (nominal: first, second, alike); Fleiss' kappa over the pairs of pictures that everybody
        saw; and how many were seen by two raters or more.  NaN where there is nothing to compare.
    """
    units = {unit: row for row, unit in enumerate(sorted({_unit(a) for a in votes}))}
    people = {number: column for column, number in enumerate(sorted({a.rater for a in votes}))}
    if not units or len(people) < 2:
        return math.nan, math.nan, 0
    once = np.full((len(units), len(people)), np.nan)
    for vote in votes:  # 0 for one of the two, 1 for the other, 2 for neither
        low, preferred = min(vote.trial.left, vote.trial.right), _preferred(vote)
        once[units[_unit(vote)], people[vote.rater]] = 2 if preferred < 0 else int(preferred != low)
    seen = np.isfinite(once).sum(axis=1)
    table = np.concatenate([once, np.where(once < 2, 1 - once, once)])
    by_all = table[np.tile(seen == len(people), 2)]
    counts = np.stack([(by_all == value).sum(axis=1) for value in range(3)], axis=1)
    kappa = fleiss_kappa(counts) if len(by_all) else math.nan
    return krippendorff_alpha(table), kappa, int((seen >= 2).sum())
