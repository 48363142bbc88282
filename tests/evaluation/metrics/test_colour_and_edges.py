"""Colour drift, palette distance, edges kept and change outside, against scikit-image, scipy and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt
from scipy.stats import wasserstein_distance
from skimage.color import deltaE_ciede2000, rgb2lab
from skimage.data import astronaut, coffee
from skimage.measure import block_reduce

from looksmith.evaluation.metrics.change_outside import change_outside
from looksmith.evaluation.metrics.colour_drift import colour_drift
from looksmith.evaluation.metrics.edges_kept import edges, edges_kept
from looksmith.evaluation.metrics.palette_distance import palette_distance
from looksmith.evaluation.metrics.sliced_wasserstein import directions

PHOTO = np.ascontiguousarray(astronaut()[:256, 100:356])
OTHER = np.ascontiguousarray(coffee()[100:356, 200:456])


def test_drift_against_scikit_image() -> None:
    found = colour_drift(PHOTO, OTHER)
    a, b = rgb2lab(PHOTO), rgb2lab(OTHER)
    wanted = deltaE_ciede2000(a, b)
    assert found.mean == pytest.approx(wanted.mean(), rel=1e-4)
    assert found.worst == pytest.approx(np.quantile(wanted, 0.95), rel=1e-4)
    assert found.overall == pytest.approx(float(deltaE_ciede2000(a.mean((0, 1)), b.mean((0, 1)))), rel=1e-3)


def test_drift_counts_only_where_it_is_told() -> None:
    changed = PHOTO.copy()
    changed[:128] = OTHER[:128]
    where = np.zeros(PHOTO.shape[:2], np.float32)
    where[128:] = 1
    assert colour_drift(PHOTO, changed, where).mean == 0
    assert colour_drift(PHOTO, changed, 1 - where).mean == pytest.approx(2 * colour_drift(PHOTO, changed).mean)
    with pytest.raises(ValueError, match="some of them above 0"):
        colour_drift(PHOTO, changed, 0 * where)


def test_palette_against_scipy_and_blind_to_places() -> None:
    a, b = (rgb2lab(np.rint(block_reduce(x / 1.0, (2, 2, 1), np.mean)) / 255).reshape(-1, 3) for x in (PHOTO, OTHER))
    wanted = np.mean([wasserstein_distance(a @ d, b @ d) for d in directions(64, 3)])
    assert palette_distance(PHOTO, OTHER) == pytest.approx(wanted, rel=0.01)
    assert palette_distance(PHOTO, PHOTO[::-1, ::-1]) < 0.05


def bar(left: int, right: int = 64) -> np.ndarray:
    rgb = np.zeros((64, 64, 3), np.uint8)
    rgb[:, left:right] = 200
    return rgb


def test_edges_by_hand() -> None:
    assert {len(set(np.nonzero(row)[0]) & {19, 20}) for row in edges(bar(20))} == {1}, "one edge pixel in every row"
    assert edges_kept(bar(20), bar(20)) == 1
    for moved in (1, 2, 20):
        assert edges_kept(bar(20), bar(20 + moved)) == pytest.approx(1 / (1 + moved**2), abs=1e-6)
    assert edges_kept(bar(20), np.full((64, 64, 3), 7, np.uint8)) == 0
    assert edges_kept(np.full((64, 64, 3), 9, np.uint8), np.full((64, 64, 3), 7, np.uint8)) == 1
    extra = (1 + 1 / (1 + 20**2)) / 2  # of twice as many edges half are right, and the others 20 pixels away
    assert edges_kept(bar(20), bar(20, 40)) == pytest.approx(2 * extra / (1 + extra), abs=0.01)


def test_distances_are_scipys() -> None:
    a, b = edges(PHOTO), edges(OTHER)
    near = [(1 / (1 + distance_transform_edt(~y)[x] ** 2)).mean() for x, y in ((a, b), (b, a))]
    assert edges_kept(PHOTO, OTHER) == pytest.approx(2 * near[0] * near[1] / sum(near), rel=1e-4)


def test_less_contrast_loses_no_edge() -> None:
    faint = (PHOTO * 0.5 + 60).astype(np.uint8)
    assert edges_kept(PHOTO, faint) > 0.9
    assert edges_kept(PHOTO, OTHER) < 0.4


def test_change_outside_counts_every_pixel() -> None:
    where = np.zeros((10, 10), np.float32)
    where[:5] = 0.5
    picture = np.zeros((10, 10, 3), np.uint8)
    inside, outside = picture.copy(), picture.copy()
    inside[2, 2] = 9
    outside[7, 3, 1], outside[8, 8, 2] = 4, 1
    assert change_outside(inside, picture, where).share == 0
    found = change_outside(outside, picture, where)
    assert (found.share, found.largest, found.pixels) == (pytest.approx(2 / 50), 4, 50)
    assert change_outside(outside, picture, np.ones((10, 10))).pixels == 0
    with pytest.raises(ValueError, match="one shape"):
        change_outside(outside, picture.astype(np.uint16), where)
