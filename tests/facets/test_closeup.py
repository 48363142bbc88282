"""Closeups: cut, worked on small, and laid back without touching what was not changed."""

from __future__ import annotations

import numpy as np
from PIL import ImageCms

from looksmith.faces.people import People
from looksmith.facets.closeup import add_change, box_round, closeup, part_of, with_change
from looksmith.media.photo import Photo


def test_a_closeup_is_no_larger_than_the_photo_and_its_mesh_fits(portrait: Photo, people: People) -> None:
    face = people.faces[0]
    box = box_round(face.landmarks[:, :2], 5, portrait.height, portrait.width)
    assert box is not None
    whole, small = (closeup(portrait, people, face, box, unit) for unit in (1000.0, 24.0))
    assert whole.rgb.shape[:2] == (box[3] - box[1], box[2] - box[0]) and whole.unit == face.inter_ocular
    assert abs(small.unit - 24) < 0.6 and np.array_equal(whole.rgb, portrait.pixels[box[1] : box[3], box[0] : box[2]])
    assert np.allclose(whole.points + box[:2], face.landmarks[:, :2], atol=1e-3)
    assert np.allclose(small.points / small.unit, whole.points / whole.unit, atol=0.05)


def test_no_change_gives_every_bit_back_at_any_depth_and_profile() -> None:
    noise = np.random.default_rng(0)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for dtype, top in ((np.uint8, 255), (np.uint16, 65535)):
        pixels = noise.integers(0, top + 1, (20, 30, 3)).astype(dtype)
        for icc in (None, profile):
            made = with_change(Photo(pixels, icc=icc), (5, 4, 25, 18), np.zeros((14, 20, 3), np.float32))
            assert np.array_equal(np.rint(made * top).astype(dtype), pixels[4:18, 5:25])


def test_a_change_lands_where_it_was_made() -> None:
    total = np.zeros((40, 60, 3), np.float32)
    add_change(total, (10, 20, 70, 60), (30, 30, 50, 40), np.full((5, 10, 3), 0.25, np.float32))
    assert (total[10:20, 20:40] == 0.25).all() and total.sum() == np.float32(0.25 * 10 * 20 * 3)


def test_a_part_of_a_plane_is_that_part() -> None:
    ramp = np.tile(np.arange(64, dtype=np.float32), (32, 1))
    held = part_of(ramp, (320, 640), (160, 80, 480, 240), (16, 32))
    assert held.shape == (16, 32) and np.allclose(held[0, 2:-2], np.arange(16, 48)[2:-2], atol=0.6)
