"""Strengths from votes between two: Bradley & Terry (1952), with ties after Davidson (1970)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Strengths:
    """How strong each of K things is.

    Attributes:
        strengths: K, natural logarithms, their sum 0; a difference of 1 is odds of e to 1.
        covariance: K x K, of the strengths, from the Fisher information.
        information: of the likelihood at its maximum, (K + 1) x (K + 1) with log ν last, or K x K without ties.
        tie: ν of Davidson; 0 when nobody ever said that two are alike, 1 when it is a third of the votes on equals.
    """

    strengths: Array
    covariance: Array
    information: Array
    tie: float

    def chance(self, first: int, second: int) -> float:
        """That the first is preferred to the second, ties left out, 0 to 1."""
        return 1 / (1 + math.exp(self.strengths[second] - self.strengths[first]))

    def intervals(self, level: float = 0.95) -> Array:
        """K x 2: ends of the interval of each strength, for independent votes (Wald)."""
        half = NormalDist().inv_cdf((1 + level) / 2) * np.sqrt(np.maximum(np.diag(self.covariance), 0))
        return np.stack([self.strengths - half, self.strengths + half], axis=1)

    def difference_error(self, first: int, second: int) -> float:
        """Standard error of the difference of two strengths, for independent votes."""
        c = self.covariance
        return math.sqrt(max(0.0, float(c[first, first] + c[second, second] - 2 * c[first, second])))


def bradley_terry(wins: Array, ties: Array | None = None, *, prior: float = 0.0) -> Strengths:
    """Strengths θ of greatest likelihood, by Newton's method (the likelihood is concave).

    P(i before j) : P(j before i) : P(alike) = exp θᵢ : exp θⱼ : ν exp((θᵢ + θⱼ) / 2).

    Args:
        wins: K x K, votes in which i was preferred to j; the diagonal is not looked at; need not be whole numbers.
        ties: K x K, votes that found i and j alike, counted once: ``ties[i, j] + ties[j, i]`` are taken together.
        prior: votes added each way to every two things that were compared.  0 is plain greatest likelihood; 0.5 keeps
            the strength of one that won every vote finite (for two things: Haldane & Anscombe's log odds).

    Returns:
        strengths, their covariance, and ν.

    Raises:
        ValueError: K is below 2, a number is negative, the things fall into parts that were never compared, or,
            without a prior, some of them never lost to the rest, so that there is no finite maximum (Ford 1957).
    """
    won, even = _checked(wins, ties)
    k = len(won)
    first, second = np.triu_indices(k, 1)
    seen = (won + won.T + even)[first, second] > 0
    first, second = first[seen], second[seen]
    a, b = won[first, second] + prior, won[second, first] + prior
    t = even[first, second]
    arrows = np.zeros((k, k), np.bool_)
    arrows[first, second] |= (a > 0) | (t > 0)
    arrows[second, first] |= (b > 0) | (t > 0)
    _must_be_joined(arrows)
    with_ties = bool(t.sum() > 0)
    features = _features(k, first, second, with_ties)
    counts = np.stack([a, b, t], axis=1) if with_ties else np.stack([a, b], axis=1)
    x = np.zeros(features.shape[-1])
    same_for_all = np.zeros((len(x), len(x)))  # adding one number to every strength changes nothing: hold that still
    same_for_all[:k, :k] = 1 / k
    value, slope, information = _likelihood(x, features, counts)
    for _ in range(100):
        step = np.linalg.solve(information + same_for_all, slope)
        size = 1.0
        while size > 1e-8:
            moved = _likelihood(x + size * step, features, counts)
            if moved[0] >= value - 1e-12 * abs(value):
                break
            size /= 2
        x = x + size * step
        value, slope, information = moved
        if np.abs(size * step).max() < 1e-10:
            break
    covariance = np.asarray(np.linalg.pinv(information, hermitian=True)[:k, :k], np.float64)
    return Strengths(x[:k] - x[:k].mean(), covariance, information, math.exp(x[k]) if with_ties else 0.0)


def clustered_covariance(
    fitted: Strengths, votes: NDArray[np.integer], clusters: Sequence[NDArray[np.integer]]
) -> Array:
    """Covariance of the strengths when votes are alike within clusters: of one rater, on one picture.

    The sandwich I⁻¹ M I⁻¹; M sums the products of the clusters' scores, with G / (G − 1) for G clusters.  For two ways
    of clustering at once M = M₁ + M₂ − M₁₂, clusters of M₁₂ being alike in both (Cameron, Gelbach & Miller 2011).
    It is never taken for less than that of independent votes.

    Args:
        fitted: of these votes.
        votes: N x 3 whole numbers: preferred, other, and 1 where the two were found alike.
        clusters: one or two arrays of N cluster numbers.

    Returns:
        K x K.

    Raises:
        ValueError: no clusters, more than two ways, or a way with a single cluster.
    """
    if len(clusters) not in (1, 2) or any(len(np.unique(numbers)) < 2 for numbers in clusters):
        raise ValueError("clustered_covariance: expected one or two ways of clustering, two clusters or more in each")
    scores = _scores(fitted, votes)
    ways = [np.unique(numbers, return_inverse=True)[1] for numbers in clusters]
    middle = np.sum([_products(scores, way) for way in ways], axis=0)
    if len(ways) == 2:
        middle -= _products(scores, ways[0] * (ways[1].max() + 1) + ways[1])
    inverse = np.linalg.pinv(fitted.information, hermitian=True)
    k = len(fitted.strengths)
    values, vectors = np.linalg.eigh((inverse @ middle @ inverse)[:k, :k])
    found = (vectors * np.maximum(values, 0)) @ vectors.T
    enough = max(1.0, float(np.trace(fitted.covariance) / max(np.trace(found), 1e-300)))
    return np.asarray(fitted.covariance if enough > 1 else found, np.float64)


def _scores(fitted: Strengths, votes: NDArray[np.integer]) -> Array:
    """Votes x parameters: how each vote pulls at the parameters."""
    k = len(fitted.strengths)
    features = _features(k, votes[:, 0].astype(np.intp), votes[:, 1].astype(np.intp), fitted.tie > 0)
    x = np.append(fitted.strengths, math.log(fitted.tie)) if fitted.tie > 0 else fitted.strengths
    logits = features @ x
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    said = features[np.arange(len(votes)), 2 * votes[:, 2]]
    return np.asarray(said - np.einsum("no,nok->nk", shares, features), np.float64)


def _products(scores: Array, cluster: NDArray[np.integer]) -> Array:
    """Sum over clusters of the outer product of their scores, corrected for their number."""
    _, index = np.unique(cluster, return_inverse=True)
    count = int(index.max()) + 1
    sums = np.zeros((count, scores.shape[1]))
    np.add.at(sums, index, scores)
    return np.asarray(sums.T @ sums * (count / (count - 1) if count > 1 else 1.0), np.float64)


def _features(k: int, first: NDArray[np.intp], second: NDArray[np.intp], with_ties: bool) -> Array:
    """Pairs x outcomes (first, second, alike) x parameters: what the logarithm of each outcome's odds is made of."""
    rows = np.arange(len(first))
    features = np.zeros((len(first), 3 if with_ties else 2, k + with_ties))
    features[rows, 0, first] = 1
    features[rows, 1, second] = 1
    if with_ties:
        features[rows, 2, first] = features[rows, 2, second] = 0.5
        features[:, 2, k] = 1
    return features


def _likelihood(x: Array, features: Array, counts: Array) -> tuple[float, Array, Array]:
    """Logarithm of the likelihood, its gradient, and the information (minus its second derivative)."""
    logits = features @ x
    top = logits.max(axis=1, keepdims=True)
    whole = top[:, 0] + np.log(np.exp(logits - top).sum(axis=1))
    shares = np.exp(logits - whole[:, None])
    n = counts.sum(axis=1)
    value = float((counts * logits).sum() - (n * whole).sum())
    slope = np.einsum("po,pok->k", counts - n[:, None] * shares, features)
    centred = features - np.einsum("po,pok->pk", shares, features)[:, None]
    information = np.einsum("po,pok,pol->kl", n[:, None] * shares, centred, centred)
    return value, slope, information


def _checked(wins: Array, ties: Array | None) -> tuple[Array, Array]:
    won = np.array(wins, np.float64)
    even = np.zeros_like(won) if ties is None else np.array(ties, np.float64)
    if won.ndim != 2 or won.shape[0] != won.shape[1] or len(won) < 2 or even.shape != won.shape:
        raise ValueError(f"bradley_terry: expected K x K votes, K 2 or more, got {won.shape} and {even.shape}")
    if (won < 0).any() or (even < 0).any():
        raise ValueError("bradley_terry: expected no negative number of votes")
    np.fill_diagonal(won, 0)
    np.fill_diagonal(even, 0)
    return won, even + even.T


def _must_be_joined(arrows: NDArray[np.bool_]) -> None:
    """Every thing must be reached from every other along the arrows."""
    reach = np.eye(len(arrows), dtype=np.bool_) | arrows
    for _ in range(len(arrows).bit_length()):
        reach = (reach.astype(np.int64) @ reach.astype(np.int64)) > 0
    if not reach.all():
        raise ValueError(
            "bradley_terry: some were never compared with the rest, or never lost to them: "
            "the strengths have no finite maximum; a prior of 0.5 helps where all were compared"
        )
