"""Makeups of known numbers on a face, and a network that learns to read them."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import data

from looksmith.faces.analyse import analyse_pixels
from looksmith.facets.makeup.layers import LAYERS
from looksmith.facets.makeup.reading import READ, answers, scaled
from looksmith.training.data.laid_makeup import Laid, developed, laid_on, photographed, random_makeup
from looksmith.training.makeup_reader import Told, fit_reader, stored, told


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


def test_the_table_has_a_row_for_each(laid: list[Laid]) -> None:
    table = told(iter(laid))
    assert table.opacity.shape == (6, len(READ) + 1) and table.below.shape == (6, len(READ), 3)
    assert table.shade.shape == (6, len(READ) + 1, 3) and np.isfinite(table.measures).all()


def test_a_planted_rule_is_learned() -> None:
    """Opacities that are straight lines of the measures are found again."""
    rng = np.random.default_rng(1)
    measures = rng.normal(0, 1, (600, 12)).astype(np.float32)
    opacity = np.clip(0.5 + 0.15 * measures[:, :6], 0.12, 1).astype(np.float32)
    others = rng.normal(50, 10, (600, 11, 3)).astype(np.float32)
    arrays = stored(fit_reader(Told(measures, opacity, others[:, :5], others[:, 5:]), rounds=25, width=32))
    values = (measures - arrays["mean"]) / arrays["deviation"]
    for number in range(3):
        values = values @ arrays[f"weight{number}"].astype(np.float32).T + arrays[f"bias{number}"]
        values = np.where(values > 0, values, 0.1 * values) if number < 2 else values
    apart = np.abs(values[:, :6] - opacity).mean()
    assert apart < 0.4 * np.abs(opacity - opacity.mean(axis=0)).mean()


def test_pictures_are_changed_and_stay_pictures() -> None:
    rgb = np.ascontiguousarray(data.astronaut()[:260, 100:360])
    face = analyse_pixels(rgb)[0]
    made = [photographed(np.random.default_rng(k), developed(np.random.default_rng(k), rgb), face) for k in range(8)]
    assert all(one.shape == rgb.shape and one.dtype == np.uint8 for one in made)
    assert len({one.tobytes() for one in made}) == 8
    levels = [float(one.mean()) for one in made]
    assert np.ptp(levels) > 10 and min(levels) > 40 and max(levels) < 215


def test_layers_that_do_not_count_are_not_learned() -> None:
    """Where only the opacity of the last layer counts, the others are told worse."""
    rng = np.random.default_rng(2)
    measures = rng.normal(0, 1, (600, 12)).astype(np.float32)
    opacity = np.clip(0.5 + 0.15 * measures[:, :6], 0.12, 1).astype(np.float32)
    others = rng.normal(50, 10, (600, 11, 3)).astype(np.float32)
    weights = np.zeros((600, 6), np.float32)
    weights[:, 5] = 1
    table = Told(measures, opacity, others[:, :5], others[:, 5:])
    arrays = fit_reader(table, rounds=25, width=32, weights=weights)
    apart = np.abs(answers(arrays, scaled(arrays, measures))[:, :6] - opacity).mean(axis=0)
    assert apart[5] < 0.5 * apart[:5].min()
