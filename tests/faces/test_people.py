"""What a photo shows is looked for once, and only when asked for."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest

from looksmith.errors import LooksmithError
from looksmith.faces import people
from looksmith.faces.face import Face, Pose
from looksmith.faces.people import People
from looksmith.media.photo import Photo

BLANK = Photo(np.full((64, 80, 3), 127, np.uint8))


def test_faces_are_looked_for_once_and_only_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[int, ...]] = []
    monkeypatch.setattr(people, "records", lambda: dict.fromkeys(people.FINDERS))
    analyse = import_module("looksmith.faces.analyse")
    monkeypatch.setattr(analyse, "analyse_pixels", lambda rgb: (calls.append(rgb.shape), ())[1])
    seen = People(BLANK)
    assert calls == []
    assert seen.faces == seen.faces == ()
    assert calls == [(64, 80, 3)]


def test_faces_that_are_known_are_not_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "records", dict)  # nothing could be found
    face = Face((1, 2, 3, 4), 1.0, np.zeros((468, 3), np.float32), Pose(0, 0, 0))
    assert People(BLANK, (face,)).faces == (face,)


def test_without_the_networks_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "records", dict)
    with pytest.raises(LooksmithError, match="not installed"):
        People(BLANK).faces  # noqa: B018
