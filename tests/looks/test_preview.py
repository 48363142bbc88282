"""Previews are small JPEGs, whatever they show."""

import numpy as np

from looksmith.looks import preview


def test_noise_is_encoded_too() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (256, 256, 3), np.uint8)
    for quality in (60, 88, 100):
        assert preview.decode(preview.encode(noise, quality)).shape == noise.shape
