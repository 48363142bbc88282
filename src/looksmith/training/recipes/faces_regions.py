"""Recipe ``faces-regions``: a small network learns to take people into parts, near and far.

Few pictures say what every pixel is; many say a little: see ``training.data.region_labels``.  Heads are seen near (the
square that stands on a face) and whole photos from afar, by the same network.
"""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from looksmith.errors import LooksmithError
from looksmith.faces.align import place_of
from looksmith.faces.parts import CROP, HEAD, PARTS
from looksmith.training.data.label_regions import label
from looksmith.training.data.region_labels import Labelled, one_of
from looksmith.training.data.splits import share_of
from looksmith.training.export_people import export_regions
from looksmith.training.loop import Note, Progress, RunOptions, fit
from looksmith.training.networks.layers import channels_last
from looksmith.training.networks.regions import RegionNetwork
from looksmith.training.teachers.selfie import SelfieSegmentation

HELD_OUT = 0.2
SMALL = one_of("lips", "mouth", "eyes", "brows", "ears", "glasses")
"""Parts whose pixels count more, since there are few of them."""


@dataclass(frozen=True)
class FacesRegionsRecipe:
    """The network that knows the parts of people.

    Attributes:
        data: folder that holds the sets, such as ``makeup/parsed`` and ``fashion/street`` with masks.
        prepared: file of labelled pictures, made from ``data`` when it is not there; default beside the checkpoints.
        near: share of heads seen closely.
        exact: share of pictures on which people drew masks.
        small_weight: weight of lips, eyes and other small parts.
    """

    data: Path | None = None
    prepared: Path | None = None
    steps: int = 6000
    batch: int = 16
    near: float = 0.65
    exact: float = 0.5
    small_weight: float = 3.0
    learning_rate: float = 3e-3
    seed: int = 13


def held_out(name: str) -> bool:
    """Whether a picture is for the test; by its name."""
    return share_of(name) < HELD_OUT


def is_exact(name: str) -> bool:
    """Whether people said what every pixel is."""
    return name.startswith(("makeup/parsed/", "fashion/street/"))


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
        made = label(recipe.data, path.parent / "labels", SelfieSegmentation())
        with path.with_suffix(".partial").open("wb") as file:
            pickle.dump(made, file)
        path.with_suffix(".partial").replace(path)
    return load(path)


class FacesRegionsTask:
    """The recipe as the loop runs it."""

    ema = ("network",)
    ema_decay = 0.995
    gradient_clip = 5.0

    def __init__(self, recipe: FacesRegionsRecipe, pictures: Sequence[Labelled]) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe = recipe
        kept = [picture for picture in pictures if not held_out(picture.name)]
        self.exact = [p for p in kept if is_exact(p.name)]
        self.loose = [p for p in kept if not is_exact(p.name)]
        if not self.exact and not self.loose:
            raise LooksmithError("there is no picture to learn from", where=recipe.prepared)
        self.network = channels_last(RegionNetwork())
        self.modules: Mapping[str, nn.Module] = {"network": self.network}
        self.optimizers: Mapping[str, torch.optim.Optimizer] = {
            "adam": torch.optim.AdamW(self.network.parameters(), weight_decay=0.02)
        }

    def batch(self, step: int) -> dict[str, Tensor]:
        rng = np.random.default_rng([self.recipe.seed, step & 0xFFFFFFFF])
        squares, sets = [], []
        for _ in range(self.recipe.batch):
            group = self.exact if self.exact and (not self.loose or rng.random() < self.recipe.exact) else self.loose
            rgb, known = crop_of(group[int(rng.integers(len(group)))], rng, self.recipe.near)
            squares.append(_disturbed(rgb, known, rng))
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
        loss = partial_loss(logits, batch["sets"][:, row::2, column::2], self.recipe.small_weight)
        return {"total": loss}

    def learning_rate(self, step: int) -> float:
        warm = min(1.0, (step + 1) / 60)
        along = min(1.0, step / self.recipe.steps)
        return self.recipe.learning_rate * warm * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * along)))


def partial_loss(logits: Tensor, sets: Tensor, small_weight: float = 1.0) -> Tensor:
    """-log of the probability that a pixel's part is in its set, the mean over pixels of which something is known.

    Args:
        logits: N x parts x H x W.
        sets: N x H x W, whole numbers whose bit k says that part k is possible; 0 says nothing.
        small_weight: weight of pixels whose set holds small parts alone.
    """
    bits = 1 << torch.arange(len(PARTS), device=sets.device, dtype=sets.dtype)
    possible = (sets[:, None] & bits[None, :, None, None]) != 0
    within = torch.logsumexp(logits.masked_fill(~possible, -1e4), dim=1)
    costs = torch.logsumexp(logits, dim=1) - within
    known = sets != 0
    small = known & ((sets & ~SMALL) == 0)
    weights = known.float() * (1 + (small_weight - 1) * small.float())
    return (costs * weights).sum() / weights.sum().clamp_min(1)


