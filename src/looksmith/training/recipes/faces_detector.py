"""Recipe ``faces-detector``: find faces in scenes that are made of labelled pictures.

A teacher (BlazeFace and the attention mesh) labels every picture once; scenes lay and paste these faces at all sizes,
turned, weathered and partly covered, into photos without faces.  What the teacher is in doubt about asks for nothing.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from looksmith.errors import LooksmithError
from looksmith.training.data.face_labels import label_folder
from looksmith.training.data.face_scenes import LabelledPicture, Scene, SceneMaker, load_labelled
from looksmith.training.export_faces import export_face_detector
from looksmith.training.loop import Note, Progress, RunOptions, fit
from looksmith.training.losses.detection import generalised_iou, quality_focal
from looksmith.training.networks.face_detector import STRIDE, FaceDetector
from looksmith.training.schedule import cosine

UNIT = 32.0
"""Pixels of a face whose logarithm of size is 0."""


@dataclass(frozen=True)
class FacesDetectorRecipe:
    """Training of ``faces-detector`` on made scenes.

    Attributes:
        data: folders of portraits, one face in each.
        photos: folders of any photos, with faces or without.
        labels: folder in which the teacher's labels are kept; default beside the checkpoints.
        size: side of a scene, pixels, a multiple of 32.
        spread: how far from a face's middle its cells reach, of its size.
    """

    data: tuple[Path, ...]
    photos: tuple[Path, ...]
    labels: Path | None = None
    steps: int = 20000
    batch: int = 16
    size: int = 224
    learning_rate: float = 2e-3
    spread: float = 0.12
    box: float = 1.0
    points: float = 2.0
    seed: int = 7


class FacesDetectorTask:
    """The recipe as the loop runs it."""

    ema_decay = 0.998

    def __init__(self, recipe: FacesDetectorRecipe, pictures: list[LabelledPicture]) -> None:
        if recipe.size % 32:
            raise LooksmithError("the size does not fit", where="--size", expected="a multiple of 32", got=recipe.size)
        torch.manual_seed(recipe.seed)
        self.recipe = recipe
        self.maker = SceneMaker(pictures, recipe.size)
        self.student = FaceDetector().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.modules: Mapping[str, nn.Module] = {"student": self.student}
        decayed = [p for p in self.student.parameters() if p.ndim > 1]
        plain = [p for p in self.student.parameters() if p.ndim <= 1]
        groups = [{"params": decayed, "weight_decay": 0.02}, {"params": plain, "weight_decay": 0.0}]
        self.optimizers: Mapping[str, torch.optim.Optimizer] = {"adam": torch.optim.AdamW(groups)}

    def batch(self, step: int) -> tuple[Tensor, Tensor, Tensor]:
        rng = np.random.default_rng([self.recipe.seed, step & 0xFFFFFFFF])
        scenes = [self.maker.scene(rng) for _ in range(self.recipe.batch)]
        pixels = np.stack([scene.pixels for scene in scenes])
        maps = np.stack([wanted_map(scene, self.recipe.spread) for scene in scenes])
        count = np.array([max(1, len(scene.boxes)) for scene in scenes], np.float32)
        return torch.from_numpy(pixels), torch.from_numpy(maps), torch.from_numpy(count)

    def losses(self, batch: tuple[Tensor, Tensor, Tensor], step: int) -> dict[str, Tensor]:
        pixels, maps, count = batch
        with torch.autocast(pixels.device.type, torch.bfloat16):
            made = self.student(pixels.permute(0, 3, 1, 2).float() / 255)
        made = made.float()
        heat, known, share = maps[:, 0], maps[:, 1], maps[:, 2]
        faces = count.sum()
        score = quality_focal(made[:, 0], heat, known) / faces
        where = share > 0
        weight = share[where]
        total = weight.sum().clamp_min(1e-6)
        cells = cell_centres(made.shape[2], made.shape[3], made.device).expand(len(made), -1, -1, -1)
        at = cells.permute(0, 2, 3, 1)[where]
        boxes, points = decode(made[:, 1:].permute(0, 2, 3, 1)[where], at)
        wanted = maps[:, 3:].permute(0, 2, 3, 1)[where]
        box = ((1 - generalised_iou(boxes, wanted[:, :4])) * weight).sum() / total
        size = (wanted[:, 2:4] - wanted[:, :2]).amax(dim=1, keepdim=True).clamp_min(1)
        off = (points - wanted[:, 4:]) / size
        five = (off.abs().mean(dim=1) * weight).sum() / total
        parts = {"score": score, "box": box, "points": five}
        return {"total": score + self.recipe.box * box + self.recipe.points * five, **parts}

    def learning_rate(self, step: int) -> float:
        return cosine(step, self.recipe.steps, self.recipe.learning_rate, warm=200, least=0.01)


def cell_centres(rows: int, columns: int, device: torch.device) -> Tensor:
    """Middles of the cells, 2 x rows x columns (x, y), pixels."""
    y, x = torch.meshgrid(torch.arange(rows, device=device), torch.arange(columns, device=device), indexing="ij")
    return (torch.stack([x, y]).float() + 0.5) * STRIDE


def decode(raw: Tensor, at: Tensor) -> tuple[Tensor, Tensor]:
    """Boxes (n, 4) and points (n, 10), pixels, of what cells (n, 14) say whose middles are ``at`` (n, 2)."""
    size = UNIT * raw[:, 2:4].clamp(-4, 4).exp()
    longer = size.amax(dim=1, keepdim=True)
    middle = at + raw[:, :2] * longer
    boxes = torch.cat([middle - size / 2, middle + size / 2], dim=1)
    points = at.repeat(1, 5) + raw[:, 4:] * longer
    return boxes, points


def wanted_map(scene: Scene, spread: float) -> NDArray[np.float32]:
    """What is wanted of each cell: 17 x rows x columns.

    Heat, whether it is known, share of the face's cell in the losses of place (adding up to 1 a face), box, points.
    """
    side = scene.pixels.shape[0] // STRIDE
    out = np.zeros((17, side, side), np.float32)
    out[1] = 1
    y, x = (np.mgrid[:side, :side].astype(np.float32) + 0.5) * STRIDE
    for box in scene.doubts:
        grown = np.array([-0.2, -0.2, 0.2, 0.2]) * np.tile(box[2:] - box[:2], 2) + box
        out[1][(x > grown[0] - 4) & (x < grown[2] + 4) & (y > grown[1] - 4) & (y < grown[3] + 4)] = 0
    order = np.argsort(-(scene.boxes[:, 2:] - scene.boxes[:, :2]).max(axis=1, initial=0))
    for index in order:  # small faces last, so that they lie over large ones
        box = scene.boxes[index]
        middle, size = (box[:2] + box[2:]) / 2, float((box[2:] - box[:2]).max())
        sigma = max(0.45 * STRIDE, spread * size)
        heat = np.exp(-((x - middle[0]) ** 2 + (y - middle[1]) ** 2) / (2 * sigma**2))
        row, column = np.unravel_index(np.argmax(heat), heat.shape)
        heat[row, column] = 1.0
        mine = (heat > 0.3) & (heat >= out[0])
        out[0] = np.maximum(out[0], heat)
        out[1][mine] = 1
        out[2][mine] = heat[mine] / heat[mine].sum()
        out[3:7][:, mine] = box[:, None]
        out[7:][:, mine] = scene.points[index].reshape(-1, 1)
    return out


def train(
    recipe: FacesDetectorRecipe,
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
        task = FacesDetectorTask(recipe, gather(recipe, recipe.labels or out / "labels"))
    except FileNotFoundError as error:
        raise LooksmithError(str(error)) from error
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
        gradient_clip=5.0,
    )
    export_face_detector(follower.cpu(), out / "export")
    return reached


def gather(recipe: FacesDetectorRecipe, cache: Path) -> list[LabelledPicture]:
    """The labelled pictures for training.

    Raises:
        FileNotFoundError: a folder or a teacher is missing.
    """
    labels = [label_folder(folder, cache, portraits=True) for folder in recipe.data]
    labels += [label_folder(folder, cache, portraits=False) for folder in recipe.photos]
    return load_labelled(labels)
