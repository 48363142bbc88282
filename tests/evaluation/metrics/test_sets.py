"""Numbers of sets against closed forms on Gaussians, scipy, plain loops and what theory expects."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import sqrtm
from scipy.spatial.distance import cdist, pdist

from looksmith.evaluation.metrics.artfid import artfid
from looksmith.evaluation.metrics.coverage import coverage, distances
from looksmith.evaluation.metrics.diversity import diversity, vendi_score
from looksmith.evaluation.metrics.frechet_distance import frechet_distance, frechet_interval
from looksmith.evaluation.metrics.kernel_distance import kernel_distance, kernel_interval


def rows(count: int, seed: int, width: int = 6, shift: float = 0.0, scale: float = 1.0) -> np.ndarray:
    return np.random.default_rng(seed).normal(shift, scale, (count, width))


def test_frechet_against_scipys_root() -> None:
    mixing = np.random.default_rng(9).normal(size=(6, 6))
    x, y = rows(80, 0) @ mixing, rows(60, 1, shift=0.4, scale=1.3)
    a, b = np.cov(x.T), np.cov(y.T)
    wanted = np.square(x.mean(0) - y.mean(0)).sum() + np.trace(a + b - 2 * np.real(sqrtm(a @ b)))
    assert frechet_distance(x, y) == pytest.approx(wanted, rel=1e-6)
    assert frechet_distance(x, y) == pytest.approx(frechet_distance(y, x), rel=1e-6)
    assert frechet_distance(x, x) == pytest.approx(0, abs=1e-8)


def test_frechet_of_gaussians_in_closed_form() -> None:
    """N(0, I) and N(m, s² I): |m|² + d (1 − s)²."""
    found = frechet_distance(rows(40000, 0), rows(40000, 1, shift=0.5, scale=2.0))
    assert found == pytest.approx(6 * 0.25 + 6 * 1.0, rel=0.02)


def test_frechet_with_fewer_rows_than_columns() -> None:
    x, y = rows(10, 0, width=30), rows(12, 1, width=30)
    wanted = np.square(x.mean(0) - y.mean(0)).sum() + np.trace(
        np.cov(x.T) + np.cov(y.T) - 2 * np.real(sqrtm(np.cov(x.T) @ np.cov(y.T)))
    )
    assert frechet_distance(x, y) == pytest.approx(wanted, rel=1e-4)
    with pytest.raises(ValueError, match="two rows"):
        frechet_distance(x, y[:1])


def test_frechet_with_columns_that_never_change() -> None:
    x, y = rows(50, 0), rows(50, 1, shift=0.3)
    still = np.ones((50, 2))
    wider = frechet_distance(np.hstack([x, still]), np.hstack([y, still + 1]))
    assert wider == pytest.approx(frechet_distance(x, y) + 2, rel=1e-6)


def test_kernel_by_loops() -> None:
    x, y = rows(7, 0, 3), rows(5, 1, 3, shift=1)

    def k(a: np.ndarray, b: np.ndarray) -> float:
        return float((a @ b / 3 + 1) ** 3)

    within = [np.mean([k(s[i], s[j]) for i in range(len(s)) for j in range(len(s)) if i != j]) for s in (x, y)]
    wanted = sum(within) - 2 * np.mean([k(a, b) for a in x for b in y])
    assert kernel_distance(x, y) == pytest.approx(wanted, rel=1e-9)


def test_kernel_is_unbiased() -> None:
    found = [kernel_distance(rows(12, 2 * s), rows(15, 2 * s + 1)) for s in range(400)]
    assert abs(np.mean(found)) < 3 * np.std(found) / 20
    assert kernel_distance(rows(200, 0), rows(200, 1, shift=1)) > 10 * np.std(found)


@pytest.mark.parametrize("interval", [frechet_interval, kernel_interval])
def test_a_set_split_in_two_contains_the_floor(interval: object) -> None:
    """The null test: 40 splits of one pile; the interval holds the floor about as often as it says."""
    pile = np.abs(rows(120, 3, width=10))
    held = 0
    for seed in range(40):
        order = np.random.default_rng(seed).permutation(120)
        found = interval(pile[order[:60]], pile[order[60:]], rounds=100, seed=seed)  # type: ignore[operator]
        held += found.low <= found.floor <= found.high
    assert held >= 37
    apart = interval(pile[:60], pile[60:] * 1.5, rounds=100)  # type: ignore[operator]
    assert apart.low > apart.floor, "and it does not hold it when the sets differ"


def test_the_floor_is_what_a_small_set_scores() -> None:
    found = frechet_interval(rows(30, 0, 12), rows(30, 1, 12))
    assert found.floor == pytest.approx(np.mean([frechet_distance(rows(30, s, 12), rows(30, s + 99, 12))
                                                 for s in range(30)]), rel=0.15)  # fmt: skip
    assert kernel_interval(rows(60, 0), rows(60, 1)).floor == pytest.approx(0, abs=0.1)


def test_coverage_by_loops() -> None:
    generated, real = rows(23, 0, 3), rows(31, 1, 3, shift=0.8)
    k = 4
    near_real = [sorted(np.linalg.norm(real - r, axis=1))[k] for r in real]
    near_made = [sorted(np.linalg.norm(generated - g, axis=1))[k] for g in generated]
    inside = np.array([[np.linalg.norm(r - g) <= near_real[i] for g in generated] for i, r in enumerate(real)])
    found = coverage(generated, real, nearest=k)
    assert found.precision == pytest.approx(inside.any(axis=0).mean())
    assert found.density == pytest.approx(inside.sum() / k / len(generated))
    assert found.coverage == pytest.approx(
        np.mean([min(np.linalg.norm(generated - r, axis=1)) <= near_real[i] for i, r in enumerate(real)])
    )
    assert found.recall == pytest.approx(
        np.mean([any(np.linalg.norm(r - g) <= near_made[j] for j, g in enumerate(generated)) for r in real])
    )


def test_coverage_of_one_kind_is_what_theory_expects() -> None:
    """Naeem et al. 2020: density 1, and coverage 1 − Π (M − i) / (N + M − i), i = 1 … k, for N = M = 400, k = 5."""
    found = [coverage(rows(400, 2 * s), rows(400, 2 * s + 1)) for s in range(6)]
    expected = 1 - np.prod([(400 - i) / (800 - i) for i in range(1, 6)])
    assert np.mean([c.density for c in found]) == pytest.approx(1, abs=0.05)
    assert np.mean([c.coverage for c in found]) == pytest.approx(expected, abs=0.015)


def test_coverage_tells_a_narrow_set_from_a_strange_one() -> None:
    real = rows(200, 0)
    narrow, strange = coverage(0.2 * rows(200, 1), real), coverage(rows(200, 1, shift=6), real)
    assert narrow.precision > 0.95 and narrow.recall < 0.3
    assert strange.precision == strange.recall == strange.coverage == 0
    with pytest.raises(ValueError, match="more than 5 rows"):
        coverage(real[:5], real)


def test_distances_and_diversity_against_scipy() -> None:
    x, y = rows(20, 0) + 1000, rows(30, 1) + 1000
    assert np.abs(distances(x, y) - cdist(x, y)).max() < 1e-6
    assert diversity(x) == pytest.approx(pdist(x).mean(), rel=1e-9)


def test_vendi_counts_what_has_nothing_in_common() -> None:
    assert vendi_score(np.eye(8)) == pytest.approx(8)
    assert vendi_score(np.ones((8, 3)) * np.arange(1, 9)[:, None]) == pytest.approx(1)
    assert vendi_score(np.repeat(np.eye(4), 5, axis=0)) == pytest.approx(4)
    assert vendi_score(np.concatenate([np.eye(4), np.zeros((1, 4))])) == pytest.approx(5)
    x = rows(9, 0, 20)
    unit = x / np.linalg.norm(x, axis=1, keepdims=True)
    values = np.linalg.eigvalsh(unit @ unit.T / 9)
    assert vendi_score(x) == pytest.approx(np.exp(-(values * np.log(values)).sum()))


def test_artfid() -> None:
    assert artfid(0, 0) == 1 and artfid(0.5, 3) == 6
    with pytest.raises(ValueError, match="0 or more"):
        artfid(-0.1, 1)
