"""Recipe ``faces-regions``: a small network learns to take people into parts, near and far.

Few pictures say what every pixel is; many say a little: see ``training.data.region_labels``.  Heads are seen near (the
square that stands on a face), faces closer still, and whole photos from afar, by the same network.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from looksmith.errors import LooksmithError
from looksmith.faces.parts import PARTS
from looksmith.training.data.label_regions import OUTLINED, PARSED, WORN, label
from looksmith.training.data.region_labels import SKIN, Labelled, one_of
from looksmith.training.data.region_squares import crop_of, disturbed, elsewhere
from looksmith.training.data.splits import share_of
from looksmith.training.export_people import export_regions
from looksmith.training.loop import Note, Progress, RunOptions, fit
from looksmith.training.networks.layers import channels_last
from looksmith.training.networks.regions import RegionNetwork, restore, widen
from looksmith.training.schedule import cosine
from looksmith.training.teachers.pose import PoseOutline
from looksmith.training.teachers.selfie import SelfieSegmentation

HELD_OUT = 0.2
SMALL = one_of("lips", "mouth", "eyes", "brows", "ears", "glasses")
"""Parts whose pixels count more, since there are few of them."""
SHARED = ("portraits", "figures", "outlined", "nobody")
"""Groups of pictures whose shares the recipe names; the rest is told by teachers."""
OVERLAPPING = (SKIN, one_of("hair"), one_of("clothes"), one_of(*PARTS[1:]))
"""Regions of which the overlap is learned."""
SHOWN = 8
"""Pixels from which on a picture shows a region."""
BODY = 0.35
"""Smallest part of a photo of a whole figure that is seen, of its longer side."""
SHARP = 0.5
"""Size that blurred squares of whole figures had before, at least: arms would be lost in smaller ones."""


@dataclass(frozen=True)
class FacesRegionsRecipe:
    """The network that knows the parts of people.

    Attributes:
        data: folder that holds the sets, such as ``makeup/parsed`` and ``fashion/street`` with masks.
        prepared: file of labelled pictures, made from ``data`` when it is not there; default beside the checkpoints.
        start: what to begin with: an exported file such as the one that ships (``.onnx``), or a checkpoint of a network
            as wide or narrower; None begins anew.
        near: share of heads seen closely, every other one of them closer still where it is large enough.
        portraits: share of portraits on which people drew masks.
        figures: share of whole figures on which they did.
        outlined: share of whole figures on which a teacher drew the outline.
        nobody: share of photos without people.
        figures_near: share of heads seen closely among whole figures.
        figures_body: share of squares on bodies among them, as the network sees them in use; the others are whole
            photos or parts of them.
        small_weight: weight of lips, eyes and other small parts.
        bare_weight: weight of skin and hair, of which there is little on whole figures.
        overlap_weight: weight of the overlap of skin, hair, clothes and people, each picture's own.
    """

    data: Path | None = None
    prepared: Path | None = None
    start: Path | None = None
    steps: int = 16000
    batch: int = 16
    near: float = 0.65
    portraits: float = 0.12
    figures: float = 0.5
    outlined: float = 0.1
    nobody: float = 0.12
    figures_near: float = 0.3
    figures_body: float = 0.45
    small_weight: float = 3.0
    bare_weight: float = 2.0
    overlap_weight: float = 0.5
    learning_rate: float = 3e-3
    seed: int = 13


def held_out(name: str) -> bool:
    """Whether a picture is for the test; by its name."""
    return share_of(name) < HELD_OUT


def group_of(picture: Labelled) -> str:
    """``portraits`` and ``figures`` are those of which people said what every pixel is; ``outlined`` figures of which a
    teacher says the outline; ``nobody``, ``told``."""
    for folder, group in ((PARSED, "portraits"), (WORN, "figures"), *((folder, "outlined") for folder in OUTLINED)):
        if picture.name.startswith(f"{folder}/"):
            return group
    return "nobody" if (picture.sets == one_of("background")).all() else "told"


def load(path: Path) -> list[Labelled]:
    """Prepared pictures, from a file that this recipe's author made (it is a pickle: read none of strangers).

    Raises:
        LooksmithError: it is not there.
    """
    try:
        with path.open("rb") as file:
            held: list[Labelled] = pickle.load(file)
            return held
    except OSError as error:
        raise LooksmithError("there are no prepared pictures", where=path, got=str(error)) from error


def prepared_pictures(recipe: FacesRegionsRecipe, out: Path) -> list[Labelled]:
    """The labelled pictures: read, or made and kept.

    Raises:
        FileNotFoundError, LooksmithError: they are not there and cannot be made.
    """
    path = recipe.prepared or out / "labelled.pkl"
    if not path.is_file() and recipe.data is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        pose = PoseOutline()
        made = label(recipe.data, path.parent / "labels", SelfieSegmentation(), figure=pose, anybody=pose.presence)
        with path.with_suffix(".partial").open("wb") as file:
            pickle.dump(made, file)
        path.with_suffix(".partial").replace(path)
    return load(path)


class FacesRegionsTask:
    """The recipe as the loop runs it."""

    ema = ("network",)
    ema_decay = 0.998
    gradient_clip = 5.0

    def __init__(self, recipe: FacesRegionsRecipe, pictures: Sequence[Labelled]) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe = recipe
        kept = [picture for picture in pictures if not held_out(picture.name)]
        if not kept:
            raise LooksmithError("there is no picture to learn from", where=recipe.prepared)
        self.groups: dict[str, list[Labelled]] = {}
        for picture in kept:
            self.groups.setdefault(group_of(picture), []).append(picture)
        shares = {name: float(getattr(recipe, name)) for name in SHARED}
        shares["told"] = max(0.0, 1 - sum(shares.values()))
        self.names = sorted(self.groups)
        wanted = np.array([shares[name] for name in self.names]) + 1e-9
        self.shares = wanted / wanted.sum()
        self.network = RegionNetwork()
        if recipe.start is not None and recipe.start.suffix == ".onnx":
            restore(self.network, recipe.start, self.batch(0)["squares"])
        elif recipe.start is not None:
            widen(self.network, torch.load(recipe.start, map_location="cpu", weights_only=True)["ema"]["network"])
        channels_last(self.network)
        self.modules: Mapping[str, nn.Module] = {"network": self.network}
        self.optimizers: Mapping[str, torch.optim.Optimizer] = {
            "adam": torch.optim.AdamW(self.network.parameters(), weight_decay=0.02)
        }

    def batch(self, step: int) -> dict[str, Tensor]:
        rng = np.random.default_rng([self.recipe.seed, step & 0xFFFFFFFF])
        squares, sets = [], []
        for _ in range(self.recipe.batch):
            name = self.names[int(rng.choice(len(self.names), p=self.shares))]
            group, worn = self.groups[name], name in ("figures", "outlined")
            near, body = (self.recipe.figures_near, self.recipe.figures_body) if worn else (self.recipe.near, 0.0)
            rgb, known = crop_of(group[int(rng.integers(len(group)))], rng, near, BODY if worn else 0.5, body)
            if rng.random() < 0.35 and (nobody := self.groups.get("nobody")):
                behind, _ = crop_of(nobody[int(rng.integers(len(nobody)))], rng, 0)
                rgb = elsewhere(rgb, known, behind)
            squares.append(disturbed(rgb, known, rng, SHARP if worn else 0.25))
            sets.append(known[1::2, 1::2].astype(np.int32))
        return {
            "squares": torch.from_numpy(np.stack(squares)).permute(0, 3, 1, 2),
            "sets": torch.from_numpy(np.stack(sets)),
        }

    def losses(self, batch: dict[str, Tensor], step: int) -> dict[str, Tensor]:
        squares = batch["squares"].contiguous(memory_format=torch.channels_last)
        with torch.autocast(squares.device.type, torch.bfloat16):
            packed = self.network.packed(squares)
        row, column = divmod(step % 4, 2)  # a quarter of the pixels, another one every step
        logits = packed[:, 2 * row + column :: 4].float()
        sets = batch["sets"][:, row::2, column::2]
        cost = partial_loss(logits, sets, self.recipe.small_weight, self.recipe.bare_weight)
        missed = overlap_loss(logits, sets)
        return {"total": cost + self.recipe.overlap_weight * missed, "parts": cost, "overlap": missed}

    def learning_rate(self, step: int) -> float:
        return cosine(step, self.recipe.steps, self.recipe.learning_rate, warm=60, least=0.01)


def partial_loss(logits: Tensor, sets: Tensor, small_weight: float = 1.0, bare_weight: float = 1.0) -> Tensor:
    """-log of the probability that a pixel's part is in its set, the mean over pixels of which something is known.

    Args:
        logits: N x parts x H x W.
        sets: N x H x W, whole numbers whose bit k says that part k is possible; 0 says nothing.
        small_weight: weight of pixels whose set holds small parts alone.
        bare_weight: weight of pixels whose set holds skin or hair alone, small parts among them.
    """
    bits = 1 << torch.arange(len(PARTS), device=sets.device, dtype=sets.dtype)
    possible = (sets[:, None] & bits[None, :, None, None]) != 0
    within = torch.logsumexp(logits.masked_fill(~possible, -1e4), dim=1)
    costs = torch.logsumexp(logits, dim=1) - within
    known = sets != 0
    small = known & ((sets & ~SMALL) == 0)
    bare = (known & (((sets & ~SKIN) == 0) | (sets == one_of("hair")))) & ~small
    weights = known.float() * (1 + (small_weight - 1) * small.float() + (bare_weight - 1) * bare.float())
    return (costs * weights).sum() / weights.sum().clamp_min(1)


def overlap_loss(logits: Tensor, sets: Tensor) -> Tensor:
    """1 - the soft overlap of regions with what is known of them, the mean over those that a picture shows.

    Of each picture on its own, so that an arm far away counts as much as a face seen closely (Milletari, Navab & Ahmadi
    2016).  Pixels that may or may not be of a region say nothing about it.

    Args:
        logits: N x parts x H x W.
        sets: N x H x W, as for :func:`partial_loss`.
    """
    chances = torch.softmax(logits, dim=1)
    costs, counts = [], []
    for region in OVERLAPPING:
        parts = [index for index in range(len(PARTS)) if region >> index & 1]
        inside = ((sets & region) != 0) & ((sets & ~region) == 0)
        known = (inside | ((sets & region) == 0)) & (sets != 0)
        found, wanted = chances[:, parts].sum(dim=1) * known, inside.float()
        both, sizes = (found * wanted).sum(dim=(1, 2)), (found + wanted).sum(dim=(1, 2))
        shown = (wanted.sum(dim=(1, 2)) >= SHOWN).float()
        costs.append((1 - 2 * both / sizes.clamp_min(1e-6)) * shown)
        counts.append(shown)
    return torch.stack(costs).sum() / torch.stack(counts).sum().clamp_min(1)


def train(
    recipe: FacesRegionsRecipe,
    out: Path,
    *,
    resume: bool = True,
    options: RunOptions = RunOptions(device="cpu"),  # noqa: B008  (frozen)
    on_log: Callable[[Progress], None] | None = None,
    on_note: Callable[[Note], None] | None = None,
) -> int:
    """Train, and export to ``out/export``; returns the step reached.

    Raises:
        LooksmithError: the prepared pictures are not there.
    """
    try:
        task = FacesRegionsTask(recipe, prepared_pictures(recipe, out))
    except FileNotFoundError as error:
        raise LooksmithError(str(error)) from error
    follower = RegionNetwork().requires_grad_(False)
    follower.load_state_dict(task.network.state_dict())
    reached = fit(
        task,
        out,
        steps=recipe.steps,
        resume=resume,
        checkpoint_seconds=120,
        options=options,
        on_log=on_log,
        on_note=on_note,
        ema={"network": follower},
    )
    export_regions(follower, out / "export")
    return reached


def overlap(found: NDArray[np.bool_], wanted: NDArray[np.bool_]) -> float:
    """Intersection over union of two masks; 1 when both are empty."""
    either = int((found | wanted).sum())
    return int((found & wanted).sum()) / either if either else 1.0
