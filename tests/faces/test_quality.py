"""Better pictures of one face are judged better, part by part."""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageFilter
from skimage.data import astronaut

from looksmith.faces.face import Face
from looksmith.faces.quality import quality

PICTURE = np.ascontiguousarray(astronaut())
EYES = (222, 116, 58)
"""Where the astronaut's eyes are, and how far apart."""


def test_blur_lowers_sharpness(make_face: Callable[..., Face]) -> None:
    face = make_face(*EYES)
    found = [
        quality(np.asarray(Image.fromarray(PICTURE).filter(ImageFilter.GaussianBlur(r))), face).sharpness
        for r in (0, 2.5, 6)
    ]
    assert found[0] > found[1] > found[2] and found[0] > 0.5 > found[2]


def test_darkness_and_burnt_light_lower_light(make_face: Callable[..., Face]) -> None:
    face = make_face(*EYES)
    plain = quality(PICTURE, face).light
    assert quality((PICTURE * 0.1).astype(np.uint8), face).light < 0.5 * plain
    assert quality(np.clip(PICTURE * 4.0, 0, 255).astype(np.uint8), face).light < 0.7 * plain


def test_turning_away_and_distance_lower_theirs(make_face: Callable[..., Face]) -> None:
    front, side = (quality(PICTURE, make_face(*EYES, yaw=yaw)) for yaw in (0, 60))
    assert front.pose == 1 and side.pose < 0.3
    small = np.asarray(Image.fromarray(PICTURE).resize((128, 128)))
    far = quality(small, make_face(*(value / 4 for value in EYES)))
    assert far.size < 0.2 < quality(PICTURE, make_face(*EYES)).size
    for each in (front, side, far):
        assert 0 <= each.overall <= 1
        assert min(each.size, each.sharpness, each.pose, each.light) <= each.overall + 1e-9
