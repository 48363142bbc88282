"""Scenes for the detector: what is told of them is where it was put."""

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the train extra")
pytest.importorskip("cv2", reason="needs the train extra")

from looksmith.faces.landmarks import EYE_CORNERS, MOUTH_CORNERS, NOSE_TIP
from looksmith.training.data.face_scenes import LabelledPicture, SceneMaker, box_of, five_of, of_an_animal
from looksmith.training.networks.face_detector import STRIDE
from looksmith.training.recipes.faces_detector import decode, wanted_map

torch = pytest.importorskip("torch")
MARKS = ((255, 0, 0), (0, 255, 0), (0, 0, 255))
"""Colours of the right eye, the left eye and the mouth of a face that is drawn."""


def drawn_face() -> LabelledPicture:
    """A grey disc with three coloured marks where its mesh has eyes and mouth."""
    side = 120
    y, x = np.mgrid[:side, :side]
    pixels = np.full((side, side, 3), 40, np.uint8)
    pixels[np.hypot(x - 60, y - 60) < 40] = 170
    mesh = np.full((478, 3), 60.0, np.float32)
    angles = np.linspace(0, 2 * np.pi, 468, endpoint=False)
    mesh[:468, 0], mesh[:468, 1] = 60 + 40 * np.cos(angles), 60 + 40 * np.sin(angles)
    for places, centre, colour in (
        (EYE_CORNERS[0], (45, 50), MARKS[0]),
        (EYE_CORNERS[1], (75, 50), MARKS[1]),
        (MOUTH_CORNERS, (60, 80), MARKS[2]),
    ):
        offset = 5 if places == MOUTH_CORNERS else 2
        mesh[places[0], :2], mesh[places[1], :2] = (
            (centre[0] - offset, centre[1]),
            (centre[0] + offset, centre[1]),
        )
        pixels[np.hypot(x - centre[0], y - centre[1]) < 7] = colour
    mesh[NOSE_TIP, :2] = (60, 65)
    return LabelledPicture(pixels, mesh[None], np.zeros((0, 4), np.float32), ("drawn", "face"))


def empty(seed: int) -> LabelledPicture:
    rng = np.random.default_rng(seed)
    pixels = np.broadcast_to(rng.integers(60, 120, 3), (150, 200, 3)).astype(np.uint8)
    return LabelledPicture(
        np.ascontiguousarray(pixels),
        np.zeros((0, 478, 3), np.float32),
        np.zeros((0, 4), np.float32),
        ("empty", str(seed)),
    )


@pytest.fixture
def maker(monkeypatch: pytest.MonkeyPatch) -> SceneMaker:
    """Without weather and cover, so that colours tell where things are."""
    monkeypatch.setattr("looksmith.training.data.face_scenes.weathered", lambda rgb, rng, amount=1.0: rgb)
    monkeypatch.setattr("looksmith.training.data.face_scenes.covered", lambda rgb, other, box, rng: rgb)
    return SceneMaker([drawn_face(), empty(1), empty(2)], 224)


def test_marks_lie_where_the_points_say_mirrored_or_not(maker: SceneMaker) -> None:
    rng, right = np.random.default_rng(3), []
    for _ in range(60):
        scene = maker.scene(rng)
        for box, points in zip(scene.boxes, scene.points, strict=True):
            if (box[2:] - box[:2]).max() < 40:
                continue
            # mirrored scenes swap which mark is on which side, so compare the mark that is there with the eyes' order
            mouth = points[3:].mean(axis=0)
            for place in (points[0], points[1], mouth):
                x, y = (int(v) for v in place)
                if 0 <= x < 224 and 0 <= y < 224:
                    seen = scene.pixels[y, x].astype(int)
                    right.append(max(np.abs(seen - mark).sum() < 150 for mark in MARKS))
            across, down = points[1] - points[0], mouth - (points[0] + points[1]) / 2
            assert across[0] * down[1] - across[1] * down[0] > 0, "the right eye is the left one"
    assert len(right) > 60 and np.mean(right) > 0.9  # later faces and patches may lie over a mark


def test_a_scene_is_a_function_of_its_seed(maker: SceneMaker) -> None:
    first, second = (maker.scene(np.random.default_rng(9)) for _ in range(2))
    assert np.array_equal(first.pixels, second.pixels) and np.array_equal(first.boxes, second.boxes)


