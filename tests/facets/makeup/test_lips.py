"""Where lips end: drawn lips of known outline under a mesh that lies off."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import data

from looksmith.faces.face import Face
from looksmith.faces.landmarks import LIPS_INNER, LIPS_OUTER
from looksmith.faces.people import People
from looksmith.facets.makeup.lips import COARSE, _grown, edge_of_lips, filled
from looksmith.media.photo import Photo
from looksmith.media.resize import resize

SKIN, UPPER, LOWER = (0.80, 0.62, 0.52), (0.42, 0.24, 0.22), (0.80, 0.45, 0.45)
Everything = tuple[slice, slice]


def large() -> tuple[People, Face]:
    people = People(Photo(resize(np.ascontiguousarray(data.astronaut()[:200, 130:330]), 400, 400)))
    return people, people.faces[0]


def drawn(by: float, upper: tuple[float, ...], lower: tuple[float, ...]) -> tuple[np.ndarray, Face, np.ndarray]:
    """A picture of lips whose outline is the mesh's, grown by so many distances of the eyes, and where they are."""
    _, face = large()
    loop, mouth = face.points(LIPS_OUTER), face.points(LIPS_INNER)
    true = filled(_grown(loop, by * face.inter_ocular), 400, 400)
    high = np.arange(400)[:, None] < mouth[:, 1].mean()
    lips = np.where(high[..., None], np.array(upper), np.array(lower))
    picture = np.array(SKIN) * (1 - true[..., None]) + true[..., None] * lips
    return picture.astype(np.float32), face, np.clip(true - filled(mouth, 400, 400), 0, 1)


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.minimum(one, other).sum() / np.maximum(one, other).sum())


WHOLE: Everything = (slice(0, 400), slice(0, 400))


@pytest.mark.parametrize("by", [-0.03, 0.0, 0.03])
def test_the_edge_goes_where_the_colour_ends(by: float) -> None:
    picture, face, true = drawn(by, LOWER, LOWER)
    found = edge_of_lips(picture, face, WHOLE)
    assert face.inter_ocular > COARSE
    assert overlap(found, true) > 0.87
    blank = np.broadcast_to(np.array(SKIN, np.float32), picture.shape)
    assert overlap(edge_of_lips(np.ascontiguousarray(blank), face, WHOLE), true) < overlap(found, true)


def test_lips_of_two_colours_are_lips() -> None:
    """The upper lip is dark, the lower one pink, as on many faces: neither is left out, and nothing beyond is taken."""
    picture, face, true = drawn(0.0, UPPER, LOWER)
    found = edge_of_lips(picture, face, WHOLE)
    inside = filled(_grown(face.points(LIPS_OUTER), -0.03 * face.inter_ocular), 400, 400) * (true > 0.99)
    assert found[inside > 0.99].min() > 0.99, "no hole"
    assert overlap(found, true) > 0.9


def test_without_an_edge_the_mesh_is_believed() -> None:
    _, face = large()
    flat = np.full((400, 400, 3), 0.6, np.float32)
    found = edge_of_lips(flat, face, WHOLE)
    for by, low in ((0.0, 0.8), (-0.1, 0.0)):
        mesh = filled(_grown(face.points(LIPS_OUTER), by * face.inter_ocular), 400, 400)
        mesh = np.clip(mesh - filled(face.points(LIPS_INNER), 400, 400), 0, 1)
        assert overlap(found, mesh) > low


def test_a_part_gives_what_the_whole_gives() -> None:
    people, face = large()
    rgb = people.rgb.astype(np.float32) / 255
    points = face.points(LIPS_OUTER)
    (x0, y0), (x1, y1) = points.min(axis=0).astype(int) - 30, points.max(axis=0).astype(int) + 30
    where = slice(int(y0), int(y1)), slice(int(x0), int(x1))
    np.testing.assert_allclose(
        edge_of_lips(rgb[where], face, where), edge_of_lips(rgb, face, WHOLE)[where], atol=1 / 16
    )


def test_light_moves_the_edge_hardly() -> None:
    people, face = large()
    rgb = people.rgb.astype(np.float32) / 255
    assert overlap(edge_of_lips(rgb, face, WHOLE), edge_of_lips(rgb * 0.75, face, WHOLE)) > 0.94
