"""Gaussians of colours and the map between them."""

import numpy as np
import pytest
from scipy.linalg import sqrtm

from looksmith.facets.gaussian import colour_match, gaussian, monge


@pytest.fixture
def sets() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(5000, 3)) @ rng.normal(size=(3, 3)) * 0.2 + 0.4
    y = rng.normal(size=(5000, 3)) @ rng.normal(size=(3, 3)) * 0.1 + 0.6
    return x, y


def test_statistics_are_numpys(sets: tuple[np.ndarray, np.ndarray]) -> None:
    mean, covariance = gaussian(sets[0].reshape(50, 100, 3).astype(np.float32))
    np.testing.assert_allclose(mean, sets[0].mean(0), rtol=1e-4)
    np.testing.assert_allclose(covariance, np.cov(sets[0].T), rtol=1e-3, atol=1e-6)


def test_colours_are_moved_at_least_cost(sets: tuple[np.ndarray, np.ndarray]) -> None:
    x, y = sets
    a, b = colour_match(x.mean(0), np.cov(x.T), y.mean(0), np.cov(y.T))
    moved = x @ a.T + b
    np.testing.assert_allclose(moved.mean(0), y.mean(0), atol=1e-6)
    np.testing.assert_allclose(np.cov(moved.T), np.cov(y.T), atol=2e-3)
    np.testing.assert_allclose(a, a.T, atol=1e-8)  # the gradient of a convex function: least cost


def test_the_matrix_is_the_geometric_mean(sets: tuple[np.ndarray, np.ndarray]) -> None:
    have, wanted = np.cov(sets[0].T), np.cov(sets[1].T)
    root = np.real(sqrtm(have))
    expected = np.linalg.inv(root) @ np.real(sqrtm(root @ wanted @ root)) @ np.linalg.inv(root)
    np.testing.assert_allclose(monge(have, wanted, least=0), expected, rtol=1e-3)


def test_limits_hold_in_every_direction(sets: tuple[np.ndarray, np.ndarray]) -> None:
    made = monge(np.cov(sets[0].T), np.cov(sets[1].T), least=1e-6, limits=(0.9, 1.1))
    assert ((values := np.linalg.eigvalsh(made)) >= 0.9 - 1e-9).all() and (values <= 1.1 + 1e-9).all()


def test_flat_colours_have_an_answer() -> None:
    assert np.isfinite(monge(np.zeros((3, 3)), np.eye(3), least=1e-4)).all()
    assert np.isfinite(monge(np.eye(3), -np.eye(3), least=1e-4)).all()
