from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from skimage.color import rgb2lab

from looksmith.errors import LooksmithError
from looksmith.facets.hair.colours import SHADES, HairState, dyed, hex_of, lab_of, mean_of, nearest_shade
from looksmith.facets.hair.facet import HairColour


@pytest.mark.parametrize("name", SHADES)
def test_every_named_shade_is_its_colour_and_nearest_to_itself(name: str) -> None:
    rgb = np.array([[[int(SHADES[name][k : k + 2], 16) for k in (1, 3, 5)]]], np.uint8)
    assert np.allclose(lab_of(name), rgb2lab(rgb)[0, 0], atol=0.1)
    assert nearest_shade(lab_of(name)) == name and hex_of(lab_of(name)) == SHADES[name]
    assert np.array_equal(lab_of(name.replace("-", " ").upper()), lab_of(SHADES[name].upper()))


@pytest.mark.parametrize("text", ["", "blond-ish", "#12345", "#12345g", "112233"])
def test_what_is_no_shade_is_told(text: str) -> None:
    with pytest.raises(LooksmithError, match=r"no such shade.*#rrggbb"):
        lab_of(text)


def test_an_ombre_goes_from_roots_to_tips() -> None:
    state = dyed("black", tips="platinum", highlights="copper", share=0.3)
    assert np.all(np.diff(state.colours[:, 0]) > 10) and state.highlights == 0.3
    card = HairColour().describe(state)
    assert card.words == "black to platinum, with highlights of copper" and len(card.swatches) == 4


def test_amounts_have_ends() -> None:
    for name in ("share", "shine", "roots", "contrast"):
        with pytest.raises(LooksmithError, match="out of range"):
            dyed("black", highlights="red", **{name: 1.2})


def test_a_mean_knows_no_order() -> None:
    states = [dyed("black"), dyed("copper", tips="platinum"), dyed("blue", highlights="pink", roots=0.4)]
    made = [mean_of(*zip(*order, strict=True)) for order in permutations(zip(states, (0.5, 0.2, 0.3), strict=True))]
    for one in made[1:]:
        assert np.allclose(one.colours, made[0].colours, atol=1e-4) and one.roots == made[0].roots
    assert isinstance(made[0], HairState) and mean_of([states[0]], [2.0]) is states[0]
    with pytest.raises(LooksmithError, match="cannot blend"):
        mean_of(states, [0, 0, 0])