def crop_of(picture: Labelled, rng: np.random.Generator, near: float) -> tuple[NDArray[np.uint8], NDArray[np.uint16]]:
    """A square of 256 pixels and what is known of it: round the head, or the whole photo, moved and mirrored."""
    height, width = picture.rgb.shape[:2]
    half = CROP / 2
    if picture.points is not None and rng.random() < near:
        place = place_of(picture.points, HEAD, CROP)
        x, y, side, angle = place.x, place.y, place.side * math.exp(rng.uniform(-0.25, 0.45)), place.angle
        x, y = x + rng.uniform(-0.1, 0.1) * side, y + rng.uniform(-0.1, 0.1) * side
        angle += rng.normal(0, 0.15)
    else:
        side = max(height, width) * math.exp(rng.uniform(-0.5, 0.05))
        x = width / 2 + rng.uniform(-0.5, 0.5) * max(0.0, width - side) + rng.uniform(-0.05, 0.05) * side
        y = height / 2 + rng.uniform(-0.5, 0.5) * max(0.0, height - side) + rng.uniform(-0.05, 0.05) * side
        angle = rng.normal(0, 0.06)
    scale = CROP / side
    turn = scale * np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    if rng.random() < 0.5:
        turn[0] *= -1
    matrix = np.concatenate([turn, (half - turn @ (x, y))[:, None]], axis=1)
    matrix[:, 2] += turn @ (0.5, 0.5) - 0.5  # OpenCV counts from the middles of pixels
    size = (CROP, CROP)
    rgb = picture.rgb
    if scale < 0.7:
        rgb = np.asarray(cv2.GaussianBlur(rgb, (0, 0), 0.4 / scale), np.uint8)
    warped = cv2.warpAffine(rgb, matrix, size, flags=cv2.INTER_LINEAR)
    known = cv2.warpAffine(picture.sets, matrix, size, flags=cv2.INTER_NEAREST)
    return np.asarray(warped, np.uint8), np.asarray(known, np.uint16)


def _disturbed(rgb: NDArray[np.uint8], known: NDArray[np.uint16], rng: np.random.Generator) -> NDArray[np.float32]:
    """Light, skin and hair of other colours, blur, noise, compression; things in front, which ``known`` then says."""
    if rng.random() < 0.25:
        _cover(rgb, known, rng)
    if rng.random() < 0.3:
        less = int(rng.uniform(0.25, 0.8) * CROP)
        smaller = cv2.resize(rgb, (less, less), interpolation=cv2.INTER_AREA)
        rgb = np.asarray(cv2.resize(smaller, (CROP, CROP)), np.uint8)
    if rng.random() < 0.2:
        packed = cv2.imencode(".jpg", rgb, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(20, 80))])[1]
        rgb = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
    x = rgb.astype(np.float32) / 255
    x = np.power(x, math.exp(rng.uniform(-0.5, 0.5)), out=x)
    x = (x - 0.5) * math.exp(rng.uniform(-0.35, 0.3)) + 0.5 + rng.uniform(-0.1, 0.1)
    x *= np.exp(rng.uniform(-0.15, 0.15, 3)).astype(np.float32)
    if rng.random() < 0.1:
        x[:] = x.mean(axis=2, keepdims=True)
    if rng.random() < 0.3:
        x += rng.standard_normal(x.shape, np.float32) * np.float32(rng.uniform(0.005, 0.05))
    return np.asarray(np.clip(x, 0, 1), np.float32)


def _cover(rgb: NDArray[np.uint8], known: NDArray[np.uint16], rng: np.random.Generator) -> None:
    """Something that someone holds in front: a turned ellipse of one colour with grain, or of skin like a hand."""
    middle = tuple(int(v) for v in rng.integers(40, CROP - 40, 2))
    axes = tuple(int(v) for v in rng.integers(12, 60, 2))
    shape = np.zeros((CROP, CROP), np.uint8)
    cv2.ellipse(shape, middle, axes, float(rng.uniform(0, 180)), 0, 360, 1, -1)
    inside = shape > 0
    face = rgb[100:160, 100:156].reshape(-1, 3)
    hand = rng.random() < 0.4
    colour = np.median(face, axis=0) if hand else rng.uniform(0, 255, 3)
    grain = rng.standard_normal((CROP, CROP, 1), np.float32) * rng.uniform(2, 20)
    rgb[inside] = np.clip(colour + np.broadcast_to(grain, rgb.shape)[inside], 0, 255).astype(np.uint8)
    known[inside] = one_of("body") if hand else one_of("other", "clothes", "background")


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
