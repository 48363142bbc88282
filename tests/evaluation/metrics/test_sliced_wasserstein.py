"""Sliced Wasserstein against scipy's one-dimensional distance and against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import wasserstein_distance

from looksmith.evaluation.metrics.sliced_wasserstein import directions, sliced_wasserstein


@pytest.mark.parametrize("sizes", [(300, 300), (300, 217), (1, 50), (64, 8)])
def test_agrees_with_scipy_along_every_direction(sizes: tuple[int, int]) -> None:
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(sizes[0], 3)) * [10, 3, 1], rng.gamma(2.0, 4.0, size=(sizes[1], 3))
    along = directions(12, 3, seed=5)
    wanted = np.mean([wasserstein_distance(a @ d, b @ d) for d in along])
    assert sliced_wasserstein(a, b, along) == pytest.approx(wanted, rel=1e-9)


def test_a_shift_is_the_mean_of_its_projections() -> None:
    a = np.random.default_rng(0).normal(size=(500, 3))
    shift = np.array([4.0, -2.0, 1.0])
    assert sliced_wasserstein(a, a + shift) == pytest.approx(np.abs(directions(64, 3) @ shift).mean(), rel=1e-9)
    assert sliced_wasserstein(a, a[::-1]) == 0


def test_directions_are_unit_vectors_and_shapes_are_checked() -> None:
    assert np.allclose(np.linalg.norm(directions(64, 3), axis=1), 1)
    assert np.array_equal(directions(8, 3, 1), directions(8, 3, 1))
    with pytest.raises(ValueError, match="expected N x D"):
        sliced_wasserstein(np.zeros((4, 3)), np.zeros((4, 2)))
    with pytest.raises(ValueError, match="expected N x D"):
        sliced_wasserstein(np.zeros((0, 3)), np.zeros((4, 3)))
