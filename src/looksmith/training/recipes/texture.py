"""Recipe ``texture``: style encoder and painter, trained together against the VGG teacher.

The photo is first colour-matched to the style in closed form (Monge-Kantorovich; Pitié & Kokaram
2007), so that the painter adds strokes and need not invent colours.  Photos are crops of pictures as they are
at use (short side up to ``2 * size`` pixels), styles are whole pictures of ``style_size`` pixels: strokes keep their
size.  What the losses compare with (Gram matrices, moments, spacing, colours of every style; content features of every
photo) never changes, so it is computed once and kept, on disk too.
"""

from __future__ import annotations

import copy
import hashlib
import math
from collections.abc import Callable, Iterator
from collections.abc import Mapping as MappingType
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from looksmith.errors import LooksmithError
from looksmith.training.data.pictures import find_pictures, load_pictures, random_crop
from looksmith.training.export_texture import check_parity, export_texture
from looksmith.training.loop import Note, Progress, RunOptions, fit
from looksmith.training.losses.colour import rgb_to_lab, sliced_wasserstein
from looksmith.training.losses.content import cosine_content, instance_normalised
from looksmith.training.losses.smoothness import lattice, total_variation
from looksmith.training.losses.style import (
    autocorrelation,
    gram,
    local_deviations,
    missing_activity,
    moments,
    relative_gram,
    relative_moments,
    spacing,
)
from looksmith.training.networks.backbone import Backbone, backbone
from looksmith.training.networks.perceptual import shipped_perceptual
from looksmith.training.networks.texture import FRAME, Mapping, StyleEncoder, paint, white_noise

_CONTENT_TAPS = ("relu3_3", "relu4_3")
_SAMPLES = 2048
_GENTLE_ABOVE = 1.0
"""Relative distances beyond this pull gently: almost blank styles are this far from everything."""

_SPACED = ("relu2_2", "relu3_3")
_CELLS = {"relu2_2": 24, "relu3_3": 12, "relu4_3": 6}
"""Windows of 48 pixels of the picture, in pixels of each feature map."""


@dataclass(frozen=True)
class TextureRecipe:
    """Training of the ``texture`` network.

    ``photos``, ``portraits``: folders of content; in portraits the middle (the face) counts
    ``face_weight`` times in the content loss.  ``styles``: folders of style pictures.
    ``spacing_weight``: of the demand that marks be spaced as in the style.  ``activity_weight``: of the demand that
    flat areas be painted too.  ``lattice_weight``: of the demand that nothing repeat with the pixels of the decoder.
    ``mapping_rate``, ``encoder_rate``: learning rates of what tells styles apart, as parts of ``learning_rate``.
    ``start``: the checkpoint of an earlier run to start from.
    """

    photos: tuple[Path, ...]
    portraits: tuple[Path, ...]
    styles: tuple[Path, ...]
    steps: int = 6_500
    batch: int = 2
    size: int = 256
    style_size: int = 512
    photo_crops: int = 2
    style_views: int = 2
    learning_rate: float = 6e-4
    style_weight: float = 2.5
    moment_weight: float = 1.5
    spacing_weight: float = 3.0
    content_weight: float = 1.0
    colour_weight: float = 0.06
    variation_weight: float = 0.05
    lattice_weight: float = 20.0
    activity_weight: float = 0.3
    face_weight: float = 4.0
    mapping_rate: float = 0.5
    encoder_rate: float = 0.2
    teacher: Backbone = "vgg16"
    start: Path | None = None
    seed: int = 11


@dataclass
class _Photo:
    rgb: Tensor
    features: dict[str, Tensor]
    portrait: bool


@dataclass
class _Style:
    view: Tensor
    grams: dict[str, Tensor]
    moments: dict[str, Tensor]
    spacing: dict[str, Tensor]
    activity: dict[str, Tensor]
    samples: Tensor
    mean: Tensor
    covariance: Tensor


