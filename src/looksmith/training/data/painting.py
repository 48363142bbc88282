"""What painters are trained on: photos and styles, and everything about them that losses compare with.

Photos are crops of pictures as they are at use (short side up to ``2 * size`` pixels), styles are whole pictures of
``style_size`` pixels: strokes keep their size.  What losses compare with (Gram matrices, moments, spacing, colours of
every style; content features of every photo) never changes, so it is computed once and kept, on disk too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from looksmith.facets.detail import detail_of
from looksmith.facets.gaussian import colour_match
from looksmith.training.data.pictures import find_pictures, load_pictures, random_crop
from looksmith.training.losses.colour import rgb_to_lab
from looksmith.training.losses.content import instance_normalised
from looksmith.training.losses.style import autocorrelation, gram, local_deviations, moments

CONTENT_TAPS = ("relu3_3", "relu4_3")
SPACED = ("relu2_2", "relu3_3")
CELLS = {"relu2_2": 24, "relu3_3": 12, "relu4_3": 6}
"""Windows of 48 pixels of the picture, in pixels of each feature map."""

_SAMPLES = 2048


class Sources(Protocol):
    """The fields of a recipe that say where photos and styles come from and how they are cut."""

    @property
    def photos(self) -> tuple[Path, ...]: ...
    @property
    def portraits(self) -> tuple[Path, ...]: ...
    @property
    def styles(self) -> tuple[Path, ...]: ...
    @property
    def batch(self) -> int: ...
    @property
    def size(self) -> int: ...
    @property
    def style_size(self) -> int: ...
    @property
    def photo_crops(self) -> int: ...
    @property
    def style_views(self) -> int: ...
    @property
    def teacher(self) -> str: ...
    @property
    def recoloured(self) -> float:
        """Share of the further views of a style that get another palette."""

    @property
    def sharp(self) -> float:
        """Share of the styles that are seen pixel for pixel, mirrored beyond their edges, instead of enlarged."""

    @property
    def seed(self) -> int: ...


@dataclass
class PhotoCrop:
    """A crop, size x size x 3 uint8, and the teacher's instance-normalised features of it."""

    rgb: Tensor
    features: dict[str, Tensor]
    portrait: bool


@dataclass
class StyleView:
    """A style, 256 x 256 x 3 uint8, and what it is known by at full size.

    ``samples`` are colours in CIELAB, 3 x n; ``detail`` as of :func:`looksmith.facets.detail.detail_of`.
    """

    view: Tensor
    grams: dict[str, Tensor]
    moments: dict[str, Tensor]
    spacing: dict[str, Tensor]
    activity: dict[str, Tensor]
    samples: Tensor
    mean: Tensor
    covariance: Tensor
    detail: Tensor


