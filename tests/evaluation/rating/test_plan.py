"""Orders are balanced, hidden and the same again."""

from __future__ import annotations

from collections import Counter

import pytest

from looksmith.evaluation.rating.plan import APART, Trial, plan
from looksmith.evaluation.rating.study import Settings


def first_time(trials: tuple[Trial, ...]) -> list[Trial]:
    return [t for t in trials if t.kind == "pair" and not t.repeat]


def pair_of(trial: Trial) -> tuple[int, int]:
    return (min(trial.left, trial.right), max(trial.left, trial.right))


@pytest.mark.parametrize("votes", [1, 6, 20, 23, 60, 500])
def test_every_two_sources_meet_equally_often_on_both_sides(votes: int) -> None:
    for rater in range(5):
        shown = first_time(plan(4, 25, Settings(votes=votes), rater))
        assert len(shown) == min(votes, 6 * 25)
        assert len({(pair_of(t), t.subject) for t in shown}) == len(shown), "no pair of pictures twice"
        each = Counter(pair_of(t) for t in shown)
        assert max(each.values()) - min(each.get(p, 0) for p in each) <= 2
        for pair in each:
            lefts = sum(t.left == pair[0] for t in shown if pair_of(t) == pair)
            assert abs(2 * lefts - each[pair]) <= 1


def test_raters_share_half_and_cover_the_rest() -> None:
    settings = Settings(votes=20)
    seen = [{(pair_of(t), t.subject) for t in first_time(plan(3, 40, settings, rater))} for rater in range(11)]
    assert len(set.intersection(*seen)) == 10
    assert len(set.union(*seen)) == 3 * 40


def test_repeats_come_later_and_swapped() -> None:
    for rater in range(20):
        trials = plan(3, 30, Settings(votes=40), rater)
        again = [(k, t) for k, t in enumerate(trials) if t.repeat]
        assert len(again) == 4
        for place, trial in again:
            before = next(k for k, t in enumerate(trials) if not t.repeat and t.kind == "pair"
                          and (t.subject, t.left, t.right) == (trial.subject, trial.right, trial.left))  # fmt: skip
            assert place - before > APART


def test_checks_break_one_side_of_the_same_picture() -> None:
    sides = Counter(
        t.broken for rater in range(40) for t in plan(3, 30, Settings(votes=20), rater) if t.kind == "check"
    )
    assert sides.total() == 40 and set(sides) == {"left", "right"}
    assert all(t.left == t.right for t in plan(3, 30, Settings(votes=20), 0) if t.kind == "check")


def test_scores_come_last_and_spread_over_the_sources() -> None:
    trials = plan(3, 30, Settings(votes=10, scores=("quality",), scored=12), 2)
    kinds = [t.kind for t in trials]
    assert kinds.count("score") == 12 and set(kinds[-12:]) == {"score"}
    assert Counter(t.left for t in trials if t.kind == "score") == {0: 4, 1: 4, 2: 4}
    alone = plan(2, 3, Settings(votes=0, scores=("quality",)), 0)
    assert {t.kind for t in alone} == {"score"} and len(alone) == 6


def test_the_same_again_and_another_for_others() -> None:
    settings = Settings(votes=20)
    assert plan(3, 9, settings, 1) == plan(3, 9, settings, 1)
    assert plan(3, 9, settings, 1) != plan(3, 9, settings, 2)
    assert plan(3, 9, Settings(votes=20, seed=1), 1) != plan(3, 9, settings, 1)
