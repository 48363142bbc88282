"""Layers of makeup as numbers: edited, mixed, out of range; where they lie."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from looksmith.errors import LooksmithError
from looksmith.facets.makeup.compose import HIDDEN, LIPS, compose
from looksmith.facets.makeup.facet import Makeup, recurring
from looksmith.facets.makeup.layers import GROUPS, LAYERS, edited, empty, joined, layers_of
from looksmith.facets.makeup.light import MEAN_SKIN, light_of
from looksmith.facets.makeup.places import places, zones


def numbers(state: object) -> dict[str, tuple[str, float, float]]:
    return {layer.name: (layer.shade, layer.opacity, layer.finish) for layer in layers_of(state)}  # type: ignore[arg-type]


def test_numbers_are_set_by_name_and_others_stay() -> None:
    before = edited(empty(), {"blush.opacity": 0.3})
    made = numbers(edited(before, {"lipstick.shade": "#b11b3c", "lipstick.opacity": "0.8", "lipstick.finish": "gloss"}))
    assert made["lipstick"] == ("#b11b3c", 0.8, 1.0)
    assert {name: value for name, value in made.items() if name != "lipstick"} == {
        name: value for name, value in numbers(before).items() if name != "lipstick"
    }


def test_a_shade_for_a_layer_that_was_not_worn_puts_it_on() -> None:
    assert numbers(edited(empty(), {"blush.shade": "#e08070"}))["blush"][1] == 0.6
    assert numbers(edited(empty(), {"blush.shade": "#e08070", "blush.opacity": 0}))["blush"][1] == 0


def test_groups_and_other_words() -> None:
    made = numbers(edited(empty(), {"eyes.opacity": 0.5, "foundation.tone": "#c09070", "foundation.coverage": 0.4}))
    assert {name for name, value in made.items() if value[1] == 0.5} == set(GROUPS["eyes"])
    assert made["foundation"][:2] == ("#c09070", 0.4)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("lipstck.shade", "#b11b3c", "no such layer"),
        ("lipstick", "#b11b3c", "no such number"),
        ("lipstick.colour", "#b11b3c", "no such number"),
        ("pattern.shade", "#b11b3c", "no such number"),
        ("lipstick.shade", "red", "no shade"),
        ("lipstick.shade", "#12345", "no shade"),
        ("lipstick.opacity", 1.2, "out of range"),
        ("lipstick.opacity", "nan", "out of range"),
        ("lipstick.opacity", "much", "out of range"),
        ("lipstick.finish", "wet", "out of range"),
    ],
)
def test_mistakes_are_told(key: str, value: str | float, words: str) -> None:
    with pytest.raises(LooksmithError, match=words):
        edited(empty(), {key: value})


def test_lips_of_one_and_eyes_of_another() -> None:
    one = edited(empty(), {"lipstick.shade": "#b11b3c", "eyeliner.opacity": 0.9})
    other = edited(empty(), {"lipstick.shade": "#803050", "eyeshadow-1.shade": "#204060", "eyeliner.opacity": 0.2})
    made = numbers(joined(one, [(other, ["eyes"])]))
    assert made["lipstick"] == numbers(one)["lipstick"]
    assert made["eyeshadow-1"] == numbers(other)["eyeshadow-1"] and made["eyeliner"][1] == 0.2


def test_places_are_symmetric_where_they_should_be_and_nowhere_else() -> None:
    held, parts = places(128), zones(128)
    assert set(held) == set(LAYERS)
    for name, plane in held.items():
        assert plane.dtype == np.float32 and plane.min() >= 0 and plane.max() == pytest.approx(1)
        assert np.abs(plane - plane[:, ::-1]).mean() < 0.02, name
        assert (plane[parts["mouth"] > 0.99] < 0.3).all(), f"{name} lies in the mouth"
        rim = np.concatenate([plane[0], plane[-1], plane[:, 0], plane[:, -1]])
        assert rim.max() < 0.02, f"{name} has a seam at the rim"
    eyes = parts["eyes"] > 0.99
    assert eyes.any() and all(held[name][eyes].max() < 0.35 for name in GROUPS["eyeshadow"])
    assert held["lipstick"][parts["lips"] > 0.9].min() > 0.5


def test_shares_take_layers_back() -> None:
    state = edited(empty(), {"lipstick.opacity": 0.8, "eyeliner.opacity": 0.8})
    whole, half = compose(state), compose(state, {"lipstick": 0.5, "eyeliner": 0.0})
    assert half.planes[..., LIPS].max() == pytest.approx(0.5 * whole.planes[..., LIPS].max(), rel=1e-3)
    assert whole.planes[..., HIDDEN].max() > 0.5 and half.planes[..., HIDDEN].max() == 0


def test_layers_in_order_are_the_same_as_one_after_the_other() -> None:
    """What all layers keep and add together is what they do when each is laid over the last."""
    state = edited(
        empty(), {"blush.shade": "#e06070", "blush.opacity": 0.5, "eyes.opacity": 0.4, "eyeliner.shade": "#101010"}
    )
    made = compose(state)
    from looksmith.media.colour import lab_to_rgb

    skin = np.broadcast_to(np.float32([0.7, 0.55, 0.45]), (256, 256, 3)).copy()
    below = skin.copy()
    for row, name in enumerate(LAYERS[:-1]):
        if name not in ("foundation", "lipstick", "brows"):
            alpha = places()[name] * state.amounts[row, 0]
            below = below * (1 - alpha)[..., None] + alpha[..., None] * lab_to_rgb(state.shades[row])
    np.testing.assert_allclose(skin * (1 - made.planes[..., :1]) + made.planes[..., 1:4], below, atol=2e-5)


def test_light_is_a_part_of_how_skin_differs() -> None:
    np.testing.assert_allclose(light_of(MEAN_SKIN), 1, atol=1e-5)
    dim = light_of(MEAN_SKIN * np.float32(0.7))
    assert 0.7 < dim.mean() < 1 and np.ptp(dim) < 1e-4
    warm = light_of(MEAN_SKIN * np.float32([1.2, 1.0, 0.8]))
    assert warm[0] > warm[1] > warm[2]


def test_what_recurs_is_kept_and_what_one_picture_has_is_not() -> None:
    usual = [
        edited(empty(), {"lipstick.shade": shade, "lipstick.opacity": 0.8})
        for shade in ("#b02040", "#b82848", "#a81838")
    ]
    once = edited(usual[2], {"eyeliner.opacity": 0.9})
    made = numbers(recurring([usual[0], usual[1], once]))
    assert made["lipstick"][1] == pytest.approx(0.8) and made["eyeliner"][1] == 0
    assert made["lipstick"][0] == "#b02040"


def test_blending_weighs_shades_by_what_is_worn() -> None:
    red = edited(empty(), {"lipstick.shade": "#c01020", "lipstick.opacity": 0.8})
    bare = edited(empty(), {"lipstick.shade": "#00ff00", "lipstick.opacity": 0})
    made = numbers(Makeup().blend([red, bare], [1, 1]))
    assert made["lipstick"][:2] == ("#c01020", 0.4)
    with pytest.raises(LooksmithError, match="cannot blend"):
        Makeup().blend([], [])


def test_numbers_out_of_range_are_tamed() -> None:
    wild = dataclasses.replace(
        empty(), shades=np.full((12, 3), 1e9, np.float32), amounts=np.full((12, 2), -3e8, np.float32)
    )
    assert all(layer.opacity == 0 and layer.finish == 0 for layer in layers_of(wild))
    assert np.isfinite(compose(dataclasses.replace(wild, amounts=np.full((12, 2), 7, np.float32))).planes).all()
