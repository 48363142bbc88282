"""The four distances by which a restyled photo is judged, on the VGG-16 teacher (train extra).

style     mean over relu1_2, 2_2, 3_3, 4_3 of ‖G(x) − G(a)‖_F / ‖G(a)‖_F, to the style picture a
moments   mean over the same layers of the relative distance of channel means and of deviations, to a
colour    sliced Wasserstein distance in CIELAB at 128 x 128 pixels, 64 fixed directions, to a
content   1 − cosine of instance-normalised relu3_3 and 4_3, to the photo

Lower is nearer.  What is compared with (a style, a photo) is computed once and kept.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from looksmith.evaluation.metrics.palette_distance import palette_distance
from looksmith.training.losses.content import cosine_content, instance_normalised
from looksmith.training.losses.style import gram, moments, relative_gram, relative_moments
from looksmith.training.networks.vgg import VGG16

CONTENT_TAPS = ("relu3_3", "relu4_3")
NAMES = ("style", "moments", "colour", "content")
Rgb = NDArray[np.uint8]


@dataclass(frozen=True)
class _Style:
    grams: dict[str, Tensor]
    moments: dict[str, Tensor]


class Judge:
    """Judges pictures, each H x W x 3 uint8 sRGB; one judge keeps its targets for a whole run."""

    def __init__(self, precision: Literal["bfloat16", "float32"] = "bfloat16") -> None:
        self.precision = precision
        self._teacher = VGG16()
        self._styles: dict[Hashable, _Style] = {}
        self._photos: dict[Hashable, dict[str, Tensor]] = {}

    @torch.no_grad()
    def __call__(self, picture: Rgb, photo: tuple[Hashable, Rgb], style: tuple[Hashable, Rgb]) -> dict[str, float]:
        """The four distances of ``picture``; photo and style are given with a key to keep their targets by."""
        near, content = self._style(*style), self._photo(*photo)
        features = self.features(picture)
        values: tuple[Tensor | float, ...] = (
            relative_gram(features, near.grams),
            relative_moments(features, near.moments),
            palette_distance(picture, style[1]),
            cosine_content({tap: features[tap] for tap in CONTENT_TAPS}, content),
        )
        return {name: float(value) for name, value in zip(NAMES, values, strict=True)}

    def features(self, picture: Rgb) -> dict[str, Tensor]:
        """The teacher's features of a picture, by the names of its layers."""
        batch = torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None].float() / 255.0
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=self.precision == "bfloat16"):
            return {tap: feature.float() for tap, feature in self._teacher(batch).items()}

    def _style(self, key: Hashable, picture: Rgb) -> _Style:
        if key not in self._styles:
            features = self.features(picture)
            self._styles[key] = _Style(
                {tap: gram(f) for tap, f in features.items()},
                {tap: moments(f) for tap, f in features.items()},
            )
        return self._styles[key]

    def _photo(self, key: Hashable, picture: Rgb) -> dict[str, Tensor]:
        if key not in self._photos:
            features = self.features(picture)
            self._photos[key] = {tap: instance_normalised(features[tap]) for tap in CONTENT_TAPS}
        return self._photos[key]
