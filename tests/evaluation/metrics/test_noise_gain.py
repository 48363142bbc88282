"""What becomes of noise, where it is known beforehand."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from skimage.data import astronaut

from looksmith.evaluation.metrics.noise_gain import frame_after, noise_gain

PHOTO = (64 + np.ascontiguousarray(astronaut()[:160, 100:260]) // 2).astype(np.uint8)
AGAIN = frame_after(PHOTO, deviation=6)


def test_noise_is_as_strong_as_told() -> None:
    assert np.std(AGAIN.astype(float) - PHOTO) == pytest.approx(6, rel=0.02)
    assert np.array_equal(AGAIN, frame_after(PHOTO, deviation=6))
    assert not np.array_equal(AGAIN, frame_after(PHOTO, deviation=6, seed=1))


def test_gain_where_it_is_known() -> None:
    assert noise_gain(PHOTO, AGAIN, PHOTO, AGAIN) == 1
    assert noise_gain(PHOTO, PHOTO, PHOTO, AGAIN) == 0
    half, again = (np.rint(x * 0.5).astype(np.uint8) for x in (PHOTO, AGAIN))
    assert noise_gain(half, again, PHOTO, AGAIN) == pytest.approx(0.5, rel=0.02)  # rounding adds a little
    smooth, smooth_again = (cv2.blur(x, (3, 3), borderType=cv2.BORDER_REFLECT) for x in (PHOTO, AGAIN))
    assert noise_gain(smooth, smooth_again, PHOTO, AGAIN) == pytest.approx(1 / 3, rel=0.05)  # the mean of nine


def test_mistakes() -> None:
    with pytest.raises(ValueError, match="photos that differ"):
        noise_gain(PHOTO, AGAIN, PHOTO, PHOTO)
    with pytest.raises(ValueError, match="one shape"):
        noise_gain(PHOTO, AGAIN[1:], PHOTO, AGAIN)
