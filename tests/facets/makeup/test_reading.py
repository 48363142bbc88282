"""Layers of known numbers on a face nobody learned from, and read again."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from skimage import data
from skimage.color import deltaE_ciede2000

from looksmith.faces.canonical import unwrap, unwrapped
from looksmith.faces.people import People
from looksmith.facets.makeup.bare import places_seen, skin_in, skin_of
from looksmith.facets.makeup.extract import Looked, extract, look_at
from looksmith.facets.makeup.facet import Makeup
from looksmith.facets.makeup.layers import LAYERS, edited, empty
from looksmith.facets.makeup.reading import READ, read_layers
from looksmith.facets.makeup.window import WHOLE, seen
from looksmith.media.photo import Photo


@cache
def portrait() -> People:
    return People(Photo(np.ascontiguousarray(data.astronaut()[:260, 100:360])))


def looked(**values: str | float) -> Looked:
    people = portrait()
    state = edited(empty(), {key.replace("__", "."): value for key, value in values.items()})
    facet = Makeup(people=people)
    return look_at(facet.put_on(people, people.faces, facet.composed(state), None).pixels, people.faces[0])


def test_denser_lipstick_is_read_as_denser() -> None:
    found = [
        read_layers(face.lab, face.visible, face.light).opacity["lipstick"]
        for face in (looked(lipstick__shade="#a01838", lipstick__opacity=share) for share in (0.3, 0.6, 0.95))
    ]
    assert found[0] < found[1] < found[2]
    assert found == pytest.approx([0.3, 0.6, 0.95], abs=0.3)


def test_a_shade_is_read_near_what_was_put_on() -> None:
    for shade in ("#a01838", "#70204a"):
        state = extract(looked(lipstick__shade=shade, lipstick__opacity=0.8))
        row = LAYERS.index("lipstick")
        aim = edited(empty(), {"lipstick.shade": shade}).shades[row]
        assert float(deltaE_ciede2000(state.shades[row], aim)) < 10


def test_one_layer_is_not_taken_for_another() -> None:
    lips = looked(lipstick__shade="#a01838", lipstick__opacity=0.9)
    lids = looked(**{"eyeshadow-1__shade": "#403060", "eyeshadow-1__opacity": 0.9})
    of_lips, of_lids = (read_layers(face.lab, face.visible, face.light).opacity for face in (lips, lids))
    assert of_lips["lipstick"] > of_lids["lipstick"] + 0.15
    assert of_lids["eyeshadow-1"] > of_lips["eyeshadow-1"] + 0.15


def test_what_is_read_stays_in_range() -> None:
    """Noise, a black and a white face are no faces that the network knows."""
    rng = np.random.default_rng(0)
    visible, light = np.ones((128, 128), np.float32), np.ones(3, np.float32)
    for lab in (rng.uniform(-80, 90, (128, 128, 3)), np.zeros((128, 128, 3)), np.full((128, 128, 3), (100.0, 0, 0))):
        lab = lab.astype(np.float32)
        read = read_layers(lab, visible, light)
        assert set(read.opacity) == set(read.shade) == {"foundation", *READ}
        assert all(0 <= value <= 1 for value in read.opacity.values())
        state = extract(Looked(lab, lab, visible, light))
        assert np.isfinite(state.shades).all() and (state.amounts >= 0).all() and (state.amounts <= 1).all()


def test_some_texels_are_those_of_the_whole_texture() -> None:
    people = portrait()
    whole = unwrap(people.rgb, people.faces[0], 64)
    where = np.zeros((64, 64), bool)
    where[20:40, 25:35] = True
    values, visible = unwrapped(people.rgb, people.faces[0], where)
    np.testing.assert_array_equal(values, whole.pixels[where])
    np.testing.assert_array_equal(visible, whole.visible[where])


def test_the_skin_is_the_same_by_the_short_way() -> None:
    people = portrait()
    texture = seen(people.rgb, people.faces[0])
    by_texture = skin_of(texture.pixels, texture.visible)
    assert WHOLE == 170
    np.testing.assert_allclose(skin_in(people.rgb, people.faces[0]), by_texture, atol=2)


def lit_from_one_side(slope: float) -> Looked:
    people = portrait()
    corners = people.faces[0].points((33, 263))
    along = (np.arange(people.rgb.shape[1]) - corners[:, 0].mean()) / np.ptp(corners[:, 0])
    lit = np.clip(people.rgb * 0.7 * np.exp(slope * along)[None, :, None], 0, 255)
    return look_at(np.rint(lit).astype(np.uint8), people.faces[0])


def test_light_from_one_side_is_taken_out() -> None:
    even, lit = lit_from_one_side(0.0).lab, lit_from_one_side(0.5).lab
    left, right = np.s_[70:90, 20:40, 0], np.s_[70:90, 88:108, 0]
    apart = abs((lit[left] - even[left]).mean() - (lit[right] - even[right]).mean())
    assert apart < 6  # the light alone makes them differ by about 14


def test_a_shadow_on_one_cheek_is_no_contour() -> None:
    people = portrait()
    plain = look_at(people.rgb, people.faces[0])
    row = LAYERS.index("contour")
    place = places_seen()["contour"]
    shadow, both = plain.lab.copy(), plain.lab.copy()
    both[..., 0] -= 18 * place
    shadow[:, :64, 0] -= 36 * place[:, :64]
    found = [
        float(extract(Looked(lab, plain.bare, np.ones_like(plain.visible), plain.light)).amounts[row, 0])
        for lab in (both, shadow)
    ]
    assert found[1] < 0.5 * found[0]
