"""What a painting is asked to be: the style's strokes and colours, the photo's content.  The sum of several losses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
import torch
from torch import Tensor, nn

from looksmith.training.data.painting import CELLS
from looksmith.training.losses.colour import rgb_to_lab, sliced_wasserstein
from looksmith.training.losses.content import cosine_content
from looksmith.training.losses.smoothness import lattice, shading, total_variation
from looksmith.training.losses.style import missing_activity, relative_gram, relative_moments, spacing

GENTLE_ABOVE = 1.0
"""Relative distances beyond this pull gently: almost blank styles are this far from everything."""


class Weights(Protocol):
    """The fields of a recipe that weigh the terms."""

    @property
    def style_weight(self) -> float: ...
    @property
    def moment_weight(self) -> float: ...
    @property
    def spacing_weight(self) -> float: ...
    @property
    def content_weight(self) -> float: ...
    @property
    def colour_weight(self) -> float: ...
    @property
    def variation_weight(self) -> float: ...
    @property
    def lattice_weight(self) -> float: ...
    @property
    def activity_weight(self) -> float: ...
    @property
    def shading_weight(self) -> float: ...
    @property
    def face_weight(self) -> float: ...


class PaintingLoss:
    """The terms of a batch of :class:`looksmith.training.data.painting.PaintingData`, and their weighted sum.

    Args:
        weights: the recipe.
        seed: of the directions along which colours are compared.
    """

    def __init__(self, weights: Weights, seed: int) -> None:
        self.weights = weights
        directions = np.random.default_rng(seed).normal(size=(32, 3))
        self.directions = torch.from_numpy(
            (directions / np.linalg.norm(directions, axis=1, keepdims=True)).astype(np.float32)
        )
        y, x = np.mgrid[0:64, 0:64] / 63.0
        oval = np.exp(-2.0 * (((x - 0.5) / 0.32) ** 2 + ((y - 0.52) / 0.42) ** 2) ** 2)
        self.face = torch.from_numpy((1.0 + (weights.face_weight - 1.0) * oval).astype(np.float32))

    def __call__(
        self, painted: Tensor, features: Mapping[str, Tensor], batch: Mapping[str, Tensor]
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """The sum and its terms.

        Args:
            painted: RGB, N x 3 x H x W in [0, 1].
            features: the teacher's, of ``painted``.
            batch: what photos and styles are known by.
        """
        weights = self.weights
        contents = _part(batch, "content.")
        weight = torch.ones(len(painted), 1, 64, 64)
        weight[batch["portrait"], 0] = self.face
        small = nn.functional.avg_pool2d(painted, 2).flatten(2)[:, :, batch["places"]]
        terms = {
            "style": relative_gram(features, _part(batch, "gram."), GENTLE_ABOVE),
            "moments": relative_moments(features, _part(batch, "moments."), GENTLE_ABOVE),
            "spacing": spacing(features, _part(batch, "spacing.")),
            "content": cosine_content({k: features[k] for k in contents}, contents, weight),
            "colour": sliced_wasserstein(rgb_to_lab(small), batch["lab"], self.directions),
            "variation": total_variation(painted),
            "lattice": lattice(painted) + lattice(painted, 4),
            "shading": shading(painted, batch["photo"]),
            "activity": missing_activity(features, _part(batch, "activity."), CELLS),
        }
        total = (
            weights.style_weight * terms["style"]
            + weights.moment_weight * terms["moments"]
            + weights.spacing_weight * terms["spacing"]
            + weights.content_weight * terms["content"]
            + weights.colour_weight * terms["colour"]
            + weights.variation_weight * terms["variation"]
            + weights.lattice_weight * terms["lattice"]
            + weights.shading_weight * terms["shading"]
            + weights.activity_weight * terms["activity"]
        )
        return total, terms


def _part(batch: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {key.removeprefix(prefix): value for key, value in batch.items() if key.startswith(prefix)}
