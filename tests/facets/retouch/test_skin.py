"""Spots that were painted on are found and go, moles and pores stay."""

from __future__ import annotations

import numpy as np
import pytest

from looksmith.faces.people import People
from looksmith.facets.closeup import Closeup, box_round, closeup
from looksmith.facets.retouch.bands import bands_of, skin_of
from looksmith.facets.retouch.facet import UNIT, Retouch
from looksmith.facets.retouch.sliders import RetouchState
from looksmith.facets.retouch.spots import spots_of
from looksmith.media.photo import Photo
from looksmith.media.smooth import blurred

CHEEKS = (50, 280, 205, 425, 151)
"""Points of the mesh on cheeks and forehead."""


def planted(portrait: Photo, people: People, *, red: float, dark: float, radius: float) -> Photo:
    """Round spots on cheeks and forehead: red, dark in parts of the light; radius in units of the eyes' distance."""
    face = people.faces[0]
    y, x = np.mgrid[: portrait.height, : portrait.width] + 0.5
    pixels = portrait.pixels.astype(np.float32)
    for point in CHEEKS:
        px, py = face.landmarks[point, :2]
        far = np.hypot(x - px, y - py) / (radius * face.inter_ocular)
        spot = np.clip(1.5 - far, 0, 1)[..., None]
        pixels *= 1 - spot * (np.array([dark, dark + red, dark + red]))
    return Photo(np.clip(np.rint(pixels), 0, 255).astype(np.uint8))


def near(photo: Photo, people: People) -> Closeup:
    face = people.faces[0]
    box = box_round(face.landmarks[:, :2], 0.1 * face.inter_ocular, photo.height, photo.width)
    assert box is not None
    return closeup(photo, people, face, box, UNIT)


def hit(photo: Photo, people: People, moles: bool) -> int:
    """How many of the places that spots were painted on are found, as moles or as none."""
    view = near(photo, people)
    found = spots_of(bands_of(view), view.unit)
    places = found.places[found.mole == moles]
    return sum(
        bool(len(places)) and float(np.linalg.norm(places - view.points[point], axis=1).min()) < 0.03 * view.unit
        for point in CHEEKS
    )


def test_bands_add_up_to_the_picture(portrait: Photo, people: People) -> None:
    view = near(portrait, people)
    bands = bands_of(view)
    for split, plane in zip((bands.luma, bands.red, bands.blue), view.planes, strict=True):
        assert np.allclose(sum(split), plane, atol=1e-5)


def test_the_low_band_is_never_darker_or_lighter_than_what_it_is_the_mean_of(portrait: Photo, people: People) -> None:
    """Under odd light nothing around a pixel may be like it; a mean over nothing left grey blotches."""
    tinted = portrait.pixels.astype(np.float32) * np.linspace(0.35, 1.3, portrait.width)[None, :, None]
    tinted[..., 2] *= np.linspace(1.4, 0.3, portrait.height)[:, None]
    noise = np.random.default_rng(0).normal(0, 25, (*tinted.shape[:2], 1))
    odd = Photo(np.clip(tinted + noise * [1.5, 0.5, 0.5], 0, 255).astype(np.uint8))
    view = near(odd, people)
    low, own = bands_of(view).luma[2], view.luma
    assert np.median(low / np.maximum(blurred(own, 6.0), 0.02)) == pytest.approx(1, abs=0.08)
    assert low.min() > 0.5 * blurred(own, 6.0).min() and low.max() < 1.5 * blurred(own, 6.0).max()


def test_eyes_brows_and_lips_are_no_skin(portrait: Photo, people: People) -> None:
    view = near(portrait, people)
    skin = skin_of(view)
    for point, low, high in ((159, 0.0, 0.2), (13, 0, 0.05), (105, 0, 0.3), (50, 0.9, 1), (280, 0.9, 1), (205, 0.9, 1)):
        x, y = np.floor(view.points[point]).astype(int)
        assert low <= skin[y, x] <= high, point


def test_red_spots_are_found_and_go(portrait: Photo, people: People) -> None:
    photo = planted(portrait, people, red=0.22, dark=0.05, radius=0.022)
    assert hit(photo, people, moles=False) >= 4
    assert hit(portrait, people, moles=False) <= 1
    made = Retouch(people=people).apply(photo, RetouchState(blemish=1.0))
    standing = []
    for seen in (photo, made):
        view = near(seen, people)
        found = spots_of(bands_of(view), view.unit)
        standing.append(float((found.dark + found.red)[~found.mole].sum()))
    assert standing[1] < 0.5 * standing[0]
    face = people.faces[0]
    for point in CHEEKS[:4]:
        x, y = np.floor(face.landmarks[point, :2]).astype(int)
        before, worse, after = (p.pixels[y, x].astype(float) for p in (portrait, photo, made))
        assert np.abs(after - before).sum() < 0.5 * np.abs(worse - before).sum(), point


def test_moles_stay_unless_asked(portrait: Photo, people: People) -> None:
    photo = planted(portrait, people, red=0.02, dark=0.45, radius=0.02)
    # of five, little more than a pixel wide: one lies by the fringe, one so runs into grain beside it that half a
    # percent of skin more or less in the mask decides
    assert hit(photo, people, moles=True) >= 3
    kept = Retouch(people=people).apply(photo, RetouchState(blemish=1.0, smooth=1.0))
    gone = Retouch(people=people).apply(photo, RetouchState(blemish=1.0, moles=1.0))
    face, lifted = people.faces[0], 0
    for point in CHEEKS[:4]:
        x, y = np.floor(face.landmarks[point, :2]).astype(int)
        dark, still, less = (float(p.pixels[y, x].mean()) for p in (photo, kept, gone))
        assert still < dark + 12, point
        lifted += less > dark + 12
    assert lifted >= 3


def test_smoothing_keeps_pores_and_evens_the_middle(portrait: Photo, people: People) -> None:
    made = Retouch(people=people).apply(portrait, RetouchState(smooth=1.0))
    before, after = (bands_of(near(photo, people)) for photo in (portrait, made))
    sure = before.skin > 0.85

    def energy(plane: np.ndarray) -> float:
        return float(np.square(plane[sure]).mean())

    assert energy(after.luma[0]) > 0.9 * energy(before.luma[0])
    assert np.median(np.abs(after.luma[1][sure])) < 0.7 * np.median(np.abs(before.luma[1][sure]))


@pytest.mark.parametrize("slider", ["redness", "shine", "under_eye"])
def test_broad_sliders_leave_detail_alone(portrait: Photo, people: People, slider: str) -> None:
    made = Retouch(people=people).apply(portrait, RetouchState(**{slider: 1.0}))
    change = made.pixels[..., 0].astype(np.float32) - portrait.pixels[..., 0]
    assert np.abs(change).max() > 1
    rough = np.abs(change - blurred(np.asarray(change, np.float32), 3.0)).max()
    assert rough < 0.5 * np.abs(change).max() + 1.5


def test_nothing_changes_off_the_face(portrait: Photo, people: People) -> None:
    every = RetouchState(smooth=1, blemish=1, moles=1, redness=1, under_eye=1, shine=1, eyes=1, teeth=1)
    made = Retouch(people=people).apply(portrait, every)
    x0, y0, x1, y1 = people.faces[0].box
    pad = 0.1 * people.faces[0].inter_ocular + 2
    changed = np.argwhere((made.pixels != portrait.pixels).any(axis=2))
    assert len(changed) and changed[:, 0].min() >= y0 - pad and changed[:, 0].max() <= y1 + pad
    assert changed[:, 1].min() >= x0 - pad and changed[:, 1].max() <= x1 + pad
