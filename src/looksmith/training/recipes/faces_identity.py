"""Recipe ``faces-identity``: a small network learns to tell people apart, from a large one and from labelled faces.

What the teacher says of a face is regressed (by angle, and by the angles between the faces of a batch: Park et al.
2019, "Relational knowledge distillation"); labelled people are parted by a margin (Wang et al. 2018, "CosFace").
Mixtures of two aligned faces are people that nobody is: the teacher says who they would be, and the set has no end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from looksmith.errors import LooksmithError
from looksmith.faces.crop import Place
from looksmith.faces.identity import VIEWS, views
from looksmith.training.data.align_faces import align
from looksmith.training.data.aligned_faces import AlignedFaces, disturbed, load, save
from looksmith.training.data.splits import share_of
from looksmith.training.export_people import export_identity
from looksmith.training.loop import Note, Progress, RunOptions, fit
from looksmith.training.networks.dlib_resnet import DlibResNet
from looksmith.training.networks.identity import SIDE, WIDTH, IdentityNetwork
from looksmith.training.networks.layers import channels_last
from looksmith.training.schedule import cosine

HELD_OUT = 0.2
"""Share of people whom training never sees; by the name of their folder."""


@dataclass(frozen=True)
class FacesIdentityRecipe:
    """The network that says who is who.

    Attributes:
        data: folder that holds sets of portraits, such as ``faces/identities`` with a folder for every person.
        prepared: file of aligned faces, made from ``data`` when it is not there; default beside the checkpoints.
        mixed: share of a batch that is mixtures of two faces.
        relation: weight of the angles between faces.
        margin: by which labelled people are parted.
        margin_weight: weight of that.
    """

    data: Path | None = None
    prepared: Path | None = None
    steps: int = 6000
    batch: int = 96
    mixed: float = 0.5
    relation: float = 1.0
    margin: float = 0.2
    margin_weight: float = 0.03
    learning_rate: float = 3e-3
    seed: int = 11


def person_of(name: str) -> str:
    """Who a file shows: its folder in a set of identities, the first part of its name in a set of pairs; else none."""
    if name.startswith("faces/identities/"):
        return name.split("/")[2]
    if name.startswith("makeup/pairs/"):
        return "pair " + name.split("/")[2].split("_")[0]
    return ""


def held_out(name: str) -> bool:
    """Whether a file is for the test: one person's files always go together."""
    return share_of(person_of(name) or name) < HELD_OUT


