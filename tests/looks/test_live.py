"""A look on frames: like the look on photos, steady, and nothing where nothing is asked for."""

from __future__ import annotations

import threading
import time
from typing import Any

import numpy as np
import pytest
from PIL import Image
from skimage import data

from looksmith.errors import LooksmithError, RefusedError
from looksmith.faces import age
from looksmith.facets.hair.colours import dyed
from looksmith.facets.protocol import Material
from looksmith.facets.retouch.sliders import RetouchState
from looksmith.facets.tone import Tone
from looksmith.looks.apply import apply
from looksmith.looks.by_hand import by_hand
from looksmith.looks.craft import craft
from looksmith.looks.live import Live
from looksmith.media.photo import Photo


@pytest.fixture(scope="module")
def frames() -> list[Any]:
    """A portrait that slides by a pixel a frame."""
    wide = np.asarray(Image.fromarray(data.astronaut()).resize((420, 420)))
    return [np.ascontiguousarray(wide[:300, 20 + k : 380 + k]) for k in range(6)]


def test_strength_0_is_the_frame(frames: list[Any]) -> None:
    made = Live(by_hand("hair", dyed("copper")), strength=0)(frames[0], 0.0)
    assert np.array_equal(made, frames[0]) and made is not frames[0]


def test_a_frame_is_like_the_photo(frames: list[Any]) -> None:
    look = by_hand("retouch", RetouchState(smooth=1, under_eye=1))
    live, photo = Live(look, every=1)(frames[0], 0.0), apply(look, Photo(frames[0]), identity_floor="off")
    changed = photo.pixels.astype(int) - frames[0]
    assert np.abs(changed).max() > 5
    assert np.abs(live.astype(int) - photo.pixels).mean() < 0.25 * np.abs(changed).mean()


def test_hair_and_skin_are_both_worn_and_the_rest_is_not(frames: list[Any]) -> None:
    look = craft("two", {"retouch": RetouchState(smooth=1.0), "hair": dyed("copper")}, with_preview=False)
    live = Live(look)
    made = [live(frame, number / 30) for number, frame in enumerate(frames)]
    face = live.faces[0]
    for frame, out in zip(frames, made, strict=True):
        change = np.abs(out.astype(int) - frame).max(axis=2)
        x, y = np.floor(face.landmarks[10, :2]).astype(int)
        assert change[max(0, y - 25), x] > 8 and change[-10:].max() <= 3
        assert (change[int(face.box[1]) : int(face.box[3]), int(face.box[0]) : int(face.box[2])] > 0).mean() > 0.2


def test_in_between_the_change_travels_with_the_face(frames: list[Any]) -> None:
    live = Live(by_hand("hair", dyed("copper")))
    made = [live(frame, number / 30) for number, frame in enumerate(frames)]
    changes = [out.astype(int) - frame for out, frame in zip(made, frames, strict=True)]
    still = np.abs(changes[3][:, :-1] - changes[2][:, 1:]).mean()
    assert still < 0.35 * np.abs(changes[2]).mean()


def test_what_is_shown_does_not_depend_on_how_fast_work_is_done(
    frames: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where the camera writes its next frame into the same memory while work goes on beside."""
    look = craft("two", {"retouch": RetouchState(smooth=1.0), "hair": dyed("copper")}, with_preview=False)
    quick = Live(look)
    shown = [quick(frame, number / 30) for number, frame in enumerate(frames)]
    worn, beside = Live._worn, []

    def slow(self: Live, *arguments: Any) -> Any:
        beside.append(threading.current_thread().name)
        time.sleep(0.05)
        return worn(self, *arguments)

    monkeypatch.setattr(Live, "_worn", slow)
    live, memory = Live(look), np.empty_like(frames[0])
    for number, (frame, known) in enumerate(zip(frames, shown, strict=True)):
        memory[:] = frame
        assert np.array_equal(live(memory, number / 30), known)
    assert any(name.startswith("looksmith-beside") for name in beside)


def test_tone_is_one_table_for_the_clip(frames: list[Any]) -> None:
    state = Tone().learn(Material((Photo(np.ascontiguousarray(data.coffee()[::4, ::4])),)))
    live = Live(craft("toned", {"tone": state}, with_preview=False))
    same = frames[0].copy()
    one, _, two = live(same, 0.0), live(np.full_like(same, 200), 0.1), live(same, 0.2)
    assert np.array_equal(one, two) and not np.array_equal(one, same)


def test_nobody_there_changes_nothing() -> None:
    empty = np.full((120, 160, 3), 90, np.uint8)
    live = Live(by_hand("retouch", RetouchState(smooth=1.0)))
    assert all(np.array_equal(live(empty, k / 30), empty) for k in range(3))


def test_what_cannot_run_is_told(frames: list[Any], look: Any) -> None:
    with pytest.raises(LooksmithError, match="does not run on frames"):
        Live(look)
    with pytest.raises(LooksmithError, match="out of range"):
        Live(by_hand("hair", dyed("red")), strength=2)
    live = Live(by_hand("hair", dyed("red")))
    with pytest.raises(LooksmithError, match="no frame"):
        live(frames[0].astype(np.float32), 0.0)
    live(frames[0], 1.0)
    with pytest.raises(LooksmithError, match="time must grow"):
        live(frames[1], 0.5)


def test_a_child_who_comes_later_is_not_beautified_either(
    frames: list[Any], monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    class Check:
        name, value = "theirs", "elsewhere:check"

        def load(self) -> Any:
            return lambda rgb, faces: [True for _ in faces]

    monkeypatch.setattr(age, "entry_points", lambda group: [Check()])
    age.checks.cache_clear()
    request.addfinalizer(age.checks.cache_clear)
    look, empty = by_hand("retouch", RetouchState(smooth=1.0)), np.full_like(frames[0], 90)
    live = Live(look)
    live(empty, 0.0)
    with pytest.raises(RefusedError, match="18"):
        live(frames[0], 0.1)
    allowed = Live(look, allow_minors=True)
    allowed(empty, 0.0)
    assert not np.array_equal(allowed(frames[0], 0.1), frames[0])
