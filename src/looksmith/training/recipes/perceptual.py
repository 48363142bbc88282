"""Recipe ``perceptual``: distil the VGG-16 teacher into the narrow network that ships.

Feature regression through 1x1 adaptors (FitNets, Romero et al. 2015); each teacher channel is
divided by its standard deviation so that quiet channels count as much as loud ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from looksmith.errors import LooksmithError
from looksmith.training.data.pictures import find_pictures, load_pictures, random_crop
from looksmith.training.export import export_perceptual
from looksmith.training.loop import Note, Progress, RunOptions, fit
from looksmith.training.networks.perceptual import Adaptors, Perceptual
from looksmith.training.networks.vgg import TAPS, VGG16
from looksmith.training.schedule import cosine


@dataclass(frozen=True)
class PerceptualRecipe:
    """Distillation of the teacher into ``perceptual``."""

    data: tuple[Path, ...]
    steps: int = 8000
    batch: int = 12
    size: int = 128
    learning_rate: float = 2e-3
    layer_weights: tuple[float, float, float, float] = (2.0, 1.5, 1.0, 1.0)
    seed: int = 7


class PerceptualTask:
    """The recipe as the loop runs it."""

    def __init__(self, recipe: PerceptualRecipe, teacher: nn.Module | None = None) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe = recipe
        self.teacher = (teacher or VGG16()).eval().to(torch.bfloat16)
        self.pictures = load_pictures(find_pictures(recipe.data), short_side=256)
        self.student = Perceptual()
        self.adaptors = Adaptors()
        self.modules: Mapping[str, nn.Module] = {"student": self.student, "adaptors": self.adaptors}
        parameters = [*self.student.parameters(), *self.adaptors.parameters()]
        self.optimizers: Mapping[str, torch.optim.Optimizer] = {"adam": torch.optim.Adam(parameters)}
        self.deviation = self._deviations()

    @torch.no_grad()
    def _deviations(self) -> dict[str, Tensor]:
        sample = torch.cat([self.batch(-k - 1) for k in range(2)])
        features = self.teacher(sample.to(torch.bfloat16))
        deviation = {tap: x.float().std(dim=(0, 2, 3), keepdim=True) for tap, x in features.items()}
        return {tap: x.clamp_min(0.2 * float(x.mean())) for tap, x in deviation.items()}

    def batch(self, step: int) -> Tensor:
        rng = np.random.default_rng([self.recipe.seed, step & 0xFFFFFFFF])
        crops = []
        for index in rng.integers(0, len(self.pictures), self.recipe.batch):
            crop = random_crop(self.pictures.arrays[index], self.recipe.size, rng, (1.0, 2.0))
            x = crop.astype(np.float32) / 255.0
            if rng.random() < 0.5:  # colour and contrast jitter, so that odd palettes are known too
                x = np.clip((x - 0.5) * rng.uniform(0.6, 1.5, 3) + 0.5 + rng.uniform(-0.2, 0.2, 3), 0, 1)
            if rng.random() < 0.2:
                x = np.clip(x + rng.normal(0, rng.uniform(0, 0.15), x.shape), 0, 1)
            crops.append(x.astype(np.float32))
        return torch.from_numpy(np.stack(crops)).permute(0, 3, 1, 2).contiguous()

    def losses(self, batch: Tensor, step: int) -> dict[str, Tensor]:
        with torch.no_grad():
            wanted = self.teacher(batch.to(torch.bfloat16))
        with torch.autocast(batch.device.type, torch.bfloat16):
            got = self.adaptors(self.student(batch))
        terms = {tap: (got[tap].float() - wanted[tap].float() / self.deviation[tap]).square().mean() for tap in TAPS}
        total = sum(w * terms[tap] for tap, w in zip(TAPS, self.recipe.layer_weights, strict=True))
        return {"total": torch.as_tensor(total), **terms}

    def learning_rate(self, step: int) -> float:
        return cosine(step, self.recipe.steps, self.recipe.learning_rate)


def train(
    recipe: PerceptualRecipe,
    out: Path,
    *,
    resume: bool = True,
    options: RunOptions = RunOptions(device="cpu"),  # noqa: B008  (frozen)
    on_log: Callable[[Progress], None] | None = None,
    on_note: Callable[[Note], None] | None = None,
) -> int:
    """Distil, and export the student to ``out/export``; returns the step reached.

    Raises:
        LooksmithError: the teacher is not installed, or no picture was found.
    """
    try:
        task = PerceptualTask(recipe)
    except FileNotFoundError as error:
        raise LooksmithError(str(error)) from error
    reached = fit(
        task,
        out,
        steps=recipe.steps,
        resume=resume,
        options=options,
        on_log=on_log,
        on_note=on_note,
        gradient_clip=20.0,
    )
    export_perceptual(task.student.cpu(), out / "export")
    return reached