class PaintingData:
    """Photos and styles of a recipe, and the batch of every step.

    Args:
        sources: the recipe.
        teacher: frozen; N x 3 x H x W bfloat16 RGB in [0, 1] to a dict of features.
        say: told what was found.
        keep: a folder where what was computed is kept for the next run of the same recipe.
        styles: the style pictures themselves, H x W x 3 uint8 each, instead of those in the recipe's folders.
    """

    def __init__(
        self,
        sources: Sources,
        teacher: nn.Module,
        say: Callable[[str], None] = lambda _line: None,
        keep: Path | None = None,
        styles: Sequence[NDArray[np.uint8]] | None = None,
    ) -> None:
        self.recipe, self.teacher, self._given = sources, teacher, styles
        self.photos: list[PhotoCrop] = self._kept(keep, "photos", PhotoCrop, self._remember_photos)
        say(f"{len(self.photos)} photo crops")
        self.styles: list[StyleView] = self._kept(keep, "styles", StyleView, lambda: self._remember(self._views()))
        self.sharp: list[StyleView] = []
        if sources.sharp:
            self.sharp = self._kept(keep, "sharp", StyleView, lambda: self._remember(self._sharp_views()))
        say(f"{len(self.styles) + len(self.sharp)} style views")
        self._pool = ThreadPoolExecutor(1)
        self._next: tuple[int, Future[dict[str, Tensor]]] | None = None

    def _kept(self, keep: Path | None, name: str, kind: type[Any], make: Callable[[], list[Any]]) -> list[Any]:
        """What ``make`` gives, from disk if the same recipe made it before."""
        if keep is None:
            return make()
        recipe = self.recipe
        asked = (name, recipe.photos, recipe.portraits, recipe.styles, recipe.size, recipe.style_size,
                 recipe.photo_crops, recipe.style_views, recipe.teacher, recipe.seed, "with bands")  # fmt: skip
        path = keep / f"{name}-{hashlib.sha256(repr(asked).encode()).hexdigest()[:12]}.pt"
        if not path.exists():
            keep.mkdir(parents=True, exist_ok=True)
            torch.save([vars(item) for item in make()], path.with_suffix(".part"))
            path.with_suffix(".part").rename(path)
        return [kind(**fields) for fields in torch.load(path, mmap=True, weights_only=True)]

    @torch.no_grad()
    def features(self, pictures: list[NDArray[np.uint8]]) -> Iterator[dict[str, Tensor]]:
        """The teacher's features of each picture (all of one size), a few at a time."""
        for start in range(0, len(pictures), 4):
            stack = torch.from_numpy(np.stack(pictures[start : start + 4])).permute(0, 3, 1, 2)
            features = self.teacher((stack.float() / 255.0).to(torch.bfloat16))
            for k in range(len(stack)):
                yield {tap: f[k : k + 1].float() for tap, f in features.items()}

    def _remember_photos(self) -> list[PhotoCrop]:
        kept = []
        for folders, portrait in ((self.recipe.photos, False), (self.recipe.portraits, True)):
            crops = []
            for k, picture in enumerate(load_pictures(find_pictures(folders), 512).arrays):
                for j in range(1 if portrait else self.recipe.photo_crops):
                    rng = np.random.default_rng([self.recipe.seed, 1, int(portrait), k, j])
                    crops.append(random_crop(picture, self.recipe.size, rng, (1.0, 1.6) if portrait else (1.2, 2.1)))
            for crop, features in zip(crops, self.features(crops), strict=True):
                content = {t: instance_normalised(features[t])[0].to(torch.bfloat16) for t in CONTENT_TAPS}
                kept.append(PhotoCrop(torch.from_numpy(crop), content, portrait))
        return kept

    def _pictures(self) -> Sequence[NDArray[np.uint8]]:
        given = self._given
        return load_pictures(find_pictures(self.recipe.styles), 512).arrays if given is None else given

    def _views(self) -> list[NDArray[np.uint8]]:
        """Whole pictures and cuts, each enlarged or made smaller to ``style_size``."""
        views = []
        for k, picture in enumerate(self._pictures()):
            for j in range(self.recipe.style_views):
                rng = np.random.default_rng([self.recipe.seed, 2, k, j])
                view = random_crop(picture, self.recipe.style_size, rng, (1.0, 1.0) if j == 0 else (1.1, 1.7))
                views.append(_recolour(view, rng) if j and rng.random() < self.recipe.recoloured else view)
        return views

    def _sharp_views(self) -> list[NDArray[np.uint8]]:
        """A cut of every picture, pixel for pixel, that goes on mirrored up to ``style_size``."""
        views, size = [], self.recipe.style_size
        for k, picture in enumerate(self._pictures()):
            rng = np.random.default_rng([self.recipe.seed, 5, k])
            height, width = picture.shape[:2]
            side = min(height, width, size)
            top, left = int(rng.integers(0, height - side + 1)), int(rng.integers(0, width - side + 1))
            before = (size - side) // 2
            cut = picture[top : top + side, left : left + side]
            view = np.pad(cut, ((before, size - side - before),) * 2 + ((0, 0),), mode="reflect")
            view = np.ascontiguousarray(view[:, ::-1] if rng.random() < 0.5 else view)
            views.append(_recolour(view, rng) if rng.random() < 0.7 * self.recipe.recoloured else view)
        return views

    def _remember(self, views: list[NDArray[np.uint8]]) -> list[StyleView]:
        kept = []
        for k, (view, features) in enumerate(zip(views, self.features(views), strict=True)):
            rng = np.random.default_rng([self.recipe.seed, 4, k])
            small = cv2.resize(view, (128, 128), interpolation=cv2.INTER_AREA).reshape(-1, 3)
            chosen = small[rng.permutation(len(small))[:_SAMPLES]].astype(np.float32) / 255.0
            pixels = view.reshape(-1, 3).astype(np.float32) / 255.0
            kept.append(
                StyleView(
                    view=torch.from_numpy(cv2.resize(view, (256, 256), interpolation=cv2.INTER_AREA)),
                    grams={t: gram(f)[0].to(torch.bfloat16) for t, f in features.items()},
                    moments={t: moments(f)[0] for t, f in features.items()},
                    spacing={t: autocorrelation(features[t])[0] for t in SPACED},
                    activity={t: local_deviations(features[t], c)[0].mean((1, 2)) for t, c in CELLS.items()},
                    samples=rgb_to_lab(torch.from_numpy(chosen.T.copy())[None])[0],
                    mean=torch.from_numpy(pixels.mean(0)),
                    covariance=torch.from_numpy(np.cov(pixels.T).astype(np.float32)),
                    detail=torch.from_numpy(detail_of(view)),
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
        pools = [self.sharp if rng.random() < self.recipe.sharp else self.styles for _ in photos]
        styles = [pool[int(rng.integers(0, len(pool)))] for pool in pools]
        return self.batch_of(photos, styles, rng)

    def batch_of(
        self, photos: Sequence[PhotoCrop], styles: Sequence[StyleView], rng: np.random.Generator
    ) -> dict[str, Tensor]:
        """As many photos as styles, each photo in the colours of its style, and what both are known by."""
        matched = []
        for photo, style in zip(photos, styles, strict=True):
            x = photo.rgb.numpy().reshape(-1, 3).astype(np.float64) / 255.0
            covariance = style.covariance.numpy().astype(np.float64)
            a, b = colour_match(x.mean(0), np.cov(x.T), style.mean.numpy(), covariance)
            matched.append(np.clip(x @ a.T + b, 0, 1).reshape(tuple(photo.rgb.shape)).astype(np.float32))
        small = self.recipe.size // 2
        batch = {
            "photo": torch.from_numpy(np.stack(matched)).permute(0, 3, 1, 2).contiguous(),
            "style": torch.stack([s.view for s in styles]).permute(0, 3, 1, 2).float() / 255.0,
            "mean": torch.stack([s.mean for s in styles]),
            "covariance": torch.stack([s.covariance for s in styles]),
            "detail": torch.stack([s.detail for s in styles]),
            "lab": torch.stack([s.samples for s in styles]),
            "places": torch.from_numpy(rng.choice(small * small, min(_SAMPLES, small * small), replace=False)),
            "portrait": torch.tensor([p.portrait for p in photos]),
        }
        for tap in CONTENT_TAPS:
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


def _recolour(rgb: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Another palette for the same strokes: hue turned, saturation and contrast changed."""
    hsv = cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV).astype(np.float32)
    hsv[..., 0] = (hsv[..., 0] + rng.uniform(0, 180)) % 180
    hsv[..., 1] = np.clip(hsv[..., 1] * rng.uniform(0.6, 1.4), 0, 255)
    out = cv2.cvtColor(hsv.astype(np.uint8), cv2.COLOR_HSV2RGB).astype(np.float32)
    out = np.clip((out - 128) * rng.uniform(0.8, 1.2) + 128, 0, 255)
    result: NDArray[np.uint8] = out.astype(np.uint8)
    return result
