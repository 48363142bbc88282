"""Makeup on a real face: where it lies, what it leaves alone, and that it can be read again."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from skimage import data

from looksmith.errors import LooksmithError
from looksmith.faces.people import People
from looksmith.faces.regions import mesh_mask
from looksmith.faces.skin_tone import typology_angle
from looksmith.facets.makeup.extract import extract, look_at
from looksmith.facets.makeup.facet import Makeup
from looksmith.facets.makeup.layers import LAYERS, MakeupState, edited, empty
from looksmith.facets.makeup.remove import remove
from looksmith.facets.protocol import Material
from looksmith.media.colour import rgb_to_lab
from looksmith.media.photo import Photo

RED = {"lipstick.shade": "#b11b3c", "lipstick.opacity": 0.8}
EYES = {"eyeshadow-1.shade": "#403060", "eyeshadow-1.opacity": 0.7, "eyeshadow-2.shade": "#604060"}


@cache
def portrait() -> People:
    people = People(Photo(np.ascontiguousarray(data.astronaut()[:260, 100:360])))
    assert len(people.faces) == 1
    return people


def worn(state: MakeupState, **options: object) -> NDArray[np.float32]:
    """The change of every pixel."""
    people = portrait()
    made = Makeup(people=people, **options).apply(people.photo, state, 1.0, None)  # type: ignore[arg-type]
    return made.pixels.astype(np.float32) - people.rgb


def part(name: str) -> NDArray[np.float32]:
    return mesh_mask(portrait().faces[0], name, *portrait().rgb.shape[:2])


def test_lipstick_lies_on_lips_alone() -> None:
    change = np.abs(worn(edited(empty(), RED))).sum(axis=-1)
    lips = part("lips") > 0.9
    assert np.median(change[lips]) > 20
    y, x = np.nonzero(lips)
    margin = round(0.12 * portrait().faces[0].inter_ocular)
    near = np.zeros_like(lips)
    near[y.min() - margin : y.max() + margin, x.min() - margin : x.max() + margin] = True
    assert not change[~near].any(), "not a byte elsewhere"
    assert not change[part("mouth") > 0.99].any(), "not on teeth"


def test_shades_go_where_they_are_meant_to() -> None:
    people = portrait()
    before = rgb_to_lab(people.rgb)
    red = rgb_to_lab(Makeup(people=people).apply(people.photo, edited(empty(), RED), 1.0, None).pixels)
    lips = part("lips") > 0.9
    assert (red - before)[lips].mean(axis=0)[1] > 8, "redder"
    eyes = worn(edited(empty(), EYES))
    assert not eyes[part("eyes") > 0.99].any(), "nothing on the white of the eyes"
    assert np.abs(eyes).sum() > 500


def test_regions_are_shares_of_layers() -> None:
    state = edited(empty(), {**RED, **EYES})
    none, half = worn(state, regions={"eyes": 0.0}), worn(state, regions={"eyes": 0.5})
    lips_alone = worn(edited(empty(), RED))
    np.testing.assert_array_equal(none, lips_alone)
    away = part("lips") == 0
    assert 0 < np.abs(half[away]).sum() < np.abs(worn(state)[away]).sum()


def test_a_makeup_is_put_together_once_and_anew_for_another() -> None:
    red, bluish = edited(empty(), RED), edited(empty(), EYES)
    once = Makeup().composed(red)
    assert Makeup(detail=40.0).composed(red) is once
    for facet, state in ((Makeup(regions={"lips": 0.5}), red), (Makeup(), bluish)):
        assert facet.composed(state) is not once
        assert not np.array_equal(facet.composed(state).planes, once.planes)
    np.testing.assert_array_equal(Makeup().composed(red).planes, once.planes)


def test_the_lock_holds_the_tone_of_skin() -> None:
    dark = edited(empty(), {"foundation.tone": "#603828", "foundation.coverage": 0.9})
    cheek = part("face") * (1 - part("eyes")) * (1 - part("lips")) * (1 - part("brows")) > 0.9
    people = portrait()

    def angle(lock: bool) -> float:
        made = Makeup(people=people, lock=lock).apply(people.photo, dark, 1.0, None).pixels
        return float(typology_angle(np.median(rgb_to_lab(made[cheek]), axis=0)))

    before = float(typology_angle(np.median(rgb_to_lab(people.rgb[cheek]), axis=0)))
    assert abs(angle(True) - before) <= 2 and angle(False) < before - 10


def test_what_is_put_on_can_be_read_again() -> None:
    people = portrait()
    made = Makeup(people=people).apply(people.photo, edited(empty(), RED), 1.0, None)
    bare = extract(look_at(people.rgb, people.faces[0]))
    found = extract(look_at(made.pixels, people.faces[0]))
    row = LAYERS.index("lipstick")
    assert found.amounts[row, 0] > bare.amounts[row, 0] + 0.2
    assert found.shades[row][1] > 25, "a red"


def test_removing_brings_lips_back() -> None:
    people = portrait()
    made = Makeup(people=people).apply(people.photo, edited(empty(), {**RED, **EYES}), 1.0, None)
    back = remove(People(made, people.faces))
    lips = part("lips") > 0.9
    before, red, now = (rgb_to_lab(p)[lips].mean(axis=0) for p in (people.rgb, made.pixels, back.pixels))
    assert np.linalg.norm(now - before) < 0.6 * np.linalg.norm(red - before)
    assert remove(people, 0.0) is people.photo


def test_what_lies_in_front_stays_free() -> None:
    """Where the network of regions sees a hand or hair, nothing is painted."""
    people = portrait()
    state = edited(empty(), RED)
    everything = np.ones((32, 32), np.float32)
    made = Makeup().put_on(people, people.faces, Makeup().composed(state), everything)
    np.testing.assert_array_equal(made.pixels, people.rgb)


def test_learning_needs_a_face() -> None:
    with pytest.raises(LooksmithError, match="no face to learn makeup from"):
        Makeup().learn(Material((Photo(np.full((80, 80, 3), 90, np.uint8)),)))


def test_a_turned_head_keeps_makeup_on_its_parts() -> None:
    """The same layers on a picture that is turned and half as large lie on the same lips."""
    people = portrait()
    small = np.asarray(Image.fromarray(people.rgb).rotate(25, Image.Resampling.BICUBIC).resize((180, 180)))
    turned = People(Photo(np.ascontiguousarray(small)))
    assert turned.faces
    face = turned.faces[0]
    change = Makeup(people=turned).apply(turned.photo, edited(empty(), RED), 1.0, None).pixels.astype(float) - small
    size = np.abs(change).sum(axis=-1)
    y, x = np.mgrid[:180, :180] + 0.5
    centre = np.array([(size * x).sum(), (size * y).sum()]) / size.sum()
    lips = mesh_mask(face, "lips", 180, 180)
    true = np.array([(lips * x).sum(), (lips * y).sum()]) / lips.sum()
    assert np.linalg.norm(centre - true) < 0.06 * face.inter_ocular


def test_light_from_one_side_falls_on_what_is_worn_too() -> None:
    people = portrait()
    face = people.faces[0]
    corners = face.points((33, 263))
    along = (np.arange(people.rgb.shape[1]) - corners[:, 0].mean()) / np.ptp(corners[:, 0])
    state = edited(empty(), {"blush.shade": "#c05060", "blush.opacity": 1.0})
    brighter = []
    for slope in (0.0, 0.5):
        lit = np.rint(np.clip(people.rgb * 0.7 * np.exp(slope * along)[None, :, None], 0, 255)).astype(np.uint8)
        own = People(Photo(lit), people.faces)
        made = Makeup(people=own).apply(own.photo, state).pixels.astype(float)
        cheeks = [np.floor(face.points((k,))[0]).astype(int) for k in (50, 280)]
        left, right = (made[y - 2 : y + 3, x - 2 : x + 3].mean() for x, y in cheeks)
        brighter.append(right / left)
    assert brighter[1] / brighter[0] > 1.15


def test_laid_out_smaller_it_is_worn_alike() -> None:
    """As in frames: planes of layers are made smaller, the edges of eyes, mouth and lips are not."""
    more: dict[str, str | float] = {"foundation.coverage": 0.6, "brows.shade": "#302018", "brows.opacity": 0.5}
    state = edited(edited(edited(empty(), RED), EYES), more)
    people = portrait()
    large = np.asarray(Image.fromarray(people.rgb).resize((780, 780), Image.Resampling.BICUBIC))
    people = People(Photo(large))
    full, small = (
        Makeup(people=people, detail=detail).apply(people.photo, state, 1.0, None).pixels.astype(np.float32) - large
        for detail in (None, 56.0)
    )
    assert people.faces[0].inter_ocular > 2 * 1.5 * 56, "it is made smaller"
    changed = np.abs(full).sum(axis=-1) > 0
    assert np.abs(small - full)[changed].mean() < 0.1 * np.abs(full)[changed].mean()
    height, width = large.shape[:2]
    for name in ("eyes", "mouth"):
        assert not small[mesh_mask(people.faces[0], name, height, width) > 0.99].any(), "not on eyes and teeth"
    assert not small[mesh_mask(people.faces[0], "face", height, width) == 0].any(), "nor beyond the face"
    same = Makeup(people=people, detail=1e4).apply(people.photo, state, 1.0, None).pixels
    assert np.array_equal(same, (full + large).astype(np.uint8)), "no smaller than there is"
