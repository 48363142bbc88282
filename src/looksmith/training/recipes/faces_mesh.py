"""Recipe ``faces-mesh``: distil the attention mesh (Grishchenko et al. 2020) into a network a fifth of its size.

The teacher labels every picture once (the labels are kept); the student sees upright crops, moved, turned, mirrored,
weathered and partly covered, and learns the points' places in units of the distance between the eyes.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from looksmith.errors import LooksmithError
from looksmith.training.data.face_crops import FaceCrops, gather_crops, mirror_of, no_face, turn_of, view
from looksmith.training.data.face_labels import FaceLabels, label_folder
from looksmith.training.data.face_scenes import Scene, SceneMaker, load_labelled
from looksmith.training.data.pictures import held_out
from looksmith.training.data.warp import read_rgb
from looksmith.training.export_faces import export_face_mesh
from looksmith.training.loop import Note, Progress, RunOptions, fit
from looksmith.training.losses.landmarks import landmark_weights, normalised_landmark_error
from looksmith.training.networks.face_mesh import POINTS, FaceMesh
from looksmith.training.schedule import cosine
from looksmith.training.second_look import fit_presence, gather_likelihoods

LEFT_HALF = (0.0, 0.0, 0.5, 1.0)
SCENE = 448
"""Side of the scenes in which presence is taught, pixels."""


@dataclass(frozen=True)
class FacesMeshRecipe:
    """Distillation of the attention mesh into ``faces-mesh``.

    Attributes:
        data: folders of portraits, one face in each.
        pairs: folders of pictures of two halves that show the same face in the same place.
        photos: folders of any photos; those without faces teach what is none.
        labels: folder in which the teacher's labels are kept; default beside the checkpoints.
        size: side of the crop, pixels.
        turned: how many more times a head in profile is seen than one from the front.
        lips: weight of the lips' points.
        eyes: weight of the eyes' points.
        depth: weight of z.
        scenes: pictures of many faces and of none in which presence is taught, in the end, on what the installed
            ``faces-detector`` takes for faces; 0 for presence as the crops alone teach it.  They need ``photos``.
    """

    data: tuple[Path, ...]
    pairs: tuple[Path, ...] = ()
    photos: tuple[Path, ...] = ()
    labels: Path | None = None
    steps: int = 20000
    batch: int = 64
    size: int = 128
    learning_rate: float = 2e-3
    turned: float = 4.0
    lips: float = 2.5
    eyes: float = 2.5
    depth: float = 0.5
    scenes: int = 4000
    seed: int = 7


class FacesMeshTask:
    """The recipe as the loop runs it."""

    ema_decay = 0.998

    def __init__(self, recipe: FacesMeshRecipe, crops: FaceCrops, empty: list[NDArray[np.uint8]]) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe, self.crops, self.empty = recipe, crops, empty
        self.mirror = mirror_of(crops.meshes)
        chance = 1 + (recipe.turned - 1) * np.clip(np.abs(turn_of(crops.meshes)) / 60, 0, 1)
        self.chance = chance / chance.sum()
        self.student = FaceMesh(recipe.size).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        rng = np.random.default_rng(recipe.seed)
        sample = [self._one(rng)[1] for _ in range(min(1500, 20 * len(crops)))]
        self.student.begin_with(torch.from_numpy(np.stack(sample)))
        self.modules: Mapping[str, nn.Module] = {"student": self.student}
        decayed = [p for p in self.student.parameters() if p.ndim > 1]
        plain = [p for p in self.student.parameters() if p.ndim <= 1]
        groups = [{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}]
        self.optimizers: Mapping[str, torch.optim.Optimizer] = {"adam": torch.optim.AdamW(groups)}
        self.weights = landmark_weights(POINTS, recipe.lips, recipe.eyes)

    def _one(self, rng: np.random.Generator) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        index = int(rng.choice(len(self.crops), p=self.chance))
        other = self.crops.pixels[rng.integers(len(self.crops))]
        return view(self.crops.pixels[index], self.crops.meshes[index], self.recipe.size, rng, other, self.mirror)

    def batch(self, step: int) -> tuple[Tensor, Tensor, Tensor]:
        rng = np.random.default_rng([self.recipe.seed, step & 0xFFFFFFFF])
        empty = self.recipe.batch // 10 if self.empty else 0
        views = [self._one(rng) for _ in range(self.recipe.batch - empty)]
        pixels = [pixels for pixels, _ in views]
        pixels += [no_face(self.empty[rng.integers(len(self.empty))], self.recipe.size, rng) for _ in range(empty)]
        meshes = np.zeros((self.recipe.batch, POINTS, 3), np.float32)
        meshes[: len(views)] = np.stack([mesh for _, mesh in views])
        there = torch.zeros(self.recipe.batch)
        there[: len(views)] = 1
        return torch.from_numpy(np.stack(pixels)), torch.from_numpy(meshes), there

    def losses(self, batch: tuple[Tensor, Tensor, Tensor], step: int) -> dict[str, Tensor]:
        pixels, meshes, there = batch
        crop = pixels.permute(0, 3, 1, 2).float() / 255
        with torch.autocast(crop.device.type, torch.bfloat16):
            weights, presence = self.student.encode(crop)
        with torch.autocast(crop.device.type, enabled=False):
            faces = there > 0
            made, wanted = self.student.decode(weights.float()[faces]), meshes[faces]
            shape = normalised_landmark_error(made, wanted, self.weights, self.recipe.depth).mean()
            sure = nn.functional.binary_cross_entropy_with_logits(presence.float(), there)
        with torch.no_grad():
            error = normalised_landmark_error(made, wanted).mean()
        return {"total": shape + 0.02 * sure, "shape": shape, "presence": sure, "error": error}

    def learning_rate(self, step: int) -> float:
        return cosine(step, self.recipe.steps, self.recipe.learning_rate, warm=200, least=0.01)


def train(
    recipe: FacesMeshRecipe,
    out: Path,
    *,
    resume: bool = True,
    options: RunOptions = RunOptions(device="cpu"),  # noqa: B008  (frozen)
    on_log: Callable[[Progress], None] | None = None,
    on_note: Callable[[Note], None] | None = None,
) -> int:
    """Label, train, and export to ``out/export``; returns the step reached.

    Raises:
        LooksmithError: a teacher is not installed, or no face was found.
    """
    try:
        crops, empty = gather(recipe, recipe.labels or out / "labels")
    except FileNotFoundError as error:
        raise LooksmithError(str(error)) from error
    task = FacesMeshTask(recipe, crops, empty)
    follower = copy.deepcopy(task.student).requires_grad_(False)
    reached = fit(
        task,
        out,
        steps=recipe.steps,
        resume=resume,
        options=options,
        on_log=on_log,
        on_note=on_note,
        ema={"student": follower},
        checkpoint_seconds=120,
    )
    follower = follower.cpu()
    if recipe.scenes and recipe.photos:
        look_again(recipe, follower, recipe.labels or out / "labels")
    export_face_mesh(follower, out / "export")
    return reached


def look_again(recipe: FacesMeshRecipe, network: FaceMesh, cache: Path) -> float:
    """Teach presence on the detector's own likelihoods; see :mod:`looksmith.training.second_look`.

    Returns:
        area under the curve, on what was held out of it.
    """
    labels = [label_folder(folder, cache, portraits=True) for folder in recipe.data]
    labels += [label_folder(folder, cache, portraits=False) for folder in recipe.photos]
    maker = SceneMaker(load_labelled(labels), SCENE)
    return fit_presence(network, gather_likelihoods(network, _scenes(maker, recipe)), seed=recipe.seed)


def _scenes(maker: SceneMaker, recipe: FacesMeshRecipe) -> Iterator[Scene]:
    """Scenes with faces, then every picture without one as it is, and mirrored."""
    for number in range(recipe.scenes):
        yield maker.scene(np.random.default_rng([recipe.seed, 1, number]))
    none = np.zeros((0, 4), np.float32), np.zeros((0, 5, 2), np.float32), np.zeros((0, 4), np.float32)
    for picture in maker.empty:
        for pixels in (picture.pixels, np.ascontiguousarray(picture.pixels[:, ::-1])):
            yield Scene(pixels, *none)


def gather(recipe: FacesMeshRecipe, cache: Path) -> tuple[FaceCrops, list[NDArray[np.uint8]]]:
    """The faces for training, and pictures without faces.

    Raises:
        FileNotFoundError: a folder or a teacher is missing, or no face was found.
    """
    labels = [label_folder(folder, cache, portraits=True) for folder in recipe.data]
    for folder in recipe.pairs:
        left = label_folder(folder, cache, portraits=True, crop=LEFT_HALF)
        labels += [left, _right_half(left)]
    empty: list[NDArray[np.uint8]] = []
    for folder in recipe.photos:
        photos = label_folder(folder, cache, portraits=False)
        paths = [photos.folder / photos.names[index] for index in photos.without_faces()]
        read = [read_rgb(path) for path in paths if not held_out(path)]
        empty += [rgb for rgb in read if rgb is not None]
    return gather_crops(labels, recipe.size), empty


def _right_half(left: FaceLabels) -> FaceLabels:
    """The labels of the left halves, moved to the right ones."""
    meshes = left.meshes.copy()
    for index in range(len(left.names)):
        faces = left.which == index
        rgb = read_rgb(left.folder / left.names[index]) if faces.any() else None
        if rgb is not None:
            meshes[faces, :, 0] += rgb.shape[1] // 2
    return FaceLabels(left.folder, left.names, left.which, meshes, left.doubts)
