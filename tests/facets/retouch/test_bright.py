"""Whites of eyes and teeth become lighter and take no tint."""

from __future__ import annotations

import numpy as np

from looksmith.faces.people import People
from looksmith.facets.retouch.facet import Retouch
from looksmith.facets.retouch.sliders import RetouchState
from looksmith.media.colour import rgb_to_lab
from looksmith.media.photo import Photo


def changed(before: Photo, after: Photo) -> tuple[np.ndarray, np.ndarray]:
    """Lab of the pixels that changed by more than a little, before and after."""
    where = np.abs(after.pixels.astype(int) - before.pixels).max(axis=2) > 3
    assert where.sum() > 20
    return rgb_to_lab(before.pixels[where]), rgb_to_lab(after.pixels[where])


def test_teeth_are_lighter_and_less_yellow(portrait: Photo, people: People) -> None:
    before, after = changed(portrait, Retouch(people=people).apply(portrait, RetouchState(teeth=1.0)))
    assert after[:, 0].mean() > before[:, 0].mean() + 0.5, "hers are light already"
    assert after[:, 2].mean() < before[:, 2].mean() - 1
    assert after[:, 2].mean() > -1, "not blue"


def test_eyes_are_lighter_without_a_tint(portrait: Photo, people: People) -> None:
    made = Retouch(people=people).apply(portrait, RetouchState(eyes=1.0))
    before, after = changed(portrait, made)
    assert after[:, 0].mean() > before[:, 0].mean() + 0.5
    white = before[:, 0] > np.quantile(before[:, 0], 0.6)
    chroma = [float(np.hypot(lab[white, 1], lab[white, 2]).mean()) for lab in (before, after)]
    assert chroma[1] <= chroma[0] + 0.3
    _, y0, _, y1 = people.faces[0].box
    rows = np.argwhere((made.pixels != portrait.pixels).any(axis=2))[:, 0]
    assert rows.max() < y0 + 0.6 * (y1 - y0), "nothing below the eyes"


def test_a_closed_mouth_has_no_teeth(portrait: Photo, people: People) -> None:
    from dataclasses import replace

    face = people.faces[0]
    mesh = face.landmarks.copy()
    for upper, lower in ((13, 14), (312, 317), (82, 87), (311, 402), (81, 178)):
        mesh[lower] = mesh[upper]
    shut = People(portrait, (replace(face, landmarks=mesh),))
    shut.__dict__["regions"] = people.regions
    made = Retouch(people=shut).apply(portrait, RetouchState(teeth=1.0))
    assert np.array_equal(made.pixels, portrait.pixels)
