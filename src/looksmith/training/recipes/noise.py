"""Recipe ``noise``: pictures from noise (StyleGAN2 in small, Karras et al. 2020).

total, generator      −E[log σ(D(G(z)))], the non-saturating loss (or another form)
total, discriminator  −E[log σ(D(x))] − E[log(1 − σ(D(G(z))))] + r1_weight · R1, R1 at every r1_every-th step
                      + projected_weight times the same for a discriminator on frozen features (hinge), when asked for

Both see their pictures through differentiable augmentation, whose probability adapts itself.  The exponential moving
average of the generator is what is exported.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from looksmith.training.adversary import Adversary, chance, discriminator_terms, scores_per_picture
from looksmith.training.data.augment import NOTHING, Augment
from looksmith.training.data.batches import draw, to_look_at, to_unit
from looksmith.training.data.stock import Stock, split_sources
from looksmith.training.deliver import Deliverable
from looksmith.training.losses.adversarial import Form, generator_loss, middle
from looksmith.training.networks.augmentation import AdaptiveAugmentation
from looksmith.training.networks.layers import channels_last
from looksmith.training.networks.projected import ProjectedDiscriminator
from looksmith.training.networks.stylegan import StyleDiscriminator, StyleGenerator
from looksmith.training.schedule import constant_then_linear

WIDTHS = {"light": (96, 16), "reference": (256, 32)}
"""Channels, and the side in pixels above which they are halved."""


@dataclass(frozen=True)
class NoiseRecipe:
    """Learn to make pictures like those of a folder from noise.

    Attributes:
        data: folders, lists or shards of pictures.
        preset: light (0.6 M parameters, for processors) or reference (5 M at 128 pixels).
        size: side of the pictures in pixels, a power of two.
        steps: how long.
        batch: pictures a step, best a multiple of four.
        learning_rate: of Adam; constant, then down over the last fifth.
        discriminator_rate: times as fast moves the discriminator.
        form: of the adversarial loss.
        r1_weight: of R1 on the discriminator.
        r1_every: steps from one R1 to the next.
        noise: numbers that a picture is made of.
        mixing: share of the pictures that take their finer styles from another noise (style mixing).
        augment: adaptive augmentation for the discriminator; off leaves the pictures alone.
        augment_target: mean sign of its scores of real pictures that the augmentation keeps to.
        augment_pictures: pictures from no augmentation to full.
        projected_weight: of the discriminator on EfficientNet-Lite0's features (needs its package); 0 is none.
        zoom: crops are magnified by up to this.
        mirror: share of mirrored crops.
        ema_decay: of the followed weights, which are exported.
        seed: of everything random.
    """

    data: tuple[Path, ...]
    preset: Literal["light", "reference"] = "light"
    size: int = 64
    steps: int = 10_000
    batch: int = 8
    learning_rate: float = 2e-3
    discriminator_rate: float = 1.0
    form: Form = "non_saturating"
    r1_weight: float = 1.0
    r1_every: int = 16
    noise: int = 64
    mixing: float = 0.5
    augment: bool = True
    augment_target: float = 0.6
    augment_pictures: int = 30_000
    projected_weight: float = 0.0
    zoom: float = 1.0
    mirror: float = 0.5
    ema_decay: float = 0.998
    seed: int = 1


class NoiseTask:
    """The recipe as the loop runs it."""

    updates: tuple[str, ...] = ("discriminator", "generator")
    ema = ("generator",)
    gradient_clip = 10.0

    def __init__(self, recipe: NoiseRecipe) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe, self.ema_decay = recipe, recipe.ema_decay
        self.knobs = {"r1": 1.0, "augment": 1.0}
        parts = split_sources(recipe.data)
        self.sets = {"pictures": parts}
        self.stock = Stock(parts.train, short_side=2 * recipe.size)
        self.looked_at = Stock(to_look_at(parts), short_side=2 * recipe.size)
        width, taper = WIDTHS[recipe.preset]
        self.generator = StyleGenerator(recipe.size, width, recipe.noise, min(width, 128), taper=taper)
        self.discriminator = StyleDiscriminator(recipe.size, width, taper=taper)
        for network in (self.generator, self.discriminator):
            channels_last(network)
        self.augmentation = AdaptiveAugmentation(recipe.augment_target, recipe.augment_pictures)
        modules: dict[str, nn.Module] = {
            "generator": self.generator,
            "discriminator": self.discriminator,
            "augmentation": self.augmentation,
        }
        judges = list(self.discriminator.parameters())
        if recipe.projected_weight:
            self.projected = ProjectedDiscriminator(seed=recipe.seed)
            modules["projected"] = self.projected
            judges += [p for p in self.projected.parameters() if p.requires_grad]
        self.modules: Mapping[str, nn.Module] = modules
        self.optimizers: Mapping[str, torch.optim.Optimizer] = {
            "generator": torch.optim.Adam(self.generator.parameters(), betas=(0.0, 0.99)),
            "discriminator": torch.optim.Adam(
                [{"params": judges, "scale": recipe.discriminator_rate}], betas=(0.0, 0.99)
            ),
        }

    def batch(self, step: int) -> dict[str, Tensor]:
        return self._draw(self.stock, Augment(zoom=(1.0, self.recipe.zoom), mirror=self.recipe.mirror), 0, step)

    def held_out(self, step: int) -> dict[str, Tensor]:
        return self._draw(self.looked_at, NOTHING, 1, step)

    def _draw(self, stock: Stock, augment: Augment, purpose: int, step: int) -> dict[str, Tensor]:
        recipe = self.recipe
        real, _ = draw(stock, recipe.batch, recipe.size, augment, np.random.default_rng([recipe.seed, purpose, step]))
        numbers = chance(recipe.seed, step, purpose)
        shape = (recipe.batch, recipe.noise)
        return {
            "real": real,
            "noise": torch.randn(shape, generator=numbers),
            "other": torch.randn(shape, generator=numbers),
        }

    def update(self, name: str, batch: dict[str, Tensor], step: int) -> dict[str, Tensor]:
        recipe = self.recipe
        numbers = chance(recipe.seed, step, 2 if name == "generator" else 3)
        mixed = float(torch.rand((), generator=numbers)) < recipe.mixing
        place = int(torch.randint(1, self.generator.synthesis.styles, (), generator=numbers)) if mixed else None
        other = batch["other"] if mixed else None
        if name == "generator":
            made = self.generator(batch["noise"], other=other, crossover=place, generator=numbers)
            self.generator.follow_centre(batch["noise"])
            terms = {
                "adversarial": generator_loss(self.discriminator(self._varied(made, numbers)).float(), recipe.form)
            }
            total = terms["adversarial"]
            if recipe.projected_weight:
                terms["projected"] = generator_loss(self.projected(made).float(), "hinge")
                total = total + recipe.projected_weight * terms["projected"]
            return {"total": total, **terms}
        with torch.no_grad():
            made = self.generator(batch["noise"], other=other, crossover=place, generator=numbers)
        how = Adversary(recipe.form, recipe.r1_weight * self.knobs["r1"], recipe.r1_every)
        real_scores: list[Tensor] = []

        def score(pictures: Tensor) -> Tensor:
            scores: Tensor = self.discriminator(self._varied(pictures, numbers))
            real_scores.append(scores.detach())
            return scores

        terms = discriminator_terms(score, batch["real"], made, step, how, numbers)
        if recipe.augment:
            self.augmentation.adapt(real_scores[0] - middle(recipe.form))
            terms["augmented"] = self.augmentation.probability.clone()
        if recipe.projected_weight:
            judged = discriminator_terms(self.projected, batch["real"], made, step, Adversary("hinge"), numbers)
            terms["projected"] = judged["adversarial"]
            terms["total"] = terms["total"] + recipe.projected_weight * judged["total"]
        return terms

    def _varied(self, pictures: Tensor, numbers: torch.Generator) -> Tensor:
        if not self.recipe.augment:
            return pictures
        varied: Tensor = self.augmentation(pictures, numbers, self.knobs["augment"])
        return varied

    def samples(self, batch: dict[str, Tensor], modules: Mapping[str, nn.Module]) -> dict[str, Tensor]:
        made = modules["generator"](batch["noise"])
        judge = modules["discriminator"]
        return {
            "output": to_unit(made),
            "real": to_unit(batch["real"]),
            "score_real": scores_per_picture(judge, batch["real"], self.recipe.form),
            "score_fake": scores_per_picture(judge, made, self.recipe.form),
        }

    def learning_rate(self, step: int) -> float:
        return constant_then_linear(step, self.recipe.steps, self.recipe.learning_rate, share=0.2)

    def deliver(self, modules: Mapping[str, nn.Module]) -> dict[str, Deliverable]:
        network = FromNoise(copy.deepcopy(modules["generator"]))
        truncation = torch.tensor([[0.7]])
        return {
            "noise": Deliverable(
                network,
                kind="noise",
                size=self.recipe.size,
                conditions={"truncation": truncation},
                noise=self.recipe.noise,
            )
        }


class FromNoise(nn.Module):
    """The generator as it leaves the workshop: noise N x C and truncation N x 1 to N x 3 x H x W sRGB in [0, 1]."""

    def __init__(self, generator: nn.Module) -> None:
        super().__init__()
        self.generator = generator.eval()

    def forward(self, noise: Tensor, truncation: Tensor) -> Tensor:
        made: Tensor = self.generator(noise, truncation=truncation[:, :, None])
        return ((made + 1) / 2).clamp(0, 1)
