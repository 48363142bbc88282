"""An age check of another package: it flags faces, and beautifying or learning then needs an explicit word."""

from importlib import import_module
from typing import Any

import numpy as np
import pytest
from skimage.data import astronaut

from looksmith.errors import LooksmithError, RefusedError
from looksmith.faces import age
from looksmith.faces.canonical import canonical
from looksmith.faces.face import Face, Pose
from looksmith.looks import minors
from looksmith.looks.apply import apply
from looksmith.looks.learn import learn
from looksmith.looks.look import Look
from looksmith.media.photo import Photo
from looksmith.rights.provenance import read_recipe

PICTURE = np.ascontiguousarray(astronaut())


def _young(rgb: np.ndarray, faces: Any) -> list[bool]:
    return [face.centre[0] > 300 for face in faces]


class _Point:
    name, value = "theirs", "elsewhere:check"
    check: Any = staticmethod(_young)

    def load(self) -> Any:
        return self.check


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The check is installed, there are two faces, and the facet of the tests beautifies."""
    meshes = [(canonical().geometry * 40 + (x, 150, 0)).astype(np.float32) for x in (120, 380)]
    faces = tuple(
        Face((*m[:, :2].min(axis=0).tolist(), *m[:, :2].max(axis=0).tolist()), 0.99, m, Pose(0, 0, 0)) for m in meshes
    )
    monkeypatch.setattr(age, "entry_points", lambda group: [_Point()])
    monkeypatch.setattr(import_module("looksmith.faces.analyse"), "analyse_pixels", lambda rgb: faces)
    monkeypatch.setattr("looksmith.faces.people.records", lambda: {"faces-detector": None, "faces-mesh": None})
    monkeypatch.setattr("looksmith.faces.identity.records", dict)
    monkeypatch.setattr(minors, "BEAUTIFYING", frozenset({"gain"}))
    age.checks.cache_clear()
    yield faces
    age.checks.cache_clear()


def test_beautifying_needs_a_word_and_it_is_recorded(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RefusedError, match="likely under 18") as refused:
        apply(look, Photo(PICTURE), recorded=False)
    assert refused.value.where == "face 2" and "--allow-minors" in str(refused.value.hint)
    made = apply(look, Photo(PICTURE), allow_minors=True, recorded=False)
    assert read_recipe(made).settings.minors
    monkeypatch.setattr(minors, "BEAUTIFYING", frozenset({"makeup"}))
    assert not read_recipe(apply(look, Photo(PICTURE), recorded=False)).settings.minors


def test_learning_needs_a_word() -> None:
    options: dict[str, Any] = {"only": "gain", "own": True, "with_preview": False, "recorded": False}
    with pytest.raises(RefusedError, match="no look is learned"):
        learn(Photo(PICTURE), **options)
    assert learn(Photo(PICTURE), allow_minors=True, **options).facets


def test_without_a_check_nothing_is_claimed(look: Look, installed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert age.likely_minors(PICTURE, installed) == (False, True)
    monkeypatch.setattr(age, "entry_points", lambda group: [])
    age.checks.cache_clear()
    assert age.likely_minors(PICTURE, installed) is None
    assert apply(look, Photo(PICTURE), recorded=False).pixels.shape == PICTURE.shape


def test_a_check_that_does_not_answer_for_every_face(installed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Point, "check", staticmethod(lambda rgb, faces: [False]))
    with pytest.raises(LooksmithError, match="every face"):
        age.likely_minors(PICTURE, installed)


def test_a_check_that_cannot_be_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Any) -> Any:
        raise ImportError("no module named elsewhere")

    monkeypatch.setattr(_Point, "load", broken)
    with pytest.raises(LooksmithError, match="cannot be loaded"):
        age.checks()
