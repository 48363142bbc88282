"""The square of five points, beside an independent similarity fit."""

import numpy as np
import pytest
from skimage.transform import SimilarityTransform, estimate_transform

from looksmith.errors import LooksmithError
from looksmith.faces.align import place_of
from looksmith.faces.identity import SIDE, TEMPLATE


@pytest.mark.parametrize("seed", range(6))
def test_it_is_the_least_squares_similarity(seed: int) -> None:
    rng = np.random.default_rng(seed)
    true = SimilarityTransform(
        scale=rng.uniform(0.3, 4), rotation=rng.uniform(-3, 3), translation=rng.uniform(0, 300, 2)
    )
    points = true(TEMPLATE) + rng.normal(0, 1.5, TEMPLATE.shape)
    reference = estimate_transform("similarity", TEMPLATE, points).params[:2]
    assert np.allclose(place_of(points, TEMPLATE, SIDE).into_photo(SIDE), reference, atol=1e-8)


@pytest.mark.parametrize("points", [np.zeros((5, 2)), np.full((5, 2), np.nan)])
def test_points_in_one_place_are_no_face(points: np.ndarray) -> None:
    with pytest.raises(LooksmithError, match="all in one place"):
        place_of(points, TEMPLATE, SIDE)
