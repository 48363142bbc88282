"""A blurred and a moved picture are told from a sharp one; sharp stripes are no movement."""

import cv2
import numpy as np
import pytest
from skimage import data

from looksmith.materials.motion import elsewhere, moved, one_way
from looksmith.materials.quality import BLURRED, MOVED
from looksmith.materials.sharpness import sharpness


def light(pixels: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
    scale = 512 / max(grey.shape)
    return cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def swept(grey: np.ndarray, length: int, degrees: float) -> np.ndarray:  # type: ignore[type-arg]
    kernel = np.zeros((length, length), np.float32)
    kernel[length // 2] = 1
    turn = cv2.getRotationMatrix2D((length / 2 - 0.5, length / 2 - 0.5), degrees, 1)
    kernel = cv2.warpAffine(kernel, turn, (length, length))
    return cv2.filter2D(grey, -1, kernel / kernel.sum())


@pytest.mark.parametrize("name", ["astronaut", "coffee", "chelsea"])
def test_blurred_and_moved_are_told_from_sharp(name: str) -> None:
    sharp = light(getattr(data, name)())
    assert sharpness(sharp) > BLURRED and moved(sharp, sharpness(sharp)) < 0
    assert sharpness(cv2.GaussianBlur(sharp, (0, 0), 4)) < BLURRED
    for degrees in (0, 20, 65, 90):
        blurred = swept(sharp, 25, degrees)
        assert moved(blurred, sharpness(blurred)) > MOVED, degrees


def test_sharp_stripes_are_no_movement() -> None:
    column = np.where(np.arange(512) % 14 < 7, 200.0, 40.0)
    stripes = np.repeat(column[None].astype(np.float32), 384, 0)
    assert one_way(stripes) > 0.9
    photo = light(data.coffee())
    height = photo.shape[0] // 2
    half = np.concatenate([stripes[:height, : photo.shape[1]], photo[height:]])
    assert sharpness(half) > BLURRED and moved(half, sharpness(half)) < MOVED


def test_what_is_left_in_other_directions_is_measured_in_pieces() -> None:
    """Noise has as much in every direction; smeared by 15 pixels only that in one is left, however it lies."""
    noise = np.random.default_rng(3).normal(128, 40, (320, 320)).astype(np.float32)
    assert -1.5 < elsewhere(noise) < 0.5
    for degrees in (0, 30, 77, 90, 140):
        assert elsewhere(swept(noise, 15, degrees)) < -1.8, degrees


def test_nothing_is_told_of_a_plain_picture() -> None:
    plain = np.full((256, 256), 90, np.float32)
    assert one_way(plain) == 0 and sharpness(plain) == 0 and elsewhere(plain) == 0
    assert elsewhere(plain[:40]) == 0
