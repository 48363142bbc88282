"""Regions: by the mesh alone, through a real network of random weights, and whose they are."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from skimage.data import astronaut
from skimage.draw import polygon

from looksmith.errors import LooksmithError
from looksmith.faces import regions as room
from looksmith.faces.face import Face
from looksmith.faces.landmarks import LIPS_INNER, LIPS_OUTER
from looksmith.faces.parts import PARTS, REGIONS
from looksmith.faces.regions import Regions, mesh_mask, regions
from looksmith.models.load import session_of

PICTURE = np.ascontiguousarray(astronaut())


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """The network is not installed."""
    monkeypatch.setattr(room, "records", dict)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Any:
    torch = pytest.importorskip("torch", reason="the network of the test is made with the train extra")
    from looksmith.training.export_people import export_regions
    from looksmith.training.networks.regions import RegionNetwork

    torch.manual_seed(5)
    folder: Path = tmp_path_factory.mktemp("network")
    return session_of(export_regions(RegionNetwork((8, 12, 16, 16)), folder)["faces-regions"].read_bytes())


@pytest.fixture
def full(network: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "session", lambda name: network)
    monkeypatch.setattr(room, "records", lambda: {room.NETWORK: None})


def test_every_region_is_made_of_parts() -> None:
    assert {part for parts in REGIONS.values() for part in parts} == set(PARTS)
    assert set(REGIONS["person"]) | set(REGIONS["background"]) == set(PARTS)


def test_lips_are_the_polygon_without_the_mouth(make_face: Callable[..., Face]) -> None:
    face = make_face(222, 116, 58, roll=10)
    wanted = np.zeros((512, 512))
    for loop, value in ((LIPS_OUTER, 1), (LIPS_INNER, 0)):
        points = face.points(loop)
        wanted[polygon(points[:, 1] - 0.5, points[:, 0] - 0.5)] = value
    made = mesh_mask(face, "lips", 512, 512)
    assert abs(made.sum() - wanted.sum()) < 0.12 * wanted.sum()
    assert (made[wanted == 0] > 0.9).sum() < 0.05 * wanted.sum()


@pytest.mark.usefixtures("bare")
def test_the_mesh_alone_gives_the_face_and_says_what_it_cannot(make_face: Callable[..., Face]) -> None:
    found = regions(PICTURE, [make_face(222, 116, 58)])
    face, skin, eyes = (found.mask(name) for name in ("face", "skin", "eyes"))
    assert face.shape == PICTURE.shape[:2] and face.dtype == np.float32
    assert face[130, 222] == 1 and face[400, 50] == 0
    assert (skin <= face).all() and 0.8 * face.sum() < skin.sum() < face.sum()
    assert eyes.sum() > 0 and (np.minimum(eyes, skin) <= 0.5 + 1e-6).all()
    with pytest.raises(LooksmithError, match="hair needs the network"):
        found.mask("hair")
    with pytest.raises(LooksmithError, match="no such region"):
        found.mask("elbow")


@pytest.mark.usefixtures("bare")
def test_no_face_no_region() -> None:
    assert regions(PICTURE, []).mask("face").max() == 0
    assert (regions(PICTURE, []).owners() == -1).all()


@pytest.mark.usefixtures("bare")
def test_every_part_of_a_group_belongs_to_one(make_face: Callable[..., Face]) -> None:
    faces = [make_face(120, 150, 40), make_face(380, 170, 60)]
    found = regions(PICTURE, faces)
    mine, other = found.of("face", 0), found.of("face", 1)
    assert (np.minimum(mine, other) == 0).all()
    assert (np.maximum(mine, other) == found.mask("face")).all()
    assert mine[:, 300:].max() == 0 and other[:, :220].max() == 0
    assert mine.max() == other.max() == 1


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("size", [(512, 512), (300, 500), (97, 61)])
def test_parts_are_probabilities_in_the_photos_proportions(
    make_face: Callable[..., Face], size: tuple[int, int]
) -> None:
    picture = PICTURE[: size[0], : size[1]]
    found = regions(picture, [make_face(size[1] / 2, size[0] / 3, 20)])
    assert found.parts is not None and found.parts.shape == (len(PARTS), *size)
    assert np.abs(found.parts.sum(axis=0) - 1).max() < 1e-4
    person, background = found.mask("person"), found.mask("background")
    assert person.shape == size and person.min() >= 0 and person.max() <= 1
    assert np.abs(person + background - 1).mean() < 0.2


@pytest.mark.usefixtures("full")
def test_the_near_view_fades_into_the_far_one(make_face: Callable[..., Face]) -> None:
    face = make_face(222, 116, 58)
    far, both = room.probabilities(PICTURE, []), room.probabilities(PICTURE, [face])
    change = np.abs(far - both).max(axis=0)
    assert change[150, 222] > 0 and change[500, 10] == 0
    assert isinstance(regions(PICTURE, [face]), Regions)


def test_bodies_far_away_are_looked_at_in_two_halves_and_the_bust(make_face: Callable[..., Face]) -> None:
    near, far, tiny = make_face(500, 300, 40), make_face(200, 300, 30), make_face(300, 100, 10)
    upper, lower, bust = room.bodies([far], 1600, 900)
    wide, narrow = room.ON_BODY[0][0], room.ON_BODY[2][0]
    assert upper.side == lower.side == pytest.approx(wide * far.size)
    assert upper.y - upper.side / 2 < far.box[1] < far.box[3] < upper.y + upper.side / 2
    assert lower.y - lower.side / 2 < upper.y + upper.side / 2 < lower.y + lower.side / 2
    assert bust.y - bust.side / 2 < far.box[1] - far.size / 4 and far.box[3] + far.size < bust.y + bust.side / 2
    assert abs(upper.x - far.centre[0]) < 1 and upper.angle == 0
    assert [place.side for place in room.bodies([near, far, tiny], 1600, 900)] == pytest.approx(
        [k * face.size for face in (near, far) for k in (wide, wide, narrow)]
    )
    assert len(room.bodies([near, tiny], 1600, 900)) == 3  # not those behind
    assert len(room.bodies([far], round(far.box[3] + far.size), 1600)) == 2  # what is under the photo is not there
    assert room.bodies([near], round(wide * near.size), 300) == [] == room.bodies([], 800, 600)


@pytest.mark.usefixtures("full")
def test_a_body_is_what_the_photo_and_its_half_say_together(
    make_face: Callable[..., Face], monkeypatch: pytest.MonkeyPatch
) -> None:
    picture, face = np.zeros((1200, 600, 3), np.uint8), make_face(300, 150, 20)
    says = [PARTS.index(name) for name in ("clothes", "body", "body", "body", "hair")]

    def look(square: np.ndarray) -> np.ndarray:
        found = np.zeros((len(PARTS), 128, 128), np.float32)
        found[says[min(len(seen), 4)]] = 1
        seen.append(square)
        return found

    seen: list[np.ndarray] = []
    monkeypatch.setattr(room, "_run", look)
    parts = room.probabilities(picture, [face])
    assert len(seen) == 5  # the photo, two halves, the bust, the head
    scale, y = 512 / 1200, round((150 + 1.5 * face.size) * 512 / 1200)
    middle = parts[:, round((150 + 7 * face.size) * scale), round(300 * scale)]
    assert middle[says[0]] == pytest.approx(0.5, abs=0.01) and middle[says[1]] == pytest.approx(0.5, abs=0.01)
    assert parts[says[4], round(150 * scale), round(300 * scale)] == pytest.approx(1, abs=0.01)
    assert parts[says[0], y, 5] == 1
    seen.clear()
    room.probabilities(picture, [face], closer=False)
    assert len(seen) == 2


def test_parts_of_a_face_are_nowhere_but_near_one(make_face: Callable[..., Face]) -> None:
    face = make_face(60, 60, 30)
    height, width = (round(v) for v in (face.box[3] + 4 * face.size, face.box[2] + 4 * face.size))
    parts = np.zeros((len(PARTS), height, width), np.float32)
    parts[PARTS.index("lips")] = 1
    rgb = np.zeros((height, width, 3), np.uint8)
    lips = Regions(rgb, (face,), parts).mask("lips")
    x, y = (round(v) for v in face.centre)
    assert lips[y, x] == 1 and lips[-1, -1] == 0 and lips[round(face.box[3] + face.size), x] == 0
    assert Regions(rgb, (), parts).mask("lips")[-1, -1] == 1
