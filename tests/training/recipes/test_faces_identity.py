"""The recipe of identity: what is held out, that it learns what the teacher says, and how it is calibrated."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from scipy.ndimage import map_coordinates
from scipy.stats import mannwhitneyu
from torch import nn

from looksmith.errors import LooksmithError
from looksmith.faces.identity import VIEWS
from looksmith.training.data.aligned_faces import AlignedFaces, load, save
from looksmith.training.export_people import export_identity
from looksmith.training.networks.identity import IdentityNetwork
from looksmith.training.recipes import faces_identity as recipe


class _Teacher(nn.Module):
    """Says of a chip how light its parts are."""

    def forward(self, chips: torch.Tensor) -> torch.Tensor:
        parts: torch.Tensor = torch.nn.functional.adaptive_avg_pool2d(chips, (8, 16)).mean(dim=1)
        return parts.flatten(1)


def _faces(count: int = 60) -> AlignedFaces:
    rng = np.random.default_rng(0)
    people = np.arange(count) // 3
    base = rng.uniform(40, 215, (count // 3, 9, 9, 3))[people]
    wide = np.clip(base + rng.normal(0, 6, base.shape), 0, 255).astype(np.uint8).repeat(16, 1).repeat(16, 2)
    chips = wide[:, :, :, :].repeat(2, 1).repeat(2, 2)[:, :150, :150]
    names = np.array([f"faces/identities/p{p}/{k}.jpg" for k, p in enumerate(people)])
    taught = _Teacher()(torch.from_numpy(chips).permute(0, 3, 1, 2).float() / 255).numpy()
    return AlignedFaces(names, wide, chips, taught, people)


@pytest.fixture
def faces() -> AlignedFaces:
    return _faces()


def test_one_persons_pictures_are_never_on_both_sides(faces: AlignedFaces) -> None:
    held = [recipe.held_out(str(name)) for name in faces.names]
    assert all(len({h for h, p in zip(held, faces.people, strict=True) if p == q}) == 1 for q in set(faces.people))
    assert 0 < sum(held) < len(held)
    assert recipe.person_of("makeup/pairs/7_12.jpg#L") == "pair 7" and recipe.person_of("faces/rated/a.jpg") == ""


def test_it_learns_what_the_teacher_says(faces: AlignedFaces, tmp_path: Path) -> None:
    save(faces, tmp_path / "faces.npz")
    again = load(tmp_path / "faces.npz")
    assert len(again) == len(faces) and (again.wide == faces.wide).all()
    task = recipe.FacesIdentityTask(recipe.FacesIdentityRecipe(tmp_path / "faces.npz", batch=16), again, _Teacher())
    optimizer = task.optimizers["adam"]
    totals = []
    for step in range(12):
        losses = task.losses(task.batch(0), step)
        optimizer.zero_grad()
        losses["total"].backward()
        optimizer.step()
        totals.append(float(losses["taught"].detach()))
    assert totals[-1] < 0.8 * totals[0]


def test_calibration_is_that_of_an_independent_reference(faces: AlignedFaces) -> None:
    torch.manual_seed(0)
    network = IdentityNetwork().eval()
    told = recipe.calibrated(network, faces)
    held = faces.part(np.array([recipe.held_out(str(name)) for name in faces.names]))
    made = np.zeros((len(held), 128))
    for side, turn in VIEWS:
        scale = side * np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        grid = np.stack(np.meshgrid(np.arange(112) - 55.5, np.arange(112) - 55.5), axis=-1) @ scale + 71.5
        crops = np.stack(
            [
                np.stack([map_coordinates(wide[..., k].astype(float), grid.T[::-1], order=1).T for k in range(3)])
                for wide in held.wide
            ]
        )
        with torch.no_grad():
            x = torch.from_numpy(crops).float() / 255
            each = (network(x) + network(x.flip(3))).numpy()
        made += each / np.linalg.norm(each, axis=1, keepdims=True)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    alike, other = [], []
    for i in range(len(made)):
        for j in range(i):
            (alike if held.people[i] == held.people[j] else other).append(float(made[i] @ made[j]))
    expected = mannwhitneyu(alike, other).statistic / len(alike) / len(other)
    assert told["auc"] == pytest.approx(expected, abs=2e-3) and told["pairs"] == len(alike)
    assert told["same"] == pytest.approx(np.quantile(other, 0.999), abs=2e-3) and told["different"] <= told["same"]
    with pytest.raises(LooksmithError, match="too few"):
        recipe.calibrated(network, faces.part(np.arange(len(faces)) < 0))


def test_what_all_faces_share_is_taken_away(faces: AlignedFaces) -> None:
    torch.manual_seed(0)
    network = IdentityNetwork().eval()
    plain = recipe.embeddings(network, faces)
    kept = np.array([not recipe.held_out(str(name)) for name in faces.names])
    centre = recipe.centre_of(network, faces)
    assert np.abs(centre.numpy() - plain[kept].mean(axis=0)).max() < 1e-5
    network.centre.copy_(centre)
    apart = recipe.embeddings(network, faces)
    assert np.linalg.norm(apart[kept].mean(axis=0)) < 0.5 * np.linalg.norm(plain[kept].mean(axis=0))


def test_what_is_exported_says_the_same_and_carries_its_thresholds(tmp_path: Path) -> None:
    ort = pytest.importorskip("onnxruntime")
    torch.manual_seed(1)
    network = IdentityNetwork().eval()
    path = export_identity(network, tmp_path, {"same": 0.5, "different": 0.2})["faces-identity"]
    notes = {p.key: p.value for p in onnx.load(path).metadata_props}
    assert json.loads(notes["thresholds"]) == {"same": 0.5, "different": 0.2}
    crops = torch.rand(3, 3, 112, 112)
    with torch.no_grad():
        wanted = network(crops).numpy()
    (made,) = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"]).run(None, {"face": crops.numpy()})
    assert np.abs(made - wanted).max() < 5e-3 and np.allclose(np.linalg.norm(made, axis=1), 1, atol=1e-3)
