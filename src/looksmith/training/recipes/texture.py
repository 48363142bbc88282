"""Recipe ``texture``: style encoder and painter, trained together against the VGG teacher.

The photo is first colour-matched to the style in closed form (Monge-Kantorovich; Pitié & Kokaram
2007), so that the painter adds strokes and need not invent colours.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from looksmith.errors import LooksmithError
from looksmith.training.data.painting import PaintingData
from looksmith.training.export_texture import check_parity, export_texture
from looksmith.training.loop import Note, Progress, RunOptions, fit
from looksmith.training.losses.painting import PaintingLoss
from looksmith.training.networks.backbone import Backbone, backbone
from looksmith.training.networks.detail import with_detail
from looksmith.training.networks.perceptual import shipped_perceptual
from looksmith.training.networks.texture import FRAME, Mapping, StyleEncoder, paint, white_noise
from looksmith.training.schedule import cosine


@dataclass(frozen=True)
class TextureRecipe:
    """Training of the ``texture`` network.

    ``photos``, ``portraits``: folders of content; in portraits the middle (the face) counts
    ``face_weight`` times in the content loss.  ``styles``: folders of style pictures.
    ``spacing_weight``: of the demand that marks be spaced as in the style.  ``activity_weight``: of the demand that
    flat areas be painted too.  ``lattice_weight``: of the demand that nothing repeat with the pixels of the decoder.
    ``shading_weight``: of the demand that broad light and dark stay those of the photo in the style's colours.
    ``sharp``: share of the styles that are seen pixel for pixel instead of enlarged.
    ``mapping_rate``, ``encoder_rate``: learning rates of what tells styles apart, as parts of ``learning_rate``.
    ``noise_share``: how much of the noise that it was trained with the exported painter hears.
    ``start``: the checkpoint of an earlier run to start from.
    """

    photos: tuple[Path, ...]
    portraits: tuple[Path, ...]
    styles: tuple[Path, ...]
    steps: int = 9_500
    batch: int = 2
    size: int = 256
    style_size: int = 512
    photo_crops: int = 2
    style_views: int = 2
    recoloured: float = 0.5
    sharp: float = 0.5
    learning_rate: float = 6e-4
    style_weight: float = 3.6
    moment_weight: float = 1.0
    spacing_weight: float = 3.0
    content_weight: float = 1.0
    colour_weight: float = 0.06
    variation_weight: float = 0.05
    lattice_weight: float = 20.0
    activity_weight: float = 0.3
    shading_weight: float = 4.0
    face_weight: float = 4.0
    mapping_rate: float = 0.5
    encoder_rate: float = 0.2
    noise_share: float = 0.35
    teacher: Backbone = "vgg16"
    start: Path | None = None
    seed: int = 11


class TextureTask:
    """The recipe as the loop runs it.

    ``keep``: a folder where what was computed of photos and styles is kept for the next run of the same recipe.
    """

    def __init__(
        self, recipe: TextureRecipe, say: Callable[[str], None] = lambda _line: None, keep: Path | None = None
    ) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe = recipe
        self.teacher = backbone(recipe.teacher).to(torch.bfloat16)
        self.encoder = StyleEncoder()
        self.encoder.start_from(shipped_perceptual().state_dict())
        self.mapping = Mapping()
        self.modules: MappingType[str, nn.Module] = {"encoder": self.encoder, "mapping": self.mapping}
        telling = [*self.mapping.mixture.parameters(), *self.mapping.gains.parameters()]
        known = {id(parameter) for parameter in telling}
        groups: list[dict[str, Any]] = [
            {"params": [parameter for parameter in self.mapping.parameters() if id(parameter) not in known]},
            {"params": telling, "scale": recipe.mapping_rate},
            {"params": [*self.encoder.mlp.parameters(), *self.encoder.norm.parameters()], "scale": recipe.encoder_rate},
            {"params": [*self.encoder.blocks.parameters()], "scale": recipe.encoder_rate / 2},
        ]
        self.optimizers: MappingType[str, torch.optim.Optimizer] = {
            "adam": torch.optim.Adam(groups, betas=(0.9, 0.999))
        }
        self.data = PaintingData(recipe, self.teacher, say, keep)
        self.loss = PaintingLoss(recipe, recipe.seed)
        self.encoder.whiten(self._vectors())

    def whiten(self) -> None:
        """Make the style vectors of the training styles uncorrelated, each number of deviation 1; nothing else changes.

        Each number then has its say at the same learning rate.
        """
        self.mapping.follow(*self.encoder.whiten(self._vectors()))

    @torch.no_grad()
    def _vectors(self) -> Tensor:
        """The style vectors of up to 512 views, as the encoder sees them now."""
        views = [style.view for style in self.data.styles[:: max(1, len(self.data.styles) // 512)]]
        stacks = [torch.stack(views[k : k + 16]) for k in range(0, len(views), 16)]
        return torch.cat([self.encoder(stack.permute(0, 3, 1, 2).float() / 255.0) for stack in stacks])

    def batch(self, step: int) -> dict[str, Tensor]:
        return self.data.batch(step)

    def losses(self, batch: dict[str, Tensor], step: int) -> dict[str, Tensor]:
        with torch.autocast("cpu", torch.bfloat16):
            vector = self.encoder(batch["style"])
        vector = vector.float()
        generator = torch.Generator().manual_seed(self.recipe.seed * 1_000_003 + step)
        painted = with_detail(self._paint(batch, vector, generator), batch["detail"], batch["mean"])
        total, terms = self.loss(painted, self.teacher(painted.to(torch.bfloat16)), batch)
        return {"total": total + 1e-4 * vector.square().mean(), **terms}

    def _paint(self, batch: dict[str, Tensor], vector: Tensor, generator: torch.Generator) -> Tensor:
        """Every photo with its own style's weights."""
        framed = nn.functional.pad(batch["photo"], (FRAME,) * 4, mode="reflect")
        noise = white_noise(len(framed), framed.shape[2], framed.shape[3], generator)
        painted = []
        for k in range(len(framed)):
            weights = self.mapping(vector[k], batch["mean"][k], batch["covariance"][k])
            painted.append(paint(framed[k : k + 1], (noise[0][k : k + 1], noise[1][k : k + 1]), weights))
        return torch.cat(painted)[:, :, FRAME:-FRAME, FRAME:-FRAME]

    def learning_rate(self, step: int) -> float:
        return cosine(step, self.recipe.steps, self.recipe.learning_rate, warm=200)


