"""Makeups of known numbers on a face."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import data

from looksmith.faces.analyse import analyse_pixels
from looksmith.facets.makeup.layers import LAYERS
from looksmith.facets.makeup.reading import READ
from looksmith.training.data.laid_makeup import Laid, developed, laid_on, photographed, random_makeup


@pytest.fixture(scope="module")
def laid() -> list[Laid]:
    rgb = np.ascontiguousarray(data.astronaut()[:260, 100:360])
    return list(laid_on([(rgb, analyse_pixels(rgb)[0])], 6, seed=3))


def test_makeups_differ_and_come_again(laid: list[Laid]) -> None:
    rgb = np.ascontiguousarray(data.astronaut()[:260, 100:360])
    again = next(iter(laid_on([(rgb, analyse_pixels(rgb)[0])], 1, seed=3)))
    np.testing.assert_array_equal(again.face.lab, laid[0].face.lab)
    assert len({one.opacity.tobytes() for one in laid}) == len(laid)


def test_opacity_is_what_the_map_leaves_of_it(laid: list[Laid]) -> None:
    for one in laid:
        whole = (one.state.maps == 255).all(axis=(1, 2))
        np.testing.assert_allclose(one.opacity[whole], one.state.amounts[whole, 0], atol=1e-5)
        assert (one.opacity[~whole] <= one.state.amounts[~whole, 0]).all()


def test_every_layer_is_left_out_at_times() -> None:
    rng = np.random.default_rng(0)
    worn = np.stack([random_makeup(rng, np.array([60.0, 14, 17], np.float32)).amounts[:, 0] > 0 for _ in range(60)])
    rows = [LAYERS.index(name) for name in ("foundation", *READ)]
    share = worn[:, rows].mean(axis=0)
    assert (share > 0.15).all() and (share < 0.95).all()


def test_pictures_are_changed_and_stay_pictures() -> None:
    rgb = np.ascontiguousarray(data.astronaut()[:260, 100:360])
    face = analyse_pixels(rgb)[0]
    made = [photographed(np.random.default_rng(k), developed(np.random.default_rng(k), rgb), face) for k in range(8)]
    assert all(one.shape == rgb.shape and one.dtype == np.uint8 for one in made)
    assert len({one.tobytes() for one in made}) == 8
    levels = [float(one.mean()) for one in made]
    assert np.ptp(levels) > 10 and min(levels) > 40 and max(levels) < 215
