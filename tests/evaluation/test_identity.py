"""The judge of identity: the face is looked for in the photo only, and its place is where we look afterwards."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from skimage.data import astronaut, coffee

from looksmith.errors import LooksmithError

dlib = pytest.importorskip("dlib", reason="needs dlib-bin")

from looksmith.evaluation import identity  # noqa: E402

PHOTO = np.ascontiguousarray(astronaut()[:300, 70:370])


@pytest.fixture(scope="module")
def judge() -> identity.DlibJudge:
    try:
        return identity.DlibJudge()
    except LooksmithError as error:
        pytest.skip(str(error))


def test_missing_models_are_told_with_what_to_type(tmp_path: Path) -> None:
    with pytest.raises(LooksmithError, match="pip install"):
        identity.find_models(tmp_path)


def test_distances_against_dlibs_own_chips(judge: identity.DlibJudge) -> None:
    blurred = gaussian_filter(PHOTO, (3, 3, 0))
    models = identity.find_models()
    shape = dlib.shape_predictor(str(models / identity.LANDMARKS))(PHOTO, dlib.get_frontal_face_detector()(PHOTO, 0)[0])
    net = dlib.face_recognition_model_v1(str(models / identity.EMBEDDING))
    chips = [dlib.get_face_chip(picture, shape, size=150, padding=0.25) for picture in (PHOTO, blurred)]
    first, second = (np.array(net.compute_face_descriptor(chip)) for chip in chips)
    assert judge.distance(blurred, PHOTO) == pytest.approx(np.linalg.norm(first - second), abs=1e-5)


def test_the_place_of_the_face_counts_and_nothing_else(judge: identity.DlibJudge) -> None:
    elsewhere, gone = PHOTO.copy(), PHOTO.copy()
    elsewhere[220:] = 0
    gone[60:200, 90:220] = 128  # no detector finds this face: it is judged all the same
    assert judge.distance(PHOTO, PHOTO) == 0
    assert judge.distance(elsewhere, PHOTO) == pytest.approx(0, abs=1e-6)
    assert (judge.distance(gone, PHOTO) or 0) > 0.6


def test_without_a_face_there_is_no_distance(judge: identity.DlibJudge) -> None:
    cup = np.ascontiguousarray(coffee()[:200, :200])
    assert judge.distance(cup, cup) is None and not judge.found(cup) and judge.embedding(cup) is None


def test_the_box_is_where_the_face_is(judge: identity.DlibJudge) -> None:
    box = judge.box(PHOTO)
    assert box is not None
    left, top, right, bottom = box
    assert left < 150 < right and top < 130 < bottom, "the nose"
    assert 60 < right - left < 180 and judge.box(np.ascontiguousarray(coffee()[:200, :200])) is None


def test_pictures_of_other_sizes_are_refused(judge: identity.DlibJudge) -> None:
    with pytest.raises(ValueError, match="one shape"):
        judge.distance(PHOTO[1:], PHOTO)


def test_the_judge_is_none_where_the_extra_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(identity.VARIABLE, str(tmp_path))
    identity.judge.cache_clear()
    assert identity.judge() is None
    monkeypatch.undo()
    identity.judge.cache_clear()