def test_sizes_reach_from_small_to_large_and_some_scenes_are_empty(maker: SceneMaker) -> None:
    rng = np.random.default_rng(4)
    scenes = [maker.scene(rng) for _ in range(150)]
    sizes = np.concatenate([(s.boxes[:, 2:] - s.boxes[:, :2]).max(axis=1, initial=0) for s in scenes])
    assert sizes.min() < 12 and sizes.max() > 150
    assert any(not len(s.boxes) for s in scenes)


def test_what_is_wanted_of_the_cells_decodes_to_the_faces(maker: SceneMaker) -> None:
    rng = np.random.default_rng(6)
    scene = next(s for s in (maker.scene(rng) for _ in range(50)) if len(s.boxes) >= 3)
    maps = wanted_map(scene, 0.12)
    assert maps[2].sum() == pytest.approx(len(scene.boxes), rel=0.35)  # neighbours may share a cell
    told = {tuple(np.round(maps[3:7, r, c], 2)) for r, c in zip(*np.nonzero(maps[2] > 0), strict=True)}
    assert told <= {tuple(np.round(box, 2)) for box in scene.boxes}
    row, column = np.unravel_index(np.argmax(maps[0]), maps[0].shape)
    box, points = maps[3:7, row, column], maps[7:, row, column]
    at = (np.array([[column, row]]) + 0.5) * STRIDE
    longer = float((box[2:] - box[:2]).max())
    raw = np.concatenate(
        [
            ((box[:2] + box[2:]) / 2 - at[0]) / longer,
            np.log((box[2:] - box[:2]) / 32),
            (points - np.tile(at[0], 5)) / longer,
        ]
    )
    boxes, five = decode(torch.tensor(raw[None], dtype=torch.float32), torch.tensor(at, dtype=torch.float32))
    assert boxes[0].numpy() == pytest.approx(box, abs=1e-2)
    assert five[0].numpy() == pytest.approx(points, abs=1e-2)


def test_doubt_asks_for_nothing() -> None:
    doubtful = LabelledPicture(
        empty(5).pixels, np.zeros((0, 478, 3), np.float32), np.array([[50, 50, 90, 90]], np.float32), ("doubt", "x")
    )
    maker = SceneMaker([drawn_face(), empty(1), doubtful], 96)
    rng = np.random.default_rng(0)
    scene = next(s for s in (maker.scene(rng) for _ in range(200)) if len(s.doubts) and not len(s.boxes))
    assert wanted_map(scene, 0.12)[1].min() == 0


def test_a_mesh_tells_box_and_points() -> None:
    mesh = drawn_face().meshes[0]
    assert box_of(mesh) == pytest.approx([20, 20, 100, 100], abs=0.1)
    assert five_of(mesh) == pytest.approx(np.array([(45, 50), (75, 50), (60, 65), (55, 80), (65, 80)]), abs=0.1)


def test_pictures_without_faces_are_needed() -> None:
    with pytest.raises(FileNotFoundError, match="without"):
        SceneMaker([drawn_face()], 96)


def test_faces_of_animals_are_likenesses_and_people_beside_them_stay() -> None:
    assert of_an_animal("n02109961_Eskimo_dog.jpg") and of_an_animal("n02492035_capuchin.jpg")
    assert not of_an_animal("n02514041_barracouta.jpg")  # a man holds it
    assert not of_an_animal("n02802426_basketball.jpg") and not of_an_animal("b10081.jpg")


def test_likenesses_are_pasted_as_faces_are_and_ask_for_none(maker: SceneMaker) -> None:
    face = drawn_face()
    lookalike = LabelledPicture(
        np.full_like(face.pixels, (255, 0, 255)),
        face.meshes[:0],
        face.doubts,
        ("animal", "x"),
        box_of(face.meshes[0])[None],
    )
    made = SceneMaker([face, empty(1), empty(2), lookalike], 224)
    assert [p.names[0] for p in made.alike] == ["animal"] and len(made.empty) == 3
    rng = np.random.default_rng(0)
    shown = 0
    for _ in range(60):
        scene = made.scene(rng)
        pasted = (scene.pixels == (255, 0, 255)).all(axis=2)
        shown += int(0.001 < pasted.mean() < 0.5)
        for x0, y0, x1, y1 in np.clip(scene.boxes, 0, 223).astype(int):
            assert pasted[y0:y1, x0:x1].mean() < 0.6
    assert shown > 8
