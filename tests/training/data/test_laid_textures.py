"""Makeups on textures are those that the renderer lays on photos."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from skimage import data

torch = pytest.importorskip("torch", reason="needs the train extra")

from looksmith.faces.face import Face  # noqa: E402
from looksmith.faces.people import People  # noqa: E402
from looksmith.facets.makeup.bare import skin_of  # noqa: E402
from looksmith.facets.makeup.extract import look_at  # noqa: E402
from looksmith.facets.makeup.facet import Makeup  # noqa: E402
from looksmith.media.photo import Photo  # noqa: E402
from looksmith.training.data import laid_textures as held  # noqa: E402
from looksmith.training.data.laid_makeup import random_makeup  # noqa: E402
from looksmith.training.data.laid_textures import LaidTextures, Textures, laid_textures, textures  # noqa: E402


@pytest.fixture(scope="module")
def portrait() -> People:
    return People(Photo(np.ascontiguousarray(data.astronaut()[:260, 100:360])))


@pytest.fixture(scope="module")
def bare(portrait: People) -> Textures:
    return textures([(portrait.rgb, portrait.faces[0])])


def test_they_look_like_rendered_photos(portrait: People, bare: Textures) -> None:
    face: Face = portrait.faces[0]
    before, rng = look_at(portrait.rgb, face), np.random.default_rng(4)
    values = torch.from_numpy(bare.values.astype(np.float32) / (256 * 255)).permute(0, 3, 1, 2)
    visible, free, lips = (torch.from_numpy(p.astype(np.float32) / 255) for p in (bare.visible, bare.free, bare.lips))
    inside = bare.free[0] > 230
    for locked in (True, False, True):
        state = random_makeup(rng, skin_of(before.lab, before.visible))
        facet = Makeup(people=portrait, lock=locked)
        photo = facet.put_on(portrait, portrait.faces, facet.composed(state), None)
        after = look_at(photo.pixels, face).lab
        made, opacity = held._worn(values, visible, free, lips, [state], torch.tensor([locked]))
        seen, light = held._looked(made, visible)
        lab = held.rgb_to_lab((seen / light[:, :, None, None]).clamp(0, 1))[0].permute(1, 2, 0).numpy()
        change = np.abs(after - before.lab)[inside].mean()
        assert change > 0.2 and np.abs(lab - after)[inside].mean() < 0.2 * change + 0.15
        assert opacity.shape == (1, 6) and (opacity >= 0).all() and (opacity <= 1).all()


def test_they_differ_and_come_again(bare: Textures) -> None:
    which = np.zeros(6, np.intp)
    one, again, other = (laid_textures(np.random.default_rng(seed), bare, which) for seed in (1, 1, 2))
    for field in fields(LaidTextures):
        values = getattr(one, field.name)
        assert len(values) == 6 and torch.isfinite(values).all()
        assert torch.equal(values, getattr(again, field.name))
    assert not torch.equal(one.rgb, other.rgb)
    assert len({row.numpy().tobytes() for row in one.shade}) == 6
    assert one.rgb.shape == one.lab.shape == (6, 3, 128, 128) and one.shade.shape == (6, 6, 3)
    assert float(one.rgb.min()) >= 0 and float(one.rgb.max()) <= 1
