"""CIEDE2000 against the published pairs of Sharma, Wu & Dalal (2005) and against scikit-image."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000

from looksmith.evaluation.metrics.colour_difference import colour_difference

# L, a, b; L, a, b; ΔE00 — rows of their Table 1, those with hues across 0°, greys and the blue rotation among them
PUBLISHED = [
    (50.0, 2.6772, -79.7751, 50.0, 0.0, -82.7485, 2.0425),
    (50.0, 3.1571, -77.2803, 50.0, 0.0, -82.7485, 2.8615),
    (50.0, 2.8361, -74.0200, 50.0, 0.0, -82.7485, 3.4412),
    (50.0, -1.3802, -84.2814, 50.0, 0.0, -82.7485, 1.0000),
    (50.0, 0.0, 0.0, 50.0, -1.0, 2.0, 2.3669),
    (50.0, 2.4900, -0.0010, 50.0, -2.4900, 0.0009, 7.1792),
    (50.0, 2.4900, -0.0010, 50.0, -2.4900, 0.0011, 7.2195),
    (50.0, -0.0010, 2.4900, 50.0, 0.0009, -2.4900, 4.8045),
    (50.0, -0.0010, 2.4900, 50.0, 0.0011, -2.4900, 4.7461),
    (50.0, 2.5, 0.0, 50.0, 0.0, -2.5, 4.3065),
    (50.0, 2.5, 0.0, 73.0, 25.0, -18.0, 27.1492),
    (50.0, 2.5, 0.0, 61.0, -5.0, 29.0, 22.8977),
    (50.0, 2.5, 0.0, 56.0, -27.0, -3.0, 31.9030),
    (50.0, 2.5, 0.0, 58.0, 24.0, 15.0, 19.4535),
    (60.2574, -34.0099, 36.2677, 60.4626, -34.1751, 39.4387, 1.2644),
    (63.0109, -31.0961, -5.8663, 62.8187, -29.7946, -4.0864, 1.2630),
    (22.7233, 20.0904, -46.6940, 23.0331, 14.9730, -42.5619, 2.0373),
    (90.8027, -2.0831, 1.4410, 91.1528, -1.6435, 0.0447, 1.4441),
    (6.7747, -0.2908, -2.4247, 5.8714, -0.0985, -2.2286, 0.6377),
    (2.0776, 0.0795, -1.1350, 0.9033, -0.0636, -0.5514, 0.9082),
]


@pytest.mark.parametrize("row", PUBLISHED)
def test_published_pairs(row: tuple[float, ...]) -> None:
    first, second = np.array(row[:3]), np.array(row[3:6])
    assert float(colour_difference(first, second)) == pytest.approx(row[6], abs=5e-5)
    assert float(colour_difference(second, first)) == pytest.approx(row[6], abs=5e-5)


def test_agrees_with_scikit_image_on_many_colours() -> None:
    rng = np.random.default_rng(0)
    a, b = (rng.uniform([0, -110, -110], [100, 110, 110], (40, 50, 3)) for _ in range(2))
    assert np.abs(colour_difference(a, b) - deltaE_ciede2000(a, b)).max() < 1e-9
    assert colour_difference(a, b[0, 0]).shape == (40, 50)
    assert not colour_difference(a, a).any()


def test_the_last_axis_must_be_lab() -> None:
    with pytest.raises(ValueError, match="L, a, b"):
        colour_difference(np.zeros((3, 4)), np.zeros((3, 4)))
