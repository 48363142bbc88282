"""Hair and skin told apart where the network of regions does not see finely enough."""

import numpy as np

from looksmith.faces.landmarks import RIGHT_BROW
from looksmith.faces.people import People
from looksmith.facets.hair.region import hair_of
from looksmith.facets.hairline import without_brows
from looksmith.media.photo import Photo


def test_a_brow_is_hair_only_where_a_fringe_hangs_over_it(portrait: Photo, people: People) -> None:
    found = hair_of(portrait, people, 0)
    assert found is not None
    near = found.near
    brow = near.polygon(RIGHT_BROW) > 0.9
    columns = np.nonzero(brow)[1]
    half = (columns.min() + columns.max()) // 2
    everywhere = np.ones(near.shape, np.float32)
    fringe = everywhere.copy()
    fringe[:, half:] = 0
    assert without_brows(near, everywhere)[brow].min() > 0.99
    assert without_brows(near, np.where(brow, everywhere, 0))[brow].max() < 0.01
    kept = without_brows(near, np.where(brow, everywhere, fringe))
    far = np.zeros_like(brow)
    far[:, columns.min() : half - 3] = True
    assert kept[brow & far].mean() > 0.8
    assert kept[brow][columns > half + 3].mean() < 0.2
