"""A lipstick that explains what is seen."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from looksmith.facets.makeup import explain
from looksmith.facets.makeup.explain import BEYOND, DARK, LIPSTICK, OPACITIES, SMOKEY, Prior, core, explained, own_lid

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


@pytest.mark.parametrize("full", [1.0, 0.8])
def test_the_evidence_is_that_of_the_joint_normal_distribution(full: float) -> None:
    seen = np.array([44.0, 40.0, 16.0])
    told = Prior(np.array([40.0, 45.0, 20.0]), LIPSTICK.told, 0.5, LIPSTICK.amount)
    chance = np.exp(-0.5 * np.square((OPACITIES - told.opacity) / told.far))
    chance /= chance.sum()
    density = [
        multivariate_normal(
            LIPS + a * (told.shade - LIPS),
            np.diag(((1 - a) * LIPSTICK.below) ** 2 + (a * told.spread) ** 2 + LIPSTICK.noise**2),
        ).pdf(seen)
        for a in full * OPACITIES
    ]
    aim = np.log(chance @ np.array(density)) + 1.5 * np.log(2 * np.pi)
    assert explain._likeliest(seen, LIPS, told, LIPSTICK, full)[0] == pytest.approx(aim, abs=1e-6)


def test_lids_are_believed_to_be_as_dark_as_lids_are() -> None:
    expected = np.array([62.0, 14.0, 16.0])
    usual, dark = expected - (DARK - 1, -2, 1), expected - (DARK + 20, -4, 2)
    assert (own_lid(usual, expected) == usual.astype(np.float32)).all()
    believed = own_lid(dark, expected)
    assert believed[0] == pytest.approx(expected[0] - DARK - 20 * BEYOND)
    assert (believed[1:] == dark[1:]).all()


def test_what_makes_lids_so_dark_is_a_dark_shadow_whatever_is_told() -> None:
    expected, seen = np.array([62.0, 14.0, 16.0]), np.array([30.0, 8.0, 8.0])
    lid = own_lid(np.array([34.0, 9.0, 9.0]), expected)  # "nearly all of it is their own"
    for told in (None, (np.array([40.0, 12.0, 10.0]), 0.1)):
        shade, opacity = explained(seen, lid, told, SMOKEY, 0.8)
        assert opacity > 0.4 and shade[0] < seen[0]
        assert np.linalg.norm(seen - (lid + 0.8 * opacity * (shade - lid))) < 4


def test_the_core_lies_within_lips() -> None:
    from looksmith.facets.makeup.bare import zones_seen

    assert core().sum() > 100
    assert (zones_seen()["lips"][core()] > 0.5).all()
    assert not (core() & (zones_seen()["mouth"] > 0.5)).any()
