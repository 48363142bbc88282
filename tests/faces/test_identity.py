"""Embeddings through a real network of random weights: shapes, order, thresholds, and what is said without it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from skimage.data import astronaut

from looksmith.errors import LooksmithError
from looksmith.faces import identity
from looksmith.faces.align import place_of
from looksmith.faces.face import Face
from looksmith.models.load import session_of

PICTURE = np.ascontiguousarray(astronaut())


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Any:
    torch = pytest.importorskip("torch", reason="the network of the test is made with the train extra")
    from looksmith.training.export_people import export_identity
    from looksmith.training.networks.identity import IdentityNetwork

    torch.manual_seed(3)
    folder: Path = tmp_path_factory.mktemp("network")
    path = export_identity(IdentityNetwork(), folder, {"same": 0.6, "different": 0.2})["faces-identity"]
    return session_of(path.read_bytes())


@pytest.fixture
def installed(network: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(identity, "session", lambda name: network)
    monkeypatch.setattr(identity, "records", lambda: {identity.NETWORK: None})
    identity.thresholds.cache_clear()
    yield
    identity.thresholds.cache_clear()


@pytest.mark.usefixtures("installed")
def test_an_embedding_a_face_of_length_one(make_face: Callable[..., Face]) -> None:
    faces = [make_face(222, 116, 58), make_face(300, 300, 40), make_face(100, 400, 90, roll=20)]
    found = identity.embed(PICTURE, faces)
    assert [e.shape for e in found] == [(128,)] * 3
    assert all(abs(float(np.linalg.norm(e)) - 1) < 1e-5 for e in found)
    alone = [identity.embed(PICTURE, [face])[0] for face in faces]
    assert all(np.abs(a - b).max() < 1e-5 for a, b in zip(found, alone, strict=True))
    assert identity.similarity(found[0], found[0]) == pytest.approx(1, abs=1e-5)
    assert identity.embed(PICTURE, []) == []


@pytest.mark.usefixtures("installed")
def test_nothing_beyond_the_reach_of_the_views_is_looked_at(make_face: Callable[..., Face]) -> None:
    face = make_face(222, 116, 58)
    place = place_of(face.five_points, identity.TEMPLATE, identity.SIDE)
    crops = identity.views(PICTURE, place)
    assert len(crops) == len(identity.VIEWS) and all(crop.shape == (112, 112, 3) for crop in crops)
    y, x = np.mgrid[:512, :512] + 0.5
    far = np.maximum(np.abs(x - place.x), np.abs(y - place.y)) - 2.5 > identity.REACH * place.side
    painted = np.where(far[..., None], 0, PICTURE).astype(np.uint8)
    assert (identity.embed(painted, [face])[0] == identity.embed(PICTURE, [face])[0]).all()
    near = np.where((far | (x < place.x))[..., None], 0, PICTURE).astype(np.uint8)
    assert (identity.embed(near, [face])[0] != identity.embed(PICTURE, [face])[0]).any()


@pytest.mark.usefixtures("installed")
def test_mirroring_a_face_changes_nothing() -> None:
    crops = np.random.default_rng(0).integers(0, 256, (3, 112, 112, 3), np.uint8)
    assert np.abs(identity.embed_crops(crops) - identity.embed_crops(crops[:, :, ::-1])).max() < 1e-5


@pytest.mark.usefixtures("installed")
def test_turning_the_photo_keeps_the_crop(make_face: Callable[..., Face]) -> None:
    upright = identity.aligned(PICTURE, make_face(222, 116, 58))
    turned = np.ascontiguousarray(np.rot90(PICTURE))  # (x, y) comes to (y, 512 - x)
    again = identity.aligned(turned, make_face(116, 512 - 222, 58, roll=-90))
    assert np.abs(upright.astype(int) - again).mean() < 1.0


@pytest.mark.usefixtures("installed")
def test_verdicts_follow_the_thresholds_of_the_file() -> None:
    assert identity.thresholds() == identity.Thresholds(0.6, 0.2)
    assert [identity.verdict(value) for value in (0.9, 0.6, 0.4, 0.19)] == ["same", "same", "unsure", "different"]


def test_without_the_network_it_says_so(monkeypatch: pytest.MonkeyPatch, make_face: Callable[..., Face]) -> None:
    monkeypatch.setattr(identity, "records", dict)
    assert not identity.installed()
    with pytest.raises(LooksmithError, match="not installed"):
        identity.embed(PICTURE, [make_face(222, 116, 58)])
    with pytest.raises(LooksmithError, match="not installed"):
        identity.verdict(0.5)
