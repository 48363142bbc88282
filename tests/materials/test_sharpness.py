"""A blurred and a moved picture are told from a sharp one; sharp stripes are no movement."""

import cv2
import numpy as np
import pytest
from skimage import data

from looksmith.materials.quality import BLURRED
from looksmith.materials.sharpness import one_way, sharpness


def light(pixels: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
    scale = 512 / max(grey.shape)
    return cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def moved(grey: np.ndarray, length: int, degrees: float) -> np.ndarray:  # type: ignore[type-arg]
    kernel = np.zeros((length, length), np.float32)
    kernel[length // 2] = 1
    turn = cv2.getRotationMatrix2D((length / 2 - 0.5, length / 2 - 0.5), degrees, 1)
    kernel = cv2.warpAffine(kernel, turn, (length, length))
    return cv2.filter2D(grey, -1, kernel / kernel.sum())


@pytest.mark.parametrize("name", ["astronaut", "coffee", "chelsea"])
def test_blurred_and_moved_are_told_from_sharp(name: str) -> None:
    sharp = light(getattr(data, name)())
    assert sharpness(sharp) > BLURRED
    assert sharpness(cv2.GaussianBlur(sharp, (0, 0), 4)) < BLURRED
    for degrees in (0, 20, 65, 90):
        assert sharpness(moved(sharp, 25, degrees)) < BLURRED, degrees


def test_sharp_stripes_are_no_movement() -> None:
    column = np.where(np.arange(512) % 14 < 7, 200.0, 40.0)
    stripes = np.repeat(column[None].astype(np.float32), 384, 0)
    assert one_way(stripes) > 0.9
    photo = light(data.coffee())
    height = photo.shape[0] // 2
    half = np.concatenate([stripes[:height, : photo.shape[1]], photo[height:]])
    assert sharpness(half) > BLURRED


def test_nothing_is_told_of_a_plain_picture() -> None:
    assert one_way(np.full((256, 256), 90, np.float32)) == 0 and sharpness(np.full((256, 256), 90, np.float32)) == 0
