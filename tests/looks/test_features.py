"""The drawing of a face comes back under paint: on the face, where the look acted, and nowhere else."""

from typing import Any

import numpy as np
import pytest
from skimage.data import astronaut
from skimage.filters import gaussian

from looksmith.faces.canonical import canonical
from looksmith.faces.face import Face, Pose
from looksmith.looks.apply import apply
from looksmith.looks.features import keep_features
from looksmith.looks.replay import replay
from looksmith.media.photo import Photo
from looksmith.rights.provenance import read_recipe

PICTURE = np.ascontiguousarray(astronaut())


def _face(x: float = 222, y: float = 116, across: float = 58) -> Face:
    mesh = (canonical().geometry * across + (x, y, 0)).astype(np.float32)
    low, high = mesh[:, :2].min(axis=0), mesh[:, :2].max(axis=0)
    return Face((*low.tolist(), *high.tolist()), 0.99, mesh, Pose(0, 0, 0))


def _painted(dtype: Any = np.uint8) -> Photo:
    """Blurred and with strokes of its own: a painting that lost the drawing."""
    full = np.iinfo(dtype).max
    soft = gaussian(PICTURE / 255, 5, channel_axis=2)
    strokes = 0.06 * np.sin(np.arange(512) / 3)[:, None, None]
    return Photo(np.rint(np.clip(soft + strokes, 0, 1) * full).astype(dtype))


def _drawing(pixels: np.ndarray) -> np.ndarray:
    grey = pixels.astype(float).mean(axis=2) / np.iinfo(pixels.dtype).max
    return (grey - gaussian(grey, 6))[95:150, 195:250]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_the_drawing_comes_back_and_grows_with_the_share(dtype: Any) -> None:
    photo = Photo(PICTURE.astype(dtype) * dtype(np.iinfo(dtype).max // 255))
    own = _drawing(photo.pixels).ravel()
    alike = []
    for share in (0.0, 0.3, 0.6, 0.9):
        made = keep_features(photo, _painted(dtype), (_face(),), None, share)
        assert made.pixels.dtype == dtype
        alike.append(float(np.corrcoef(_drawing(made.pixels).ravel(), own)[0, 1]))
    assert alike == sorted(alike) and alike[0] < 0.5 and alike[-1] > 0.9


def test_colour_and_broad_tone_stay_the_paintings() -> None:
    painted = _painted()
    made = keep_features(Photo(PICTURE), painted, (_face(),), None, 0.9)
    change = made.pixels.astype(float) - painted.pixels
    assert np.abs(change).max() > 20
    clipped = ((made.pixels == 0) | (made.pixels == 255)).any(axis=2)
    spread = change.max(axis=2) - change.min(axis=2)
    assert spread[~clipped].max() <= 1  # the same step in red, green and blue
    broad = np.abs(gaussian(change[..., 1], 14)[100:150, 195:250])
    assert broad.max() < 12


def test_away_from_faces_and_out_of_the_mask_not_one_byte_changes() -> None:
    painted, where = _painted(), np.zeros((512, 512), np.float32)
    where[:, :222] = 1
    made = keep_features(Photo(PICTURE), painted, (_face(),), where, 0.9)
    changed = (made.pixels != painted.pixels).any(axis=2)
    assert changed[:, :222].any() and not changed[:, 222:].any() and not changed[240:].any()


def test_nothing_to_keep_gives_the_same_photo() -> None:
    painted = _painted()
    for faces, share in (((), 0.9), ((_face(),), 0.0), ((_face(across=8),), 0.9)):
        assert keep_features(Photo(PICTURE), painted, faces, None, share) is painted
    same = keep_features(Photo(PICTURE), Photo(PICTURE), (_face(),), None, 0.9)
    assert (same.pixels == PICTURE).all()


def test_a_face_that_reaches_out_of_the_photo() -> None:
    for x, y in ((0.0, 0.0), (511.0, 300.0), (-400.0, 100.0)):
        made = keep_features(Photo(PICTURE), _painted(), (_face(x, y),), None, 0.9)
        assert made.pixels.shape == PICTURE.shape


def test_apply_keeps_features_records_it_and_replays() -> None:
    photo = Photo(np.ascontiguousarray(PICTURE[:256, 96:352]))
    kept = apply("starry-night", photo, identity_floor="off", recorded=False)
    bare = apply("starry-night", photo, identity_floor="off", features=0, recorded=False)
    assert read_recipe(kept).settings.features == 0.9 and read_recipe(bare).settings.features == 0
    changed = (kept.pixels != bare.pixels).any(axis=2)
    assert changed[90:150, 95:160].mean() > 0.9 and not changed[200:].any() and not changed[:, :20].any()
    assert replay(kept, photo).identical and replay(bare, photo).identical
    own, near, far = (_drawing(np.pad(x.pixels, ((0, 0), (96, 0), (0, 0)))) for x in (photo, kept, bare))
    assert np.corrcoef(own.ravel(), near.ravel())[0, 1] > np.corrcoef(own.ravel(), far.ravel())[0, 1] + 0.05
