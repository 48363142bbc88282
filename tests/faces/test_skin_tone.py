"""Angles and groups of skin colours."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from looksmith.faces.skin_tone import LIMITS, TONES, cheeks, skin_colour, tone_of, typology_angle
from looksmith.media.colour import lab_to_rgb


def test_angles_in_closed_form() -> None:
    lab = np.array([[65.0, 12, 15], [50, 10, 20], [35, 14, 15], [50 + 20 * np.sqrt(3), 9, 20]])
    assert typology_angle(lab) == pytest.approx([45, 0, -45, 60])
    with pytest.raises(ValueError, match="last axis"):
        typology_angle(np.zeros((4, 2)))


def test_lighter_skin_has_a_larger_angle() -> None:
    angles = typology_angle(np.stack([np.linspace(20, 90, 50), np.full(50, 12.0), np.full(50, 16.0)], axis=1))
    assert (np.diff(angles) > 0).all()


@pytest.mark.parametrize(
    ("angle", "tone"),
    [(80, "very light"), (55, "light"), (55.1, "very light"), (41, "intermediate"), (28, "tan"), (10.01, "tan"),
     (10, "brown"), (-29.9, "brown"), (-30, "dark"), (-80, "dark")],
)  # fmt: skip
def test_groups_are_those_of_the_paper(angle: float, tone: str) -> None:
    assert tone_of(angle) == tone


def test_there_is_a_group_between_any_two_limits() -> None:
    middles = [70, *((a + b) / 2 for a, b in itertools.pairwise(LIMITS)), -60]
    assert [tone_of(angle) for angle in middles] == list(TONES)


def test_the_colour_of_skin_is_a_median_under_the_mask() -> None:
    wanted = np.array([60.0, 14, 18])
    rgb = np.zeros((20, 20, 3), np.uint8)
    skin = np.zeros((20, 20), bool)
    skin[5:15, 5:15] = True
    rgb[skin] = np.rint(lab_to_rgb(wanted[None]) * 255)
    rgb[6, 5:15] = 255  # a highlight, a tenth of the skin
    assert skin_colour(rgb, skin) == pytest.approx(wanted, abs=0.5)
    assert np.isnan(skin_colour(rgb, np.zeros((20, 20), bool))).all()
    with pytest.raises(ValueError, match="mask"):
        skin_colour(rgb, np.zeros((3, 3), bool))


def test_cheeks_lie_left_and_right_in_the_middle_of_the_box() -> None:
    found = cheeks((200, 200, 3), (50, 40, 150, 140))
    rows, columns = np.nonzero(found)
    assert rows.min() == 88 and rows.max() == 107
    assert columns.min() == 66 and columns.max() == 133
    assert not found[:, 84:116].any(), "not the nose"
    assert (found == found[:, ::-1]).all()
    assert not cheeks((50, 50), (-300, -300, -200, -200)).any()
    assert cheeks((50, 50), (-10, -10, 60, 60)).any(), "a face that is cut by the frame"
