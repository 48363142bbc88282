"""A lipstick that explains what is seen."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from looksmith.facets.makeup import explain
from looksmith.facets.makeup.explain import AMOUNT, BELOW, NOISE, OPACITIES, TOLD, Prior, core, explained

LIPS = np.array([55.0, 24.0, 14.0])


def seen_through(shade: np.ndarray, opacity: float) -> np.ndarray:
    return LIPS + opacity * (shade - LIPS)


def test_what_is_told_well_stays() -> None:
    shade = np.array([42.0, 46.0, 18.0])
    found, opacity = explained(seen_through(shade, 0.6), LIPS, (shade, 0.6))
    assert np.linalg.norm(found - shade) < 1.5
    assert opacity == pytest.approx(0.6, abs=0.04)


def test_what_is_seen_is_explained_whatever_is_told() -> None:
    """Told sheer and pale, while deep red is seen: worn, it is deep red."""
    seen = np.array([38.0, 52.0, 24.0])
    told = np.array([52.0, 34.0, 16.0])
    before = np.linalg.norm(seen - seen_through(told, 0.35))
    shade, opacity = explained(seen, LIPS, (told, 0.35))
    assert before > 25
    assert np.linalg.norm(seen - seen_through(shade, opacity)) < 4


def test_a_deep_colour_is_dense() -> None:
    """At the opacity that is told, a third, it would take a shade of chroma 100 and more."""
    seen = np.array([36.0, 58.0, 30.0])
    assert np.linalg.norm((LIPS + (seen - LIPS) / 0.33)[1:]) > 100
    shade, opacity = explained(seen, LIPS, (np.array([42.0, 55.0, 26.0]), 0.33))
    assert opacity > 0.6
    assert np.linalg.norm(shade[1:]) < 80


def test_where_nothing_is_told_products_explain() -> None:
    seen = np.array([40.0, 44.0, 8.0])
    shade, opacity = explained(seen, LIPS, None)
    assert opacity > 0.5
    assert np.linalg.norm(seen - seen_through(shade, opacity)) < 4


def test_the_evidence_is_that_of_the_joint_normal_distribution() -> None:
    seen, told = np.array([44.0, 40.0, 16.0]), Prior(np.array([40.0, 45.0, 20.0]), TOLD, 0.5, AMOUNT)
    chance = np.exp(-0.5 * np.square((OPACITIES - told.opacity) / told.far))
    chance /= chance.sum()
    density = [
        multivariate_normal(
            LIPS + a * (told.shade - LIPS), np.diag(((1 - a) * BELOW) ** 2 + (a * told.spread) ** 2 + NOISE**2)
        ).pdf(seen)
        for a in OPACITIES
    ]
    aim = np.log(chance @ np.array(density)) + 1.5 * np.log(2 * np.pi)
    assert explain._likeliest(seen, LIPS, told)[0] == pytest.approx(aim, abs=1e-6)


def test_the_core_lies_within_lips() -> None:
    from looksmith.facets.makeup.bare import zones_seen

    assert core().sum() > 100
    assert (zones_seen()["lips"][core()] > 0.5).all()
    assert not (core() & (zones_seen()["mouth"] > 0.5)).any()
