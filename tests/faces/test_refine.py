"""Masks that follow edges: beside scipy's means and a scene whose edge is known."""

import numpy as np
import pytest
from scipy.ndimage import uniform_filter

from looksmith.faces.refine import box_mean, refined


def test_the_mean_is_that_of_the_window() -> None:
    plane = np.random.default_rng(0).random((40, 53)).astype(np.float32)
    mine = box_mean(plane, 3)
    assert np.abs(mine - uniform_filter(plane, 7))[3:-3, 3:-3].max() < 1e-5
    assert mine[0, 0] == pytest.approx(plane[:4, :4].mean(), abs=1e-6)


def test_the_edge_goes_where_the_photo_has_one() -> None:
    """A disc whose coarse mask is two pixels too large and blurred."""
    y, x = np.mgrid[:256, :256] + 0.5
    true = np.hypot(x - 120.7, y - 131.2) < 70
    guide = np.where(true, 0.7, 0.25).astype(np.float32)
    guide += np.random.default_rng(1).normal(0, 0.01, guide.shape).astype(np.float32)
    coarse = (np.hypot(x - 120.7, y - 131.2) < 76).astype(np.float32).reshape(64, 4, 64, 4).mean(axis=(1, 3))
    coarse = box_mean(coarse, 1)
    made = refined(coarse, guide, 4) > 0.5
    plain = np.kron(coarse, np.ones((4, 4))) > 0.5

    def overlap(mask: np.ndarray) -> float:
        return float((mask & true).sum() / (mask | true).sum())

    assert overlap(made) > 0.97 > overlap(plain)


def test_far_from_the_mask_it_is_exactly_nothing_and_inside_exactly_all() -> None:
    guide = np.random.default_rng(2).random((200, 240)).astype(np.float32)
    coarse = np.zeros((50, 60), np.float32)
    coarse[10:30, 20:45] = 1
    made = refined(coarse, guide, 2)
    assert made.shape == guide.shape and made.dtype == np.float32
    assert made.min() >= 0 and made.max() <= 1
    assert (made[:, :40] == 0).all() and (made[170:] == 0).all()
    assert (made[64:96, 110:150] == 1).all()
