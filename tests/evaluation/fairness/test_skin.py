"""The skin of a painted face, and who looks for it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage.data import astronaut, coffee

from looksmith.evaluation.fairness.skin import ShippedFinder, finder_beside, skin_angle
from looksmith.evaluation.identity import DlibJudge, judge
from looksmith.faces.skin_tone import tone_of
from looksmith.media.colour import lab_to_rgb

PHOTO = np.ascontiguousarray(astronaut()[:300, 70:370])


class Whole:
    """The face fills the picture."""

    name = "whole"

    def box(self, photo: NDArray[np.uint8]) -> tuple[int, int, int, int] | None:
        return 0, 0, photo.shape[1], photo.shape[0]


@pytest.mark.parametrize(("lab", "tone"), [((70, 10, 15), "light"), ((56, 12, 18), "tan"), ((30, 12, 14), "dark")])
def test_painted_skin(lab: tuple[float, ...], tone: str) -> None:
    skin = np.rint(lab_to_rgb(np.broadcast_to(np.array(lab, float), (64, 64, 3))) * 255).astype(np.uint8)
    angle = skin_angle(skin, Whole())
    assert angle == pytest.approx(np.degrees(np.arctan2(lab[0] - 50, lab[2])), abs=2)
    assert angle is not None and tone_of(angle) == tone


def test_the_shipped_networks_find_the_face_and_none_where_there_is_none() -> None:
    finder = ShippedFinder()
    box = finder.box(PHOTO)
    assert box is not None
    left, top, right, bottom = box
    assert left < 150 < right and top < 130 < bottom, "the nose"
    assert 60 < right - left < 180
    nobody = np.ascontiguousarray(coffee()[:200, :200])
    assert finder.box(nobody) is None and skin_angle(nobody, finder) is None


def test_both_finders_see_the_same_skin() -> None:
    known = judge()
    if not isinstance(known, DlibJudge):
        pytest.skip("needs dlib-bin")
    assert finder_beside(known) is known and isinstance(finder_beside(None), ShippedFinder)
    ours, theirs = skin_angle(PHOTO, ShippedFinder()), skin_angle(PHOTO, known)
    assert ours is not None and theirs is not None and abs(ours - theirs) < 8