class FacesIdentityTask:
    """The recipe as the loop runs it."""

    ema = ("student",)
    ema_decay = 0.998
    gradient_clip = 5.0

    def __init__(self, recipe: FacesIdentityRecipe, faces: AlignedFaces, teacher: nn.Module | None = None) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe = recipe
        self.faces = faces.part(np.array([not held_out(str(name)) for name in faces.names]))
        if len(self.faces) < 2:
            raise LooksmithError("there are too few faces", where=recipe.prepared, expected="2 or more to learn from")
        self.teacher = channels_last(teacher or DlibResNet()).eval()
        self.student = channels_last(IdentityNetwork())
        known, counts = np.unique(self.faces.people[self.faces.people >= 0], return_counts=True)
        self.classes = {int(person): k for k, person in enumerate(known[counts >= 2])}
        self.centres = nn.Linear(WIDTH, max(1, len(self.classes)), bias=False)
        self.modules: Mapping[str, nn.Module] = {"student": self.student, "centres": self.centres}
        decayed = [p for p in self.student.parameters() if p.ndim > 1]
        plain = [p for p in self.student.parameters() if p.ndim <= 1]
        self.optimizers: Mapping[str, torch.optim.Optimizer] = {
            "adam": torch.optim.AdamW(
                [
                    {"params": decayed, "weight_decay": 0.05},
                    {"params": [*plain, *self.centres.parameters()], "weight_decay": 0.0},
                ]
            )
        }
        self.mean = torch.from_numpy(self.faces.taught.mean(axis=0))

    def batch(self, step: int) -> dict[str, Tensor]:
        rng = np.random.default_rng([self.recipe.seed, step & 0xFFFFFFFF])
        chosen = self._order(step)
        wide = self.faces.wide[chosen].astype(np.float32) / 255
        random = torch.Generator().manual_seed(int(rng.integers(2**62)))
        labels = np.array([self.classes.get(int(p), -1) for p in self.faces.people[chosen]])
        taught = torch.from_numpy(self.faces.taught[chosen])
        mixed = int(self.recipe.mixed * len(chosen))
        if mixed:
            others = rng.integers(0, len(self.faces), mixed)
            weights = rng.uniform(0.3, 0.7, (mixed, 1, 1, 1)).astype(np.float32)
            wide[:mixed] += weights * (self.faces.wide[others].astype(np.float32) / 255 - wide[:mixed])
            chips = (1 - weights) * self.faces.chips[chosen[:mixed]] + weights * self.faces.chips[others]
            taught[:mixed] = self._taught(torch.from_numpy(chips.astype(np.float32) / 255))
            labels[:mixed] = -1
        faces = disturbed(torch.from_numpy(wide).permute(0, 3, 1, 2), SIDE, random)
        return {"faces": faces, "taught": taught, "labels": torch.from_numpy(labels)}

    @torch.no_grad()
    def _taught(self, chips: Tensor) -> Tensor:
        with torch.autocast(chips.device.type, torch.bfloat16):
            found: Tensor = self.teacher(chips.permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last))
        return found.float()

    def _order(self, step: int) -> np.ndarray:
        """Every face once before any comes again."""
        count, size = len(self.faces), self.recipe.batch
        places = np.arange(step * size, (step + 1) * size)
        rounds = {int(r): np.random.default_rng([self.recipe.seed, int(r), 1]).permutation(count)
                  for r in np.unique(places // count)}  # fmt: skip
        return np.array([rounds[int(p) // count][p % count] for p in places])

    def losses(self, batch: dict[str, Tensor], step: int) -> dict[str, Tensor]:
        faces = batch["faces"].contiguous(memory_format=torch.channels_last)
        with torch.autocast(faces.device.type, torch.bfloat16):
            found = self.student.features(faces)
        found = F.normalize(found.float(), dim=1)
        aim = F.normalize(batch["taught"] - self.mean.to(found.device), dim=1)
        taught = (1 - (found * aim).sum(dim=1)).mean()
        relation = (found @ found.T - aim @ aim.T).square().mean()
        terms = {"taught": taught, "relation": relation}
        total = taught + self.recipe.relation * 10 * relation
        named = batch["labels"] >= 0
        if self.classes and bool(named.any()) and self.recipe.margin_weight > 0:
            labels = batch["labels"][named]
            cosines = found[named] @ F.normalize(self.centres.weight, dim=1).T
            held = F.one_hot(labels, cosines.shape[1]).to(cosines)
            terms["parted"] = F.cross_entropy(32 * (cosines - self.recipe.margin * held), labels)
            total = total + self.recipe.margin_weight * terms["parted"] * float(named.float().mean())
        return {"total": total, **terms}

    def learning_rate(self, step: int) -> float:
        return cosine(step, self.recipe.steps, self.recipe.learning_rate, warm=60, least=0.01)


def prepared_faces(recipe: FacesIdentityRecipe, out: Path) -> AlignedFaces:
    """The aligned faces: read, or made and kept.

    Raises:
        FileNotFoundError, LooksmithError: they are not there and cannot be made.
    """
    path = recipe.prepared or out / "aligned.npz"
    if not path.is_file() and recipe.data is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        teacher = channels_last(DlibResNet()).eval()
        save(align(recipe.data, path.parent / "labels", teacher, person_of), path)
    return load(path)


@torch.no_grad()
def calibrated(network: IdentityNetwork, faces: AlignedFaces) -> dict[str, float]:
    """What similarities of a network mean, on people whom training never saw.

    Args:
        network: trained.
        faces: labelled and others; only held-out people with a name count.

    Returns:
        ``same``: only one of 1,000 pairs of two people reaches it; ``different``: one of 100 pairs of one person falls
        below it, at most ``same``; and ``people``, ``pairs``, ``auc``: how many, and the area under the ROC curve.

    Raises:
        LooksmithError: no two pictures of a held-out person, or no two people.
    """
    chosen = np.array([held_out(str(name)) for name in faces.names], bool) & (faces.people >= 0)
    held = faces.part(chosen)
    alike, other = pair_similarities(embeddings(network, held), held.people)
    if not len(alike) or not len(other):
        raise LooksmithError(
            "too few held-out people to calibrate on", expected="two, one of them twice", got=len(held)
        )
    same, different = float(np.quantile(other, 0.999)), float(np.quantile(alike, 0.01))
    order = np.sort(other)
    below = (np.searchsorted(order, alike, "left") + np.searchsorted(order, alike, "right")) / 2
    return {
        "same": round(same, 4),
        "different": round(min(different, same), 4),
        "people": len(np.unique(held.people)),
        "pairs": len(alike),
        "auc": round(float(below.mean() / len(other)), 4),
    }


@torch.no_grad()
def centre_of(network: IdentityNetwork, faces: AlignedFaces) -> Tensor:
    """What all faces share: the mean of what a network whose ``centre`` is zero says of those that are not held out."""
    kept = faces.part(np.array([not held_out(str(name)) for name in faces.names], bool))
    return torch.from_numpy(embeddings(network, kept).mean(axis=0))


@torch.no_grad()
def embeddings(network: IdentityNetwork, faces: AlignedFaces) -> np.ndarray:
    """As the product makes them: the mean of the views of a face and their mirrored ones, N x 128 of length 1."""
    network = network.eval()
    half = faces.wide.shape[1] / 2
    place = Place(half, half, SIDE, 0.0)
    found = []
    for first in range(0, len(faces), 32):
        crops = np.stack([crop for wide in faces.wide[first : first + 32] for crop in views(wide, place)])
        x = torch.from_numpy(np.ascontiguousarray(crops.transpose(0, 3, 1, 2))).float() / 255
        each = F.normalize(network(x) + network(x.flip(3)), dim=1)
        found.append(F.normalize(each.reshape(-1, len(VIEWS), WIDTH).sum(dim=1), dim=1).numpy())
    return np.concatenate(found) if found else np.zeros((0, WIDTH), np.float32)


def pair_similarities(found: np.ndarray, people: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cosines of all pairs: of one person, and of two."""
    one, two = np.triu_indices(len(found), 1)
    cosines, same = (found @ found.T)[one, two], people[one] == people[two]
    return cosines[same], cosines[~same]


def train(
    recipe: FacesIdentityRecipe,
    out: Path,
    *,
    resume: bool = True,
    options: RunOptions = RunOptions(device="cpu"),  # noqa: B008  (frozen)
    on_log: Callable[[Progress], None] | None = None,
    on_note: Callable[[Note], None] | None = None,
) -> int:
    """Train, calibrate, and export to ``out/export``; returns the step reached.

    Raises:
        LooksmithError: the prepared faces or the teacher are not there.
    """
    try:
        faces = prepared_faces(recipe, out)
        task = FacesIdentityTask(recipe, faces)
    except FileNotFoundError as error:
        raise LooksmithError(str(error)) from error
    followers = {"student": IdentityNetwork().requires_grad_(False)}
    followers["student"].load_state_dict(task.student.state_dict())
    reached = fit(
        task,
        out,
        steps=recipe.steps,
        resume=resume,
        checkpoint_seconds=120,
        options=options,
        on_log=on_log,
        on_note=on_note,
        ema=followers,
    )
    network = followers["student"]
    network.centre.copy_(centre_of(network, faces))
    limits = calibrated(network, faces)
    export_identity(network, out / "export", limits)
    return reached