def monge_kantorovich(
    mean: NDArray[np.float64],
    covariance: NDArray[np.float64],
    to_mean: NDArray[np.float64],
    to_cov: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The linear map x -> A x + b that moves one Gaussian onto another at least cost."""
    w, v = np.linalg.eigh(covariance + 1e-4 * np.eye(3))
    root = (v * np.sqrt(np.maximum(w, 1e-8))) @ v.T
    inverse = (v / np.sqrt(np.maximum(w, 1e-8))) @ v.T
    w2, v2 = np.linalg.eigh(root @ (to_cov + 1e-6 * np.eye(3)) @ root)
    a = inverse @ ((v2 * np.sqrt(np.maximum(w2, 0))) @ v2.T) @ inverse
    return a, to_mean - a @ mean


class TextureTask:
    """The recipe as the loop runs it.

    ``keep``: a folder where what was computed of photos and styles is kept for the next run of the same recipe.
    """

    def __init__(
        self, recipe: TextureRecipe, say: Callable[[str], None] = lambda _line: None, keep: Path | None = None
    ) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe = recipe
        self.teacher = backbone(recipe.teacher).to(torch.bfloat16)
        self.encoder = StyleEncoder()
        self.encoder.start_from(shipped_perceptual().state_dict())
        self.mapping = Mapping()
        self.modules: MappingType[str, nn.Module] = {"encoder": self.encoder, "mapping": self.mapping}
        groups: list[dict[str, Any]] = [
            {"params": [p for n, p in self.mapping.named_parameters() if not n.startswith(("mixture", "gains"))]},
            {
                "params": [*self.mapping.mixture.parameters(), *self.mapping.gains.parameters()],
                "scale": recipe.mapping_rate,
            },
            {"params": [*self.encoder.mlp.parameters(), *self.encoder.norm.parameters()], "scale": recipe.encoder_rate},
            {"params": [*self.encoder.blocks.parameters()], "scale": recipe.encoder_rate / 2},
        ]
        self.optimizers: MappingType[str, torch.optim.Optimizer] = {"adam": torch.optim.Adam(groups, betas=(0.9, 0.999))}
        self.photos: list[_Photo] = self._kept(keep, "photos", _Photo, self._remember_photos)
        say(f"{len(self.photos)} photo crops")
        self.styles: list[_Style] = self._kept(keep, "styles", _Style, self._remember_styles)
        say(f"{len(self.styles)} style views")
        self.encoder.whiten(self._vectors())
        directions = np.random.default_rng(recipe.seed).normal(size=(32, 3))
        self.directions = torch.from_numpy(
            (directions / np.linalg.norm(directions, axis=1, keepdims=True)).astype(np.float32)
        )
        y, x = np.mgrid[0:64, 0:64] / 63.0
        oval = np.exp(-2.0 * (((x - 0.5) / 0.32) ** 2 + ((y - 0.52) / 0.42) ** 2) ** 2)
        self.face = torch.from_numpy((1.0 + (recipe.face_weight - 1.0) * oval).astype(np.float32))
        self._pool = ThreadPoolExecutor(1)
        self._next: tuple[int, Future[dict[str, Tensor]]] | None = None

    def _kept(self, keep: Path | None, name: str, kind: type[Any], make: Callable[[], list[Any]]) -> list[Any]:
        """What ``make`` gives, from disk if the same recipe made it before."""
        if keep is None:
            return make()
        recipe = self.recipe
        asked = (name, recipe.photos, recipe.portraits, recipe.styles, recipe.size, recipe.style_size,
                 recipe.photo_crops, recipe.style_views, recipe.teacher, recipe.seed)  # fmt: skip
        path = keep / f"{name}-{hashlib.sha256(repr(asked).encode()).hexdigest()[:12]}.pt"
        if not path.exists():
            keep.mkdir(parents=True, exist_ok=True)
            torch.save([vars(item) for item in make()], path.with_suffix(".part"))
            path.with_suffix(".part").rename(path)
        return [kind(**fields) for fields in torch.load(path, mmap=True, weights_only=True)]

    def whiten(self) -> None:
        """Make the style vectors of the training styles uncorrelated, each number of deviation 1; nothing else changes.

        Each number then has its say at the same learning rate.
        """
        self.mapping.follow(*self.encoder.whiten(self._vectors()))

    @torch.no_grad()
    def _vectors(self) -> Tensor:
        """The style vectors of up to 512 views, as the encoder sees them now."""
        views = [style.view for style in self.styles[:: max(1, len(self.styles) // 512)]]
        stacks = [torch.stack(views[k : k + 16]) for k in range(0, len(views), 16)]
        return torch.cat([self.encoder(stack.permute(0, 3, 1, 2).float() / 255.0) for stack in stacks])

    @torch.no_grad()
    def _features(self, pictures: list[NDArray[np.uint8]]) -> Iterator[dict[str, Tensor]]:
        """The teacher's features of each picture (all of one size), a few at a time."""
        for start in range(0, len(pictures), 4):
            stack = torch.from_numpy(np.stack(pictures[start : start + 4])).permute(0, 3, 1, 2)
            features = self.teacher((stack.float() / 255.0).to(torch.bfloat16))
            for k in range(len(stack)):
                yield {tap: f[k : k + 1].float() for tap, f in features.items()}

    def _remember_photos(self) -> list[_Photo]:
        kept = []
        for folders, portrait in ((self.recipe.photos, False), (self.recipe.portraits, True)):
            crops = []
            for k, picture in enumerate(load_pictures(find_pictures(folders), 512).arrays):
                for j in range(1 if portrait else self.recipe.photo_crops):
                    rng = np.random.default_rng([self.recipe.seed, 1, int(portrait), k, j])
                    crops.append(random_crop(picture, self.recipe.size, rng, (1.0, 1.6) if portrait else (1.2, 2.1)))
            for crop, features in zip(crops, self._features(crops), strict=True):
                content = {t: instance_normalised(features[t])[0].to(torch.bfloat16) for t in _CONTENT_TAPS}
                kept.append(_Photo(torch.from_numpy(crop), content, portrait))
        return kept

    def _remember_styles(self) -> list[_Style]:
        views = []
        for k, picture in enumerate(load_pictures(find_pictures(self.recipe.styles), 512).arrays):
            for j in range(self.recipe.style_views):
                rng = np.random.default_rng([self.recipe.seed, 2, k, j])
                view = random_crop(picture, self.recipe.style_size, rng, (1.0, 1.0) if j == 0 else (1.1, 1.7))
                views.append(_recolour(view, rng) if j and rng.random() < 0.5 else view)
        kept = []
        for k, (view, features) in enumerate(zip(views, self._features(views), strict=True)):
            rng = np.random.default_rng([self.recipe.seed, 4, k])
            small = cv2.resize(view, (128, 128), interpolation=cv2.INTER_AREA).reshape(-1, 3)
            chosen = small[rng.permutation(len(small))[:_SAMPLES]].astype(np.float32) / 255.0
            pixels = view.reshape(-1, 3).astype(np.float32) / 255.0
            kept.append(
                _Style(
                    view=torch.from_numpy(cv2.resize(view, (256, 256), interpolation=cv2.INTER_AREA)),
                    grams={t: gram(f)[0].to(torch.bfloat16) for t, f in features.items()},
                    moments={t: moments(f)[0] for t, f in features.items()},
                    spacing={t: autocorrelation(features[t])[0] for t in _SPACED},
                    activity={t: local_deviations(features[t], c)[0].mean((1, 2)) for t, c in _CELLS.items()},
                    samples=rgb_to_lab(torch.from_numpy(chosen.T.copy())[None])[0],
                    mean=torch.from_numpy(pixels.mean(0)),
                    covariance=torch.from_numpy(np.cov(pixels.T).astype(np.float32)),
                )
            )
        return kept

    def batch(self, step: int) -> dict[str, Tensor]:
        made = self._next[1].result() if self._next is not None and self._next[0] == step else self._make(step)
        self._next = (step + 1, self._pool.submit(self._make, step + 1))
        return made

    def _make(self, step: int) -> dict[str, Tensor]:
        rng = np.random.default_rng([self.recipe.seed, 3, step])
        photos = [self.photos[i] for i in rng.integers(0, len(self.photos), self.recipe.batch)]
        styles = [self.styles[i] for i in rng.integers(0, len(self.styles), self.recipe.batch)]
        matched = []
        for photo, style in zip(photos, styles, strict=True):
            x = photo.rgb.numpy().reshape(-1, 3).astype(np.float64) / 255.0
            covariance = style.covariance.numpy().astype(np.float64)
            a, b = monge_kantorovich(x.mean(0), np.cov(x.T), style.mean.numpy().astype(np.float64), covariance)
            matched.append(np.clip(x @ a.T + b, 0, 1).reshape(tuple(photo.rgb.shape)).astype(np.float32))
        small = self.recipe.size // 2
        batch = {
            "photo": torch.from_numpy(np.stack(matched)).permute(0, 3, 1, 2).contiguous(),
            "style": torch.stack([s.view for s in styles]).permute(0, 3, 1, 2).float() / 255.0,
            "mean": torch.stack([s.mean for s in styles]),
            "covariance": torch.stack([s.covariance for s in styles]),
            "lab": torch.stack([s.samples for s in styles]),
            "places": torch.from_numpy(rng.choice(small * small, min(_SAMPLES, small * small), replace=False)),
            "portrait": torch.tensor([p.portrait for p in photos]),
        }
        for tap in _CONTENT_TAPS:
            batch[f"content.{tap}"] = torch.stack([p.features[tap] for p in photos])
        for part, per_style in (
            ("gram", [s.grams for s in styles]),
            ("moments", [s.moments for s in styles]),
            ("spacing", [s.spacing for s in styles]),
            ("activity", [s.activity for s in styles]),
        ):
            for tap in per_style[0]:
                batch[f"{part}.{tap}"] = torch.stack([known[tap] for known in per_style]).float()
        return batch

    def losses(self, batch: dict[str, Tensor], step: int) -> dict[str, Tensor]:
        recipe = self.recipe
        with torch.autocast("cpu", torch.bfloat16):
            vector = self.encoder(batch["style"])
        vector = vector.float()
        generator = torch.Generator().manual_seed(recipe.seed * 1_000_003 + step)
        painted = self._paint(batch, vector, generator)
        features = self.teacher(painted.to(torch.bfloat16))
        contents = _part(batch, "content.")
        weight = torch.ones(len(painted), 1, 64, 64)
        weight[batch["portrait"], 0] = self.face
        small = nn.functional.avg_pool2d(painted, 2).flatten(2)[:, :, batch["places"]]
        terms = {
            "style": relative_gram(features, _part(batch, "gram."), _GENTLE_ABOVE),
            "moments": relative_moments(features, _part(batch, "moments."), _GENTLE_ABOVE),
            "spacing": spacing(features, _part(batch, "spacing.")),
            "content": cosine_content({k: features[k] for k in contents}, contents, weight),
            "colour": sliced_wasserstein(rgb_to_lab(small), batch["lab"], self.directions),
            "variation": total_variation(painted),
            "lattice": lattice(painted) + lattice(painted, 4),
            "activity": missing_activity(features, _part(batch, "activity."), _CELLS),
        }
        total = (
            recipe.style_weight * terms["style"]
            + recipe.moment_weight * terms["moments"]
            + recipe.spacing_weight * terms["spacing"]
            + recipe.content_weight * terms["content"]
            + recipe.colour_weight * terms["colour"]
            + recipe.variation_weight * terms["variation"]
            + recipe.lattice_weight * terms["lattice"]
            + recipe.activity_weight * terms["activity"]
            + 1e-4 * vector.square().mean()
        )
        return {"total": total, **terms}

    def _paint(self, batch: dict[str, Tensor], vector: Tensor, generator: torch.Generator) -> Tensor:
        """Every photo with its own style's weights."""
        framed = nn.functional.pad(batch["photo"], (FRAME,) * 4, mode="reflect")
        noise = white_noise(len(framed), framed.shape[2], framed.shape[3], generator)
        painted = []
        for k in range(len(framed)):
            weights = self.mapping(vector[k], batch["mean"][k], batch["covariance"][k])
            painted.append(paint(framed[k : k + 1], (noise[0][k : k + 1], noise[1][k : k + 1]), weights))
        return torch.cat(painted)[:, :, FRAME:-FRAME, FRAME:-FRAME]

    def learning_rate(self, step: int) -> float:
        warm = min(1.0, (step + 1) / 200)
        left = 0.5 * (1 + math.cos(math.pi * min(1.0, step / self.recipe.steps)))
        return self.recipe.learning_rate * warm * (0.02 + 0.98 * left)


def _part(batch: MappingType[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {key.removeprefix(prefix): value for key, value in batch.items() if key.startswith(prefix)}


def train(
    recipe: TextureRecipe,
    out: Path,
    *,
    resume: bool = True,
    options: RunOptions = RunOptions(device="cpu"),  # noqa: B008  (frozen)
    on_log: Callable[[Progress], None] | None = None,
    on_note: Callable[[Note], None] | None = None,
) -> int:
    """Train, and export the exponential moving average to ``out/export``; returns the step reached.

    Raises:
        LooksmithError: the teacher is not installed, or no picture was found.
    """
    try:
        task = TextureTask(recipe, keep=out / "kept")
    except FileNotFoundError as error:
        raise LooksmithError(str(error)) from error
    if recipe.start is not None:
        state = torch.load(recipe.start, map_location="cpu", weights_only=True)["ema"]
        task.encoder.load_state_dict(state["encoder"])
        if "mapping" in state:
            task.mapping.load_state_dict(state["mapping"])
        task.whiten()
    ema = {name: copy.deepcopy(module) for name, module in task.modules.items()}
    reached = fit(
        task,
        out,
        steps=recipe.steps,
        resume=resume,
        options=options,
        on_log=on_log,
        on_note=on_note,
        ema=ema,
        gradient_clip=5.0,
    )
    encoder, mapping = ema["encoder"], ema["mapping"]
    assert isinstance(encoder, StyleEncoder) and isinstance(mapping, Mapping)
    export_texture(encoder, mapping, out / "export")
    check_parity(encoder, mapping, out / "export")
    return reached


def _recolour(rgb: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Another palette for the same strokes: hue turned, saturation and contrast changed."""
    hsv = cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV).astype(np.float32)
    hsv[..., 0] = (hsv[..., 0] + rng.uniform(0, 180)) % 180
    hsv[..., 1] = np.clip(hsv[..., 1] * rng.uniform(0.6, 1.4), 0, 255)
    out = cv2.cvtColor(hsv.astype(np.uint8), cv2.COLOR_HSV2RGB).astype(np.float32)
    out = np.clip((out - 128) * rng.uniform(0.8, 1.2) + 128, 0, 255)
    result: NDArray[np.uint8] = out.astype(np.uint8)
    return result
