"""The recipe ``makeup`` at tiny size: it learns, goes on where it stopped, and what it exports is what it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the train extra")

import onnxruntime as ort
import torch

from looksmith.errors import LooksmithError
from looksmith.facets.makeup.window import SIDE
from looksmith.training.bare_faces import fit_common
from looksmith.training.data.made_up_faces import MadeUpFaces, MadeUpPair, makeup_held_out, person_held_out, toned
from looksmith.training.export_makeup import export_makeup
from looksmith.training.networks.layers import parameter_count
from looksmith.training.networks.makeup import Bare, MakeupNetwork
from looksmith.training.recipes.makeup import MakeupRecipe, MakeupTask, train


def texture(seed: int, lips: tuple[int, int, int] | None = None) -> np.ndarray:
    rng = np.random.default_rng(seed)
    made = np.clip(rng.normal(0, 4, (SIDE, SIDE, 3)) + np.array((190, 145, 120)), 0, 255).astype(np.uint8)
    if lips is not None:
        made[84:96, 50:78] = lips
    return made


@pytest.fixture(scope="module")
def faces() -> MadeUpFaces:
    pairs = tuple(MadeUpPair(f"p{k}", "red", texture(k), texture(k, (170, 20, 50))) for k in range(4))
    return MadeUpFaces(pairs, (texture(9),), (texture(8, (160, 30, 60)),))


def test_both_kinds_of_steps_move_what_they_are_about(faces: MadeUpFaces) -> None:
    task = MakeupTask(MakeupRecipe(batch=1), faces)
    for step, terms in ((0, {"removed", "worn", "same", "perceptual"}), (1, {"cycle", "histogram", "adversarial"})):
        batch = task.batch(step)
        found = task.update("generators", batch, step)
        assert set(found) == {"total", *terms} and all(torch.isfinite(value) for value in found.values())
        found["total"].backward()
        assert all(p.grad is not None for p in task.remove.parameters())
    judged = task.update("discriminators", task.batch(1), 1)
    assert {"total", "real_right", "fake_right"} <= set(judged)
    again = task.batch(7)
    assert all(torch.equal(value, task.batch(7)[name]) for name, value in again.items()), "a pure function of the step"


def test_the_network_is_small_and_its_export_is_the_same(tmp_path: Path) -> None:
    torch.manual_seed(1)
    network = MakeupNetwork(1)
    torch.nn.init.normal_(network.out.weight, 0, 0.05)
    assert parameter_count(network) <= 500_000
    path = export_makeup(network, tmp_path)["makeup-bare"]
    assert path.stat().st_size < 2_000_000
    given = torch.rand(1, 3, SIDE, SIDE)
    with torch.no_grad():
        wanted = Bare(network.eval())(given).numpy()
    made = ort.InferenceSession(path, providers=["CPUExecutionProvider"]).run(None, {"texture": given.numpy()})[0]
    assert np.abs(wanted).max() > 0.01
    np.testing.assert_allclose(made, wanted, atol=5e-3)


def test_tone_is_brought_back() -> None:
    bare = texture(1)
    made = np.clip(texture(1, (170, 20, 50)) * np.array([0.7, 0.8, 0.9]), 0, 255).astype(np.uint8)
    back = toned(made, bare)
    assert abs(float(np.median(back[10:40]) - np.median(bare[10:40]))) <= 2
    assert back[90, 64, 0] > made[90, 64, 0], "lips come along in the same light"


def test_what_is_held_out_is_a_fixed_share() -> None:
    people = [person_held_out(str(k)) for k in range(400)]
    assert 0.12 < np.mean(people) < 0.28 and people != [makeup_held_out(str(k)) for k in range(400)]


def test_common_faces_follow_their_skin() -> None:
    """Lips 20 redder than skin everywhere are found as that, whatever the skin."""
    made = []
    for k in range(8):
        skin = np.full((SIDE, SIDE, 3), (150 + 10 * k, 110 + 8 * k, 90 + 7 * k), np.uint8)
        skin[70:110, 40:88, 0] += 25
        made.append(skin)
    held = fit_common(made)
    offset = np.asarray(held["offset"], np.float32)
    assert offset.shape == (64, 64, 3) and offset[45, 32, 1] > 5 and abs(float(offset[10, 32, 1])) < 1
    assert len(held["layers"]) == len(held["noise"]) == 12


def test_training_needs_pairs(tmp_path: Path) -> None:
    with pytest.raises(LooksmithError, match="no faces to learn from"):
        train(MakeupRecipe(), tmp_path)
    with pytest.raises(LooksmithError, match="no pairs"):
        train(MakeupRecipe(data=tmp_path), tmp_path)
