"""How stable a change of pictures is: what it makes of the noise that two frames of a camera at rest differ by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

HIGHER_IS_BETTER = False


def noise_gain(
    first: NDArray[np.uint8], second: NDArray[np.uint8], photo: NDArray[np.uint8], again: NDArray[np.uint8]
) -> float:
    """RMS difference of two results over the RMS difference of the two photos that they were made of.

    After the instability of Gupta et al. 2017, "Characterizing and improving stability in neural style transfer":
    what flickers in a clip is small differences of frames that come out large.

    Args:
        first, second: what was made of ``photo`` and of ``again``, H x W x 3 uint8 of one shape.
        photo, again: the same photo twice, the second time with other noise; H x W x 3 uint8 of one shape.

    Returns:
        1 when the noise comes out as it went in, below 1 when it is damped, above 1 when it grows.

    Raises:
        ValueError: the shapes differ, or the photos do not.
    """
    if first.shape != second.shape or photo.shape != again.shape:
        raise ValueError(
            f"noise_gain: expected two pictures of one shape and two photos of one shape, got {first.shape}, "
            f"{second.shape} and {photo.shape}, {again.shape}"
        )
    into = _rms(photo, again)
    if into == 0:
        raise ValueError("noise_gain: expected photos that differ")
    return _rms(first, second) / into


def frame_after(photo: NDArray[np.uint8], *, deviation: float = 2.0, seed: int = 0) -> NDArray[np.uint8]:
    """The photo with Gaussian noise of so many levels: the next frame of a camera at rest."""
    noise = np.random.default_rng(seed).standard_normal(photo.shape, np.float32)
    return np.asarray(np.rint(np.clip(photo + np.float32(deviation) * noise, 0, 255)), np.uint8)


def _rms(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    return float(np.sqrt(np.square(a.astype(np.float32) - b).mean(dtype=np.float64)))
