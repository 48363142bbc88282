"""The identity guard with a judge that can be computed by hand: where two crops are light and warm."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from skimage.data import astronaut

from looksmith.errors import LooksmithError, RightsWarning
from looksmith.faces import identity, people
from looksmith.faces.canonical import canonical
from looksmith.faces.face import Face, Pose
from looksmith.facets import registry
from looksmith.looks import guard
from looksmith.looks.apply import apply
from looksmith.looks.guard import keep_people, square_mask
from looksmith.looks.look import Look
from looksmith.looks.replay import replay
from looksmith.looks.scene import Scene
from looksmith.media.photo import Photo
from looksmith.rights.provenance import read_recipe

PICTURE = np.ascontiguousarray(astronaut())
PLACES = ((222.0, 116.0, 58.0), (420.0, 380.0, 30.0))


def _face(x: float, y: float, across: float) -> Face:
    mesh = (canonical().geometry * across + (x, y, 0)).astype(np.float32)
    low, high = mesh[:, :2].min(axis=0), mesh[:, :2].max(axis=0)
    return Face((*low.tolist(), *high.tolist()), 0.99, mesh, Pose(0, 0, 0))


def _embed_crops(crops: np.ndarray) -> np.ndarray:
    """How light and how warm each of 8 x 8 squares is, about their mean: 128 numbers of length 1."""
    squares = crops.astype(np.float64).reshape(len(crops), 8, 14, 8, 14, 3).mean(axis=(2, 4)) / 255
    light, warm = squares.mean(axis=3), squares[..., 0] - squares[..., 2]
    flat = np.concatenate([x - x.mean(axis=(1, 2), keepdims=True) for x in (light, warm)], axis=1).reshape(-1, 128)
    return (flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-9)).astype(np.float32)


@pytest.fixture(autouse=True)
def two_faces(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two faces in the picture, and a judge."""
    analyse = import_module("looksmith.faces.analyse")
    every = dict.fromkeys((*people.FINDERS, identity.NETWORK))
    monkeypatch.setattr(people, "records", lambda: every)
    monkeypatch.setattr(identity, "records", lambda: every)
    monkeypatch.setattr(identity, "embed_crops", _embed_crops)
    limits = identity.Thresholds(0.95, 0.5)
    monkeypatch.setattr(identity, "thresholds", lambda: limits)
    monkeypatch.setattr("looksmith.looks.apply.thresholds", lambda: limits)
    monkeypatch.setattr(analyse, "analyse_pixels", lambda rgb: tuple(_face(*place) for place in PLACES))
    yield


def _shuffled(amount: float = 1.0) -> Photo:
    """The picture with its rows upside down, mixed in: faces are lost."""
    other = PICTURE[::-1].astype(np.float64)
    return Photo(np.rint(PICTURE + amount * (other - PICTURE)).astype(np.uint8))


def test_a_face_that_stays_itself_is_left_alone() -> None:
    changed = Photo(np.clip(PICTURE.astype(int) + 6, 0, 255).astype(np.uint8))
    made, kept = keep_people(Scene(Photo(PICTURE)), changed, 0.95)
    assert made is changed
    assert [one.strength for one in kept] == [1.0, 1.0] and guard.in_words(kept) == []


@pytest.mark.parametrize("floor", [0.6, 0.9, 0.97])
def test_the_floor_holds_and_no_more_is_taken_back_than_needed(floor: float) -> None:
    before = Scene(Photo(PICTURE))
    made, kept = keep_people(before, _shuffled(), floor)
    after = identity.embed(made.pixels, before.faces)
    for one, face, now in zip(kept, before.embeddings, after, strict=True):
        assert one.wished < floor <= identity.similarity(face, now)
        assert one.similarity == pytest.approx(identity.similarity(face, now), abs=1e-4)
        assert 0 < one.strength < 1
        more = min(1.0, one.strength + 2 / 128)
        weight = 1 - (1 - more) * square_mask(before.faces[one.number - 1], 512, 512)
        tried = np.rint(PICTURE + weight[..., None] * (_shuffled().pixels.astype(float) - PICTURE)).astype(np.uint8)
        again = identity.embed(tried, [before.faces[one.number - 1]])[0]
        assert identity.similarity(face, again) < floor + 0.01
    assert len(guard.in_words(kept)) == 2 and "face 1" in guard.in_words(kept)[0]


def test_a_floor_of_one_gives_the_faces_back_bit_for_bit() -> None:
    before = Scene(Photo(PICTURE))
    made, kept = keep_people(before, _shuffled(), 1.0)
    for one, face in zip(kept, before.faces, strict=True):
        assert one.strength == 0 and one.similarity == pytest.approx(1, abs=1e-5)
        inner = square_mask(face, 512, 512) == 1
        assert inner.sum() > 400 and (made.pixels[inner] == PICTURE[inner]).all()
    far = np.maximum(*(square_mask(face, 512, 512) for face in before.faces)) == 0
    assert (made.pixels[far] == _shuffled().pixels[far]).all()


