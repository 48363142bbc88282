"""Presence learned from what the detector takes for faces."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
from scipy.stats import mannwhitneyu  # noqa: E402

from looksmith.faces.detect import Detection  # noqa: E402
from looksmith.training.data.face_scenes import Scene  # noqa: E402
from looksmith.training.networks.face_mesh import FaceMesh  # noqa: E402
from looksmith.training.second_look import (  # noqa: E402
    Likelihoods,
    area_under_curve,
    fit_presence,
    gather_likelihoods,
)

SIDE = 96


def _detection(box: tuple[float, float, float, float], score: float) -> Detection:
    x0, y0, x1, y1 = box
    points = [((1 - a) * x0 + a * x1, (1 - b) * y0 + b * y1) for a, b in ((0.3, 0.4), (0.7, 0.4), (0.5, 0.6), (0.35, 0.8), (0.65, 0.8))]  # fmt: skip  # noqa: E501
    return Detection(np.array(box, np.float32), score, np.array(points, np.float32))


def _scene(number: int) -> tuple[Scene, list[Detection]]:
    """A bright disc is a face; a striped square is not; a third thing is in doubt."""
    rng = np.random.default_rng(number)
    pixels = rng.integers(0, 40, (SIDE, SIDE, 3)).astype(np.uint8)
    y, x = np.mgrid[:SIDE, :SIDE]
    pixels[np.hypot(x - 24, y - 24) < 14] = 230
    pixels[50:78, 50:78] = np.where((x[50:78, 50:78] // 3 % 2 == 0)[..., None], 200, 10)
    boxes = np.array([[10, 10, 38, 38]], np.float32)
    found = [
        _detection((11, 9, 38, 39), 0.6),
        _detection((50, 50, 78, 78), 0.5),
        _detection((30, 12, 56, 38), 0.4),  # half a face: nobody can say
        _detection((8, 60, 30, 82), 0.3),  # in doubt
    ]
    return Scene(pixels, boxes, np.zeros((1, 5, 2), np.float32), np.array([[6, 58, 34, 86]], np.float32)), found


@pytest.fixture(scope="module")
def network() -> FaceMesh:
    torch.manual_seed(0)
    made = FaceMesh(32, width=8, depths=(1, 1), shapes=6, thin=4).eval()
    with torch.no_grad():
        made.shapes.weight.mul_(0.01)
        grid = torch.rand(478, 3, generator=torch.Generator().manual_seed(1))
        made.shapes.bias.copy_((0.2 + 0.6 * grid).flatten())
    return made


@pytest.fixture(scope="module")
def likelihoods(network: FaceMesh) -> Likelihoods:
    told: dict[int, list[Detection]] = {}

    def scenes() -> Iterator[Scene]:
        for number in range(300):
            scene, found = _scene(number)
            told[id(scene.pixels)] = found
            yield scene

    return gather_likelihoods(network, scenes(), lambda rgb: told[id(rgb)])


def test_halves_of_faces_and_doubts_are_left_out(likelihoods: Likelihoods) -> None:
    assert len(likelihoods.faces) == 600 and likelihoods.faces.sum() == 300
    assert set(likelihoods.scores[likelihoods.faces].round(2)) == {np.float32(0.6)}
    assert set(likelihoods.scores[~likelihoods.faces].round(2)) == {np.float32(0.5)}


def test_presence_learns_to_tell_them_apart_and_nothing_else_moves(network: FaceMesh, likelihoods: Likelihoods) -> None:
    before = {name: value.clone() for name, value in network.state_dict().items()}
    blind = Likelihoods(likelihoods.features, np.full_like(likelihoods.scores, 0.5), likelihoods.faces)
    assert fit_presence(network, blind, rounds=30) > 0.99
    after = network.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before if not name.startswith("presence"))
    with torch.no_grad():
        logits = network.presence(torch.from_numpy(likelihoods.features))[:, 0].numpy()
    assert np.median(logits[likelihoods.faces]) > 0.5 > -0.5 > np.median(logits[~likelihoods.faces])


def test_scenes_without_a_face_teach_nothing(network: FaceMesh) -> None:
    scene, _ = _scene(0)
    with pytest.raises(ValueError, match="faces and other things"):
        gather_likelihoods(network, [scene], lambda rgb: [])


def test_area_under_the_curve_against_scipy() -> None:
    rng = np.random.default_rng(0)
    positive = rng.random(200) < 0.3
    values = (rng.normal(size=200) + positive).astype(np.float32)
    u = mannwhitneyu(values[positive], values[~positive]).statistic
    assert area_under_curve(values, positive) == pytest.approx(u / positive.sum() / (~positive).sum())
    assert area_under_curve(values[:3], np.ones(3, bool)) == 1
