"""Teach the mesh's presence on what the detector takes for faces: on its own likelihoods, right ones and wrong ones.

A detector that is asked for small faces sees some in leaves and cloth (hard examples; Sung & Poggio 1998, Shrivastava
et al., "OHEM", CVPR 2016).  The mesh looks at each of them closely anyway, so its features tell them apart at no cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from looksmith.faces.crop import Place, cut, moved, place_of_mesh
from looksmith.faces.detect import Detection, detect
from looksmith.faces.mesh import place_of_detection, sane
from looksmith.training.data.face_scenes import Scene
from looksmith.training.networks.face_mesh import FaceMesh

LIKELY = 0.1
"""Least score of what is looked at; lower than at use, so that there is more to learn from."""
MOST = 24
"""Likelihoods of one scene that are looked at, best first."""


@dataclass(frozen=True)
class Likelihoods:
    """What the detector took for faces.

    Attributes:
        features: float32 (n, channels), of the mesh network in the square that the mesh itself asks for.
        scores: float32 (n,), the detector's.
        faces: bool (n,), whether they are.
    """

    features: NDArray[np.float32]
    scores: NDArray[np.float32]
    faces: NDArray[np.bool_]


@torch.no_grad()
def gather_likelihoods(
    network: FaceMesh,
    scenes: Iterable[Scene],
    found_by: Callable[[NDArray[np.uint8]], Iterable[Detection]] = lambda rgb: detect(rgb, score=LIKELY),
) -> Likelihoods:
    """What the detector sees in scenes whose faces are known; what touches doubt or half a face is left out.

    Raises:
        ValueError: it saw no face, or nothing else.
    """
    network = network.eval()
    features, scores, faces = [], [], []
    for scene in scenes:
        told = [(found, _is_face(found.box, scene)) for found in found_by(scene.pixels)][:MOST]
        known = [(found, face) for found, face in told if face is not None]
        if not known:
            continue
        places = [place_of_detection(found) for found, _ in known]
        weights, _ = network.encode(_crops(scene.pixels, places, network.size))
        meshes = network.decode(weights).numpy() * network.size
        again = [
            sane(place_of_mesh(moved(mesh, place.into_photo(network.size))), place)
            for mesh, place in zip(meshes, places, strict=True)
        ]
        features.append(network.pooled(_crops(scene.pixels, again, network.size)).numpy())
        scores += [found.score for found, _ in known]
        faces += [face for _, face in known]
    if not any(faces) or all(faces):
        raise ValueError("expected scenes in which the detector sees faces and other things")
    return Likelihoods(np.concatenate(features), np.array(scores, np.float32), np.array(faces))


def fit_presence(network: FaceMesh, likelihoods: Likelihoods, *, rounds: int = 40, seed: int = 0) -> float:
    """Fit the head of presence anew; nothing else of the network changes.

    Likelihoods of which the detector is surer count more; faces weigh half as much as all else together.

    Returns:
        area under the curve on a fifth that was held out, of presence and score together as they are used.
    """
    torch.manual_seed(seed)
    features, there = torch.from_numpy(likelihoods.features), torch.from_numpy(likelihoods.faces.astype(np.float32))
    weight = 0.3 + 3 * np.minimum(likelihoods.scores, 0.6)
    others = float(weight[~likelihoods.faces].sum())
    weight = np.where(likelihoods.faces, 0.5 * others / likelihoods.faces.sum(), weight)
    held = (np.arange(len(there)) // 100) % 5 == 0  # scenes stay together
    mean, spread = features.mean(dim=0), features.std(dim=0) + 1e-3
    scaled, weights = (features - mean) / spread, torch.from_numpy(weight.astype(np.float32))
    first, last = network.presence[0], network.presence[2]
    assert isinstance(first, nn.Linear) and isinstance(last, nn.Linear)
    inner, outer = nn.Linear(first.in_features, first.out_features), nn.Linear(last.in_features, 1)
    head = nn.Sequential(nn.Dropout(0.2), inner, nn.ReLU(), nn.Dropout(0.2), outer)
    adam = torch.optim.AdamW(head.parameters(), 2e-3, weight_decay=0.05)
    rng = np.random.default_rng(seed)
    chosen = np.flatnonzero(~held)
    for turn in range(rounds):
        for group in adam.param_groups:
            group["lr"] = 2e-3 * (1 - turn / rounds) + 1e-5
        for part in np.array_split(rng.permutation(chosen), max(1, len(chosen) // 256)):
            off = nn.functional.binary_cross_entropy_with_logits(
                head(scaled[part])[:, 0], there[part], weight=weights[part]
            )
            adam.zero_grad()
            off.backward()  # type: ignore[no-untyped-call]
            adam.step()
    with torch.no_grad():
        first.weight.copy_(inner.weight / spread)
        first.bias.copy_(inner.bias - (inner.weight / spread) @ mean)
        last.weight.copy_(outer.weight)
        last.bias.copy_(outer.bias)
        logits = network.presence(features)[:, 0].numpy()
    odds = np.log(likelihoods.scores / (1 - likelihoods.scores))
    return area_under_curve((logits + 2 * odds)[held], likelihoods.faces[held])


def area_under_curve(values: NDArray[np.float32], positive: NDArray[np.bool_]) -> float:
    """Chance that one of the positive has a greater value than one of the others; 1 where either is missing."""
    ranks = np.argsort(np.argsort(values, kind="stable"), kind="stable") + 1.0
    count = int(positive.sum())
    pairs = count * (len(positive) - count)
    return 1.0 if not pairs else float((ranks[positive].sum() - count * (count + 1) / 2) / pairs)


def _crops(rgb: NDArray[np.uint8], places: list[Place], size: int) -> Tensor:
    squares = np.stack([cut(rgb, place, size) for place in places])
    return torch.from_numpy(np.ascontiguousarray(squares.transpose(0, 3, 1, 2), np.float32) / 255)


def _is_face(box: NDArray[np.float32], scene: Scene) -> bool | None:
    """Whether a box is a face of the scene; None where that is not known."""
    middle, size = (box[:2] + box[2:]) / 2, float((box[2:] - box[:2]).max())
    near = False
    for true in scene.boxes:
        wanted = float((true[2:] - true[:2]).max())
        off = float(np.hypot(*(middle - (true[:2] + true[2:]) / 2)))
        if off < 0.35 * wanted and 0.5 < size / wanted < 2:
            return True
        near |= off < 0.8 * (wanted + size)
    for doubt in scene.doubts:
        near |= bool(np.all(middle > doubt[:2] - size / 2) and np.all(middle < doubt[2:] + size / 2))
    return None if near else False
