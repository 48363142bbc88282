"""The texture facet over real pictures (the laws all facets share are in test_laws.py)."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from skimage.color import rgb2lab
from skimage.data import astronaut, chelsea, coffee

from looksmith.errors import LooksmithError
from looksmith.facets.protocol import Material
from looksmith.facets.rounding import rounded
from looksmith.facets.texture import Texture, TextureState
from looksmith.media.photo import Photo


@pytest.fixture(scope="module")
def photo() -> Photo:
    return Photo(np.ascontiguousarray(astronaut()[:320, 100:420]))


@pytest.fixture(scope="module")
def state() -> TextureState:
    return Texture().learn(Material((Photo(np.ascontiguousarray(coffee())),)))


def _lab(photo: Photo) -> np.ndarray:
    return rgb2lab(photo.pixels).reshape(-1, 3)


def test_learning_is_about_the_picture(state: TextureState) -> None:
    other = Texture().learn(Material((Photo(np.ascontiguousarray(chelsea())),)))
    assert np.linalg.norm(state.vector - other.vector) > 0.1
    np.testing.assert_allclose(state.mean, coffee().reshape(-1, 3).mean(0) / 255, atol=0.01)
    wanted = np.cov(cv2.resize(coffee(), (313, 209), interpolation=cv2.INTER_AREA).reshape(-1, 3).T / 255)
    np.testing.assert_allclose(state.covariance, wanted, atol=0.003)
    numbers = sum(getattr(state, name).size for name in TextureState.ARRAYS)
    assert numbers <= 128


def test_many_pictures_give_a_mean_that_one_stray_does_not_move() -> None:
    near = [np.ascontiguousarray(coffee()[k : k + 300, k : k + 300]) for k in (0, 20, 40, 60)]
    stray = np.random.default_rng(0).integers(0, 256, (300, 300, 3), np.uint8)
    facet = Texture()
    alone = facet.learn(Material(tuple(Photo(p) for p in near)))
    together = facet.learn(Material(tuple(Photo(p) for p in [*near, stray])))
    noise = facet.learn(Material((Photo(stray),)))
    moved = np.linalg.norm(together.vector - alone.vector)
    plain_mean = np.linalg.norm(noise.vector - alone.vector) / 5
    assert moved < 0.6 * plain_mean


def test_nothing_to_learn_from() -> None:
    with pytest.raises(LooksmithError, match="no picture"):
        Texture().learn(Material(()))


def test_match_brings_the_colours_of_the_style_and_keep_those_of_the_photo(photo: Photo, state: TextureState) -> None:
    matched = Texture().apply(photo, state, 1.0, None)
    kept = Texture(colour="keep").apply(photo, state, 1.0, None)
    own, wanted = _lab(photo).mean(0), rgb2lab(coffee()).reshape(-1, 3).mean(0)
    assert np.linalg.norm(_lab(matched).mean(0) - wanted) < 0.4 * np.linalg.norm(own - wanted)
    chroma = np.abs(_lab(kept)[:, 1:] - _lab(photo)[:, 1:])
    assert np.median(chroma) < 2
    assert not np.array_equal(kept.pixels, photo.pixels)


def test_style_takes_the_palette_closer_than_match(photo: Photo, state: TextureState) -> None:
    wanted = np.quantile(rgb2lab(coffee()).reshape(-1, 3), np.linspace(0.05, 0.95, 19), axis=0)

    def gap(colour: str) -> float:
        out = Texture(colour=colour).apply(photo, state, 1.0, None)  # type: ignore[arg-type]
        return float(np.abs(np.quantile(_lab(out), np.linspace(0.05, 0.95, 19), axis=0) - wanted).mean())

    assert gap("style") < gap("match")


def test_scale_makes_larger_strokes(photo: Photo, state: TextureState) -> None:
    def fineness(scale: float) -> float:
        out = Texture(scale=scale).apply(photo, state, 1.0, None)
        grey = cv2.cvtColor(np.asarray(out.pixels, np.uint8), cv2.COLOR_RGB2GRAY)
        return float(np.abs(cv2.Laplacian(grey, cv2.CV_32F)).mean())

    assert fineness(2.0) < fineness(1.0)


def test_controls_out_of_range_are_refused() -> None:
    with pytest.raises(LooksmithError, match="no such colour"):
        Texture(colour="own")  # type: ignore[arg-type]
    with pytest.raises(LooksmithError, match="scale"):
        Texture(scale=0)
    with pytest.raises(LooksmithError, match="seed"):
        Texture(seed=-1)


def test_blend_needs_weights_that_fit(state: TextureState) -> None:
    with pytest.raises(LooksmithError, match="weights"):
        Texture().blend([state], [0.5, 0.5])
    with pytest.raises(LooksmithError, match="weights"):
        Texture().blend([state, state], [0.0, 0.0])


def test_own_painters_blend_by_what_they_add(state: TextureState) -> None:
    rng = np.random.default_rng(3)
    added = [rng.standard_normal(700).astype(np.float32) * 0.01 for _ in range(2)]
    one, two = (replace(state, **dict(zip(("own", "own_steps"), rounded(a), strict=True))) for a in added)
    assert Texture().blend([one, two], [1, 0]) is one
    mixed, turned = Texture().blend([one, two], [3, 1]), Texture().blend([two, one], [1, 3])
    assert np.array_equal(mixed.own, turned.own) and np.array_equal(mixed.own_steps, turned.own_steps)
    assert mixed.additions is not None and np.abs(mixed.additions - 0.75 * added[0] - 0.25 * added[1]).max() < 4e-4
    half = Texture().blend([one, replace(state, mean=state.mean * 0.9)], [1, 1]).additions
    assert half is not None and np.abs(half - 0.5 * added[0]).max() < 4e-4
    short = replace(two, own=two.own[:300], own_steps=two.own_steps[:2])
    with pytest.raises(LooksmithError, match="different sizes"):
        Texture().blend([one, short], [1, 1])
    with pytest.raises(LooksmithError, match="steps"):
        replace(one, own_steps=one.own_steps[:1])


def test_a_vector_of_another_network_is_refused(photo: Photo, state: TextureState) -> None:
    foreign = replace(state, network="0123")
    with pytest.raises(LooksmithError, match="another texture network"):
        Texture().apply(photo, foreign, 1.0, None)
    with pytest.raises(LooksmithError, match="another texture network"):
        Texture().blend([foreign, state], [1, 1])


def test_describe_speaks_of_the_palette(state: TextureState) -> None:
    card = Texture().describe(state)
    assert card.words and all(len(s) == 7 and s.startswith("#") for s in card.swatches)
    dark = TextureState(
        state.vector,
        state.mean * 0.2,
        state.covariance * 0.05,
        state.quantiles * np.float32([[0.2], [1], [1]]),
        state.detail,
        state.network,
    )
    assert "dark" in Texture().describe(dark).words


def test_fine_light_and_dark_become_those_of_the_style(photo: Photo, state: TextureState) -> None:
    def off(wanted: np.ndarray) -> float:
        found = Texture().apply(photo, replace(state, detail=wanted), 1.0, None)
        light = cv2.cvtColor(np.asarray(found.pixels, np.uint8), cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
        return float((light - cv2.GaussianBlur(light, (5, 5), 1.0)).std())

    finest = np.arange(state.detail.size) == 0
    assert off(np.where(finest, 0, state.detail)) < off(np.where(finest, 1.5 * state.detail, state.detail))
    with pytest.raises(LooksmithError, match="out of range"):
        replace(state, detail=np.full_like(state.detail, np.nan))
