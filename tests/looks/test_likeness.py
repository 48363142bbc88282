"""A creator's likeness in a look: with consent, in the digest, and a ceiling for everybody else."""

from contextlib import nullcontext
from dataclasses import replace
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from skimage.data import astronaut

from looksmith.errors import LooksmithError, RefusedError, RightsWarning, UnreadableError
from looksmith.faces import identity, people
from looksmith.faces.canonical import canonical
from looksmith.faces.face import Face, Pose
from looksmith.facets import registry
from looksmith.looks import likeness
from looksmith.looks.apply import apply
from looksmith.looks.blend import blend
from looksmith.looks.learn import learn
from looksmith.looks.look import Look
from looksmith.looks.replay import replay
from looksmith.media.photo import Photo
from looksmith.rights.consent import Consent
from looksmith.rights.provenance import read_recipe

PICTURE = np.ascontiguousarray(astronaut())
NETWORK = SimpleNamespace(sha256="ab" * 32)


def _face(x: float, y: float, across: float) -> Face:
    mesh = (canonical().geometry * across + (x, y, 0)).astype(np.float32)
    low, high = mesh[:, :2].min(axis=0), mesh[:, :2].max(axis=0)
    return Face((*low.tolist(), *high.tolist()), 0.99, mesh, Pose(0, 0, 0))


def _embed(crops: np.ndarray) -> np.ndarray:
    """How light and how warm each of 8 x 8 squares is, about their mean."""
    squares = crops.astype(np.float64).reshape(len(crops), 8, 14, 8, 14, 3).mean(axis=(2, 4)) / 255
    parts = (squares.mean(axis=3), squares[..., 0] - squares[..., 2])
    flat = np.concatenate([x - x.mean(axis=(1, 2), keepdims=True) for x in parts], axis=1).reshape(-1, 128)
    return (flat / np.linalg.norm(flat, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(autouse=True)
def one_person(monkeypatch: pytest.MonkeyPatch) -> None:
    """One face in every picture, and a judge of faces."""
    limits = identity.Thresholds(0.9, 0.5)
    every = dict.fromkeys((*people.FINDERS, identity.NETWORK), NETWORK)
    for module in (people, identity):
        monkeypatch.setattr(module, "records", lambda: every)
    monkeypatch.setattr(identity, "embed_crops", _embed)
    monkeypatch.setattr(identity, "thresholds", lambda: limits)
    monkeypatch.setattr("looksmith.looks.apply.thresholds", lambda: limits)
    analyse = import_module("looksmith.faces.analyse")
    monkeypatch.setattr(analyse, "analyse_pixels", lambda rgb: (_face(222, 116, 58),))

    def upside_down(self: Any, subject: Photo, state: Any, strength: float, where: Any) -> Photo:
        return subject.with_pixels(np.ascontiguousarray(subject.pixels[::-1]))

    monkeypatch.setattr(registry.facets()["gain"], "apply", upside_down)


def _creator() -> likeness.Likeness:
    """Who the upside-down picture shows."""
    found = identity.embed(np.ascontiguousarray(PICTURE[::-1]), [_face(222, 116, 58)])[0]
    return likeness.written(found, NETWORK.sha256)


def test_a_likeness_needs_consent_and_is_in_the_file(key: Ed25519PrivateKey) -> None:
    picture = Photo(PICTURE)
    for kind in ("undeclared", "public-domain", "synthetic", "granted"):
        with pytest.raises(RefusedError, match="only with their consent"):
            likeness.likeness_of(picture, Consent(kind))  # type: ignore[arg-type]
    look = learn(picture, only="gain", own=True, likeness=picture, with_preview=False, recorded=False)
    again = Look.load(look.to_bytes(key))
    assert again.likeness == look.likeness and again.digest == look.digest
    assert again.digest != replace(look, likeness=None).digest
    held = likeness.read(again.likeness) if again.likeness else None
    assert held is not None
    assert identity.similarity(held, identity.embed(PICTURE, [_face(222, 116, 58)])[0]) > 0.9999
    assert "nobody is made to look like them" in look.card


def test_a_look_without_one_says_nothing_about_it(look: Look, key: Ed25519PrivateKey) -> None:
    assert b'"likeness"' not in look.to_bytes(key)


def test_a_picture_of_several_people_is_no_likeness(monkeypatch: pytest.MonkeyPatch) -> None:
    analyse = import_module("looksmith.faces.analyse")
    for faces in ((), (_face(222, 116, 58), _face(400, 300, 40))):
        monkeypatch.setattr(analyse, "analyse_pixels", lambda rgb, faces=faces: faces)
        with pytest.raises(LooksmithError, match="creator alone"):
            likeness.likeness_of(Photo(PICTURE), Consent("own"))


@pytest.mark.parametrize("floor", ["off", -1.0])
def test_nobody_is_made_into_the_creator_even_without_a_floor(look: Look, floor: Any) -> None:
    worn = replace(look, likeness=_creator())
    with pytest.warns(RightsWarning, match="does not become the creator") if floor == "off" else nullcontext():
        made = apply(worn, Photo(PICTURE), identity_floor=floor, recorded=False)
    (one,) = read_recipe(made).people
    assert one.strength < 1 and one.to_creator is not None and one.to_creator <= 0.5
    assert replay(made, Photo(PICTURE), look=worn).identical
    free = apply(look, Photo(PICTURE), identity_floor="off", recorded=False)
    assert (free.pixels == PICTURE[::-1]).all()


def test_the_creator_wears_their_own_look(look: Look) -> None:
    own = likeness.written(identity.embed(PICTURE, [_face(222, 116, 58)])[0], NETWORK.sha256)
    made = apply(replace(look, likeness=own), Photo(PICTURE), identity_floor=-1.0, recorded=False)
    assert read_recipe(made).people[0].strength == 1


def test_another_networks_numbers_are_not_compared_and_that_is_said(look: Look) -> None:
    other = likeness.Likeness(network="cd" * 32, vector=_creator().vector)
    with pytest.warns(RightsWarning, match="is not measured"):
        made = apply(replace(look, likeness=other), Photo(PICTURE), identity_floor="off", recorded=False)
    assert (made.pixels == PICTURE[::-1]).all() and read_recipe(made).people == []


def test_a_blend_keeps_the_likeness_of_its_largest_part(make_look: Any) -> None:
    plain, worn = make_look("plain"), replace(make_look("worn", (0.8, 1.0, 1.1)), likeness=_creator())
    assert blend([(plain, 0.6), (worn, 0.4)]).likeness == worn.likeness
    assert blend([(plain, 0.6), (make_look("third"), 0.4)]).likeness is None


def test_damaged_numbers_are_refused(look: Look) -> None:
    empty = likeness.Likeness(network=NETWORK.sha256, vector="A" * 342 + "==")
    with pytest.raises(LooksmithError, match="damaged"):
        likeness.read(empty)
    with pytest.raises((UnreadableError, ValueError)):
        likeness.Likeness(network="x", vector="y")
