"""How near a look comes to its creator with 1, 5, 20 and 100 pictures: distances to pictures that it never saw."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

import looksmith
from benchmarks import record
from benchmarks.grid import Rgb, square
from benchmarks.judges import Judge
from looksmith.evaluation.metrics.palette_distance import palette_distance
from looksmith.media.colour import to_srgb8
from looksmith.media.photo import Photo
from looksmith.media.read import photo_from_array, read_photo
from looksmith.training.losses.style import gram, moments, relative_gram, relative_moments

COUNTS = (1, 5, 20, 100)
DRAWS, PHOTOS, HELD, SIDE = 5, 4, 10, 256
CREATORS = {
    "painter": ("styles/picture-scroll-faces", "texture"),
    "street": ("fashion/street", "tone"),
    "portraits": ("makeup/worn", "tone"),
}
"""Folder of each, and the facet that its looks run by default."""
METRICS = ("style", "moments", "colour")


class Targets:
    """Pictures of a creator that no look is learned from, and how far others are from them."""

    def __init__(self, judge: Judge, pictures: Sequence[Rgb]) -> None:
        self.judge, self.pictures = judge, pictures
        features = [judge.features(picture) for picture in pictures]
        self.grams: list[dict[str, Tensor]] = [{tap: gram(f) for tap, f in each.items()} for each in features]
        self.moments = [{tap: moments(f) for tap, f in each.items()} for each in features]

    @torch.no_grad()
    def distances(self, picture: Rgb) -> list[float]:
        """Means of style, moments and colour over the held-out pictures."""
        features = self.judge.features(picture)
        return [
            float(np.mean([float(relative_gram(features, target)) for target in self.grams])),
            float(np.mean([float(relative_moments(features, target)) for target in self.moments])),
            float(np.mean([palette_distance(picture, target) for target in self.pictures])),
        ]


def curve(data: Path, creator: str, judge: Judge) -> dict[str, Any]:
    """Distances by the number of pictures; each number is drawn ``DRAWS`` times, and intervals are over the draws."""
    folder, facet = CREATORS[creator]
    paths = ordered(data / folder)
    held, free = paths[:HELD], paths[HELD:]
    targets = Targets(judge, [_square(path) for path in held])
    photos = [_square(path) for path in ordered(data / "content/photos")[:PHOTOS]]
    material = {path: Photo(_square(path)) for path in free}
    points = []
    for count in COUNTS:
        values = np.zeros((DRAWS, len(METRICS)))
        for draw in range(DRAWS):
            chosen = np.random.default_rng([count, draw]).permutation(len(free))[:count]
            look = looksmith.learn(
                [material[free[i]] for i in chosen], only=facet, public_domain=True, with_preview=False, recorded=False
            )
            made = [looksmith.apply(look, photo_from_array(photo), only=facet) for photo in photos]
            values[draw] = np.mean([targets.distances(to_srgb8(picture)) for picture in made], axis=0)
        points.append({
            "pictures": count, **{name: record.bootstrap(values[:, k]) for k, name in enumerate(METRICS)},
        })  # fmt: skip
    unchanged = np.mean([targets.distances(photo) for photo in photos], axis=0)
    return {
        "facet": facet, "material": folder, "held out": len(held), "draws": DRAWS, "photos": len(photos),
        "unchanged": {name: round(float(value), 4) for name, value in zip(METRICS, unchanged, strict=True)},
        "curve": points,
    }  # fmt: skip


def ordered(folder: Path) -> list[Path]:
    """Pictures in an order that only their names decide."""
    found = [path for path in folder.rglob("*.jpg") if ".mask." not in path.name]
    return sorted(found, key=lambda path: hashlib.sha256(path.name.encode()).hexdigest())


def _square(path: Path) -> Rgb:
    return square(to_srgb8(read_photo(path)), SIDE)