def test_faces_that_nobody_touched_are_not_measured() -> None:
    pixels = PICTURE.copy()
    pixels[300:] = _shuffled().pixels[300:]
    _, kept = keep_people(Scene(Photo(PICTURE)), Photo(pixels), 0.9)
    assert [one.number for one in kept] == [2]


def test_nobody_comes_close_to_the_creator() -> None:
    before = Scene(Photo(PICTURE))
    creator = identity.embed(_shuffled().pixels, before.faces[:1])[0]
    free, _ = keep_people(before, _shuffled(), -1.0)
    held, kept = keep_people(before, _shuffled(), -1.0, [creator])
    near = [identity.similarity(identity.embed(x.pixels, before.faces[:1])[0], creator) for x in (free, held)]
    assert near[0] > 0.99 and near[1] <= 0.5 + 1e-6 and kept[0].strength < 1 == kept[1].strength


def test_apply_says_stores_and_replays_it(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    def upside_down(self: Any, subject: Photo, state: Any, strength: float, where: Any) -> Photo:
        return subject.with_pixels(_shuffled(strength).pixels)

    monkeypatch.setattr(registry.facets()["gain"], "apply", upside_down)
    with pytest.warns(RightsWarning, match="face 1: strength went back"):
        made = apply(look, Photo(PICTURE), recorded=False)
    recipe = read_recipe(made)
    assert recipe.settings.identity_floor == 0.95
    assert [one.number for one in recipe.people] == [1, 2]
    assert all(one.verdict == "same" and one.similarity >= 0.95 and one.strength < 1 for one in recipe.people)
    assert replay(made, Photo(PICTURE), look=look).identical
    loose = apply(look, Photo(PICTURE), identity_floor="off", recorded=False)
    assert (loose.pixels == _shuffled(1.0).pixels).all()
    assert read_recipe(loose).settings.identity_floor == "off" and read_recipe(loose).people == []
    assert replay(loose, Photo(PICTURE), look=look).identical


def test_without_the_networks_a_floor_is_refused_and_none_is_recorded(
    look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "records", dict)
    made = apply(look, Photo(PICTURE), recorded=False)
    assert read_recipe(made).settings.identity_floor is None
    with pytest.raises(LooksmithError, match="identity cannot be measured"):
        apply(look, Photo(PICTURE), identity_floor=0.5, recorded=False)


def test_only_the_chosen_face_and_region_change(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("looksmith.faces.regions.records", dict)
    off: Callable[..., Photo] = lambda **options: apply(  # noqa: E731
        look, Photo(PICTURE), identity_floor="off", recorded=False, **options
    )
    shape = PICTURE.shape[:2]
    both = off(where="face")
    assert (both.pixels[:60] == PICTURE[:60]).all()
    left, second = off(faces="left"), off(faces="2")
    for made, (mine, other) in ((left, PLACES), (second, PLACES[::-1])):
        changed = (made.pixels != PICTURE).any(axis=2)
        y, x = np.argwhere(changed).mean(axis=0)
        assert np.hypot(x - mine[0], y - mine[1]) < 1.2 * mine[2]
        assert not changed[square_mask(_face(*other), *shape) == 1].any()
        assert replay(made, Photo(PICTURE), look=look).identical
    weaker = off(regions={"face": 0.4})
    inside = Scene(Photo(PICTURE)).regions.mask("face") == 1
    whole = off()
    moved = [np.abs(x.pixels.astype(int) - PICTURE)[inside].mean() for x in (weaker, whole)]
    assert 0.3 < moved[0] / moved[1] < 0.5
    assert (weaker.pixels[:60] == whole.pixels[:60]).all()


def test_every_person_wears_their_own(look: Look, make_look: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("looksmith.faces.regions.records", dict)
    other = make_look("other", (0.6, 1.0, 1.4))
    made = apply(look, Photo(PICTURE), people={2: other}, identity_floor="off", recorded=False)
    recipe = read_recipe(made)
    assert [(one.face, one.look.name) for one in recipe.persons] == [(2, "other")]
    assert replay(made, Photo(PICTURE), look=look).identical
    with pytest.raises(LooksmithError, match="no such face"):
        apply(look, Photo(PICTURE), people={7: other}, recorded=False)


@pytest.mark.parametrize("words", ["", "0", "best", "1,", "-1"])
def test_words_that_choose_no_face(words: str) -> None:
    with pytest.raises(LooksmithError):
        Scene(Photo(PICTURE)).chosen(words)


def test_mistakes_in_regions_are_told(look: Look) -> None:
    for options in ({"regions": {"knee": 0.5}}, {"regions": {"face": 1.5}}, {"faces": "9"}, {"people": {0: look}}):
        with pytest.raises(LooksmithError):
            apply(look, Photo(PICTURE), recorded=False, **options)  # type: ignore[arg-type]