def train(
    recipe: TextureRecipe,
    out: Path,
    *,
    resume: bool = True,
    options: RunOptions = RunOptions(device="cpu"),  # noqa: B008  (frozen)
    on_log: Callable[[Progress], None] | None = None,
    on_note: Callable[[Note], None] | None = None,
) -> int:
    """Train, and export the exponential moving average to ``out/export``; returns the step reached.

    Raises:
        LooksmithError: the teacher is not installed, or no picture was found.
    """
    try:
        task = TextureTask(recipe, keep=out / "kept")
    except FileNotFoundError as error:
        raise LooksmithError(str(error)) from error
    if recipe.start is not None:
        state = torch.load(recipe.start, map_location="cpu", weights_only=True)["ema"]
        task.encoder.load_state_dict(state["encoder"])
        if "mapping" in state:  # of before there were terms, it has none: they begin as nothing
            begun = {**task.mapping.state_dict(), **state["mapping"]}
            task.mapping.load_state_dict(begun)
        task.whiten()
    ema = {name: copy.deepcopy(module) for name, module in task.modules.items()}
    reached = fit(
        task,
        out,
        steps=recipe.steps,
        resume=resume,
        options=options,
        on_log=on_log,
        on_note=on_note,
        ema=ema,
        gradient_clip=5.0,
    )
    encoder, mapping = ema["encoder"], ema["mapping"]
    assert isinstance(encoder, StyleEncoder) and isinstance(mapping, Mapping)
    mapping.calm(recipe.noise_share)
    export_texture(encoder, mapping, out / "export")
    check_parity(encoder, mapping, out / "export")
    return reached
