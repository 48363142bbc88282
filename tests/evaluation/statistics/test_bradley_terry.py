"""Strengths against closed forms, an independent optimiser and another algorithm."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import minimize

from looksmith.evaluation.statistics.bradley_terry import bradley_terry, clustered_covariance


def test_two_things_in_closed_form() -> None:
    found = bradley_terry(np.array([[0.0, 30], [10, 0]]))
    assert found.strengths[0] - found.strengths[1] == pytest.approx(math.log(3))
    assert found.chance(0, 1) == pytest.approx(0.75)
    assert found.difference_error(0, 1) == pytest.approx(math.sqrt(1 / 30 + 1 / 10))  # of a log odds
    assert found.tie == 0


def test_two_things_with_ties_in_closed_form() -> None:
    """Three outcomes, two parameters: the model is saturated, so the shares are met exactly."""
    found = bradley_terry(np.array([[0.0, 30], [10, 0]]), np.array([[0.0, 8], [0, 0]]))
    assert found.strengths[0] - found.strengths[1] == pytest.approx(math.log(3))
    assert found.tie == pytest.approx(8 / math.sqrt(30 * 10))


def test_the_prior_is_haldane_and_anscombe() -> None:
    found = bradley_terry(np.array([[0.0, 7], [0, 0]]), prior=0.5)
    assert found.strengths[0] - found.strengths[1] == pytest.approx(math.log(7.5 / 0.5))


def test_like_an_independent_optimiser() -> None:
    rng = np.random.default_rng(3)
    wins, ties = rng.integers(0, 25, (5, 5)).astype(float), np.triu(rng.integers(0, 9, (5, 5)), 1).astype(float)

    def loss(x: np.ndarray) -> float:
        total = 0.0
        for i in range(5):
            for j in range(i + 1, 5):
                odds = np.array([math.exp(x[i]), math.exp(x[j]), math.exp(x[5] + (x[i] + x[j]) / 2)])
                total -= np.dot([wins[i, j], wins[j, i], ties[i, j]], np.log(odds / odds.sum()))
        return total + x[:5].sum() ** 2

    best = minimize(loss, np.zeros(6), method="BFGS", options={"gtol": 1e-9})
    found = bradley_terry(wins, ties)
    assert found.strengths == pytest.approx(best.x[:5] - best.x[:5].mean(), abs=1e-5)
    assert found.tie == pytest.approx(math.exp(best.x[5]), rel=1e-5)


def test_like_zermelos_iteration() -> None:
    """Zermelo (1929), Hunter (2004): p_i <- wins_i / sum_j n_ij / (p_i + p_j)."""
    wins = np.random.default_rng(4).integers(1, 30, (6, 6)).astype(float)
    np.fill_diagonal(wins, 0)
    p, n = np.ones(6), wins + wins.T
    for _ in range(3000):
        p = wins.sum(axis=1) / (n / (p[:, None] + p[None, :])).sum(axis=1)
        p /= np.exp(np.log(p).mean())
    assert bradley_terry(wins).strengths == pytest.approx(np.log(p), abs=1e-8)


def test_the_fisher_interval_holds_the_truth() -> None:
    rng = np.random.default_rng(5)
    truth = np.array([0.8, 0.1, -0.2, -0.7])
    held = 0
    for _ in range(150):
        wins = np.zeros((4, 4))
        for i in range(4):
            for j in range(i + 1, 4):
                wins[i, j] = rng.binomial(40, 1 / (1 + math.exp(truth[j] - truth[i])))
                wins[j, i] = 40 - wins[i, j]
        low, high = bradley_terry(wins, prior=0.01).intervals().T
        held += int(((low <= truth) & (truth <= high)).sum())
    assert 0.92 < held / 600 < 0.98


def pairs(wins: int, losses: int) -> np.ndarray:
    return np.array([[0, 1, 0]] * wins + [[1, 0, 0]] * losses)


def test_clusters_of_one_vote_are_independent_votes() -> None:
    """Of two things the model is saturated: the sandwich is 1/w + 1/l, but for G / (G - 1)."""
    fitted, votes = bradley_terry(np.array([[0.0, 30], [10, 0]])), pairs(30, 10)
    found = clustered_covariance(fitted, votes, [np.arange(40)])
    assert 4 * found[0, 0] == pytest.approx((1 / 30 + 1 / 10) * 40 / 39)


def test_votes_that_come_in_threes_tell_a_third() -> None:
    single, triple = (bradley_terry(np.array([[0.0, 30 * n], [10 * n, 0]])) for n in (1, 3))
    votes, numbers = np.repeat(pairs(30, 10), 3, axis=0), np.repeat(np.arange(40), 3)
    found = clustered_covariance(triple, votes, [numbers])
    assert found == pytest.approx(single.covariance * 40 / 39)
    assert found == pytest.approx(triple.covariance * 3 * 40 / 39)
    assert clustered_covariance(triple, votes, [numbers, numbers]) == pytest.approx(found), "the same way twice"


def test_two_ways_of_clustering_meet_the_true_spread() -> None:
    """Votes of raters on pictures, each with a bias of their own: the estimate against many repetitions."""
    rng = np.random.default_rng(7)
    differences, estimates, naive = [], [], []
    for _ in range(120):
        own, picture = rng.normal(0, 0.8, 12), rng.normal(0, 0.8, 14)
        raters, pictures = (grid.ravel() for grid in np.meshgrid(np.arange(12), np.arange(14), indexing="ij"))
        first = rng.random(168) < 1 / (1 + np.exp(-own[raters] - picture[pictures]))
        votes = np.where(first[:, None], [[0, 1, 0]], [[1, 0, 0]])
        wins = np.array([[0.0, first.sum()], [(~first).sum(), 0]])
        fitted = bradley_terry(wins)
        differences.append(fitted.strengths[0] - fitted.strengths[1])
        estimates.append(4 * clustered_covariance(fitted, votes, [raters, pictures])[0, 0])
        naive.append(fitted.difference_error(0, 1) ** 2)
    true = float(np.var(differences))
    assert np.mean(estimates) == pytest.approx(true, rel=0.35)
    assert np.mean(naive) < 0.4 * true


def test_ties_have_a_part_in_the_clusters() -> None:
    rng = np.random.default_rng(8)
    votes = np.column_stack([rng.integers(0, 2, 300), np.zeros(300, int), rng.random(300) < 0.2]).astype(int)
    votes[:, 1] = 1 - votes[:, 0]
    wins, ties = np.zeros((2, 2)), np.zeros((2, 2))
    for a, b, alike in votes:
        (ties if alike else wins)[a, b] += 1
    fitted = bradley_terry(wins, ties)
    found = clustered_covariance(fitted, votes, [np.arange(300)])
    assert found == pytest.approx(fitted.covariance, rel=0.05)


def test_a_single_cluster_tells_nothing() -> None:
    fitted = bradley_terry(np.array([[0.0, 3], [2, 0]]))
    for clusters in ([], [np.zeros(5, int)], [np.arange(5)] * 3):
        with pytest.raises(ValueError, match="clusters"):
            clustered_covariance(fitted, pairs(3, 2), clusters)


def test_order_of_the_things_does_not_matter() -> None:
    wins = np.random.default_rng(6).integers(1, 30, (4, 4)).astype(float)
    order = np.array([2, 0, 3, 1])
    assert bradley_terry(wins[np.ix_(order, order)]).strengths == pytest.approx(bradley_terry(wins).strengths[order])


def test_what_has_no_answer_is_refused() -> None:
    never_lost = np.array([[0.0, 3, 3], [0, 0, 1], [0, 1, 0]])
    with pytest.raises(ValueError, match="no finite maximum"):
        bradley_terry(never_lost)
    assert np.isfinite(bradley_terry(never_lost, prior=0.5).strengths).all()
    apart = np.zeros((4, 4))
    apart[0, 1] = apart[1, 0] = apart[2, 3] = apart[3, 2] = 5
    with pytest.raises(ValueError, match="never compared"):
        bradley_terry(apart, prior=0.5)
    with pytest.raises(ValueError, match="K x K"):
        bradley_terry(np.zeros((1, 1)))
    with pytest.raises(ValueError, match="negative"):
        bradley_terry(np.array([[0.0, -1], [1, 0]]))
