"""Face paint on a face that is known bare."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import data

from looksmith.faces.people import People
from looksmith.facets.makeup.bare import zones_seen
from looksmith.facets.makeup.extract import Looked, extract, look_at
from looksmith.facets.makeup.facet import Makeup
from looksmith.facets.makeup.layers import GROUPS, LAYERS
from looksmith.facets.makeup.light import light_of
from looksmith.facets.makeup.paint import painting
from looksmith.media.colour import lab_to_rgb, rgb_to_lab
from looksmith.media.photo import Photo

BLUE = np.array([0.1, 0.25, 0.6], np.float32)


@cache
def portrait() -> People:
    return People(Photo(np.ascontiguousarray(data.astronaut()[:260, 100:360])))  # type: ignore[no-untyped-call]


@cache
def bare() -> Looked:
    return look_at(portrait().rgb, portrait().faces[0])


def star() -> NDArray[np.bool_]:
    """A patch on one cheek."""
    rows, columns = np.mgrid[:128, :128]
    return np.asarray((abs(rows - 74) < 12) & (abs(columns - 30) < 12))


def painted(white: bool) -> Looked:
    """The face with a blue patch, on a white ground or on its skin."""
    face = bare()
    rgb = lab_to_rgb(face.lab) * face.light
    if white:
        rgb = 0.1 * rgb + 0.9 * 0.85 * rgb.mean(axis=-1, keepdims=True) / rgb.mean()
    rgb = np.where(star()[..., None], BLUE, rgb)
    light = light_of(np.median(rgb[zones_seen()["plain"] > 0.5], axis=0)) if white else face.light
    lab = rgb_to_lab(np.clip(rgb / light, 0, 1).astype(np.float32))
    return Looked(lab, face.bare, np.ones_like(face.visible), light)


def paint_of(face: Looked) -> NDArray[np.uint8] | None:
    return painting(face.lab, face.bare, face.lab - face.bare, face.visible, face.light)


def test_a_bare_face_is_not_painted() -> None:
    assert paint_of(bare()) is None


def test_a_patch_is_found_where_it_is() -> None:
    found = paint_of(painted(white=False))
    assert found is not None
    alpha = found[..., 3] / 255
    assert alpha[star()].mean() > 0.7
    far = (zones_seen()["plain"] > 0.5) & (np.mgrid[:128, :128][1] > 80)
    assert alpha[far].mean() < 0.1
    assert found[74, 30, :3] / 255 == pytest.approx(BLUE / bare().light, abs=0.1)


def test_white_paint_is_no_skin() -> None:
    found = paint_of(painted(white=True))
    assert found is not None
    assert (found[..., 3][zones_seen()["plain"] > 0.5] > 200).mean() > 0.95
    ground = found[100, 64, :3].astype(float)
    assert np.ptp(ground) < 40, "white, not the colour of a skin"


def test_paint_round_the_eyes_is_no_shadow_besides() -> None:
    state = extract(painted(white=False))
    assert state.amounts[LAYERS.index("pattern"), 0] == 1
    assert all(state.amounts[LAYERS.index(name), 0] == 0 for name in GROUPS["eyes"])


def test_paint_is_worn() -> None:
    people = portrait()
    worn = Makeup(people=people).apply(people.photo, extract(painted(white=False)))
    change = np.abs(worn.pixels.astype(float) - people.rgb).sum(axis=-1)
    assert (change > 60).sum() > 50
