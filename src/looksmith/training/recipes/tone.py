"""Recipe ``tone``: the prior behind the tone facet.

No network is trained: the grade is solved for each photo, which goes further at the same fidelity than a network
trained for the same goal (``python -m benchmarks.tone_network``).  The recipe measures what a typical photo is, its
colours and its detail, so that a grade without a photo, such as a ``.cube`` file, has something to be solved against;
and it records the weights of the transport.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from looksmith.facets.tone_prior import FILE, POINTS, Prior, save_prior
from looksmith.facets.tone_statistics import quantile_table, robust_mean, thumbnail
from looksmith.facets.tone_transport import BASIS, Settings, basis, detail_metric, transport
from looksmith.media.atomic import write_bytes
from looksmith.training.data.pictures import find_pictures, load_pictures

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class ToneRecipe:
    """Measure the typical photo behind the tone facet, and write it down with the weights of the transport.

    Attributes:
        data: folders of photos (the held-out split is left out).
        pictures: how many photos describe the typical one.
        light, chroma, prior, smooth, ridge, even, floor, linear, rounds: see ``facets.tone_transport.Settings``;
            the defaults are those that ship, chosen by ``python -m benchmarks.tone --sweep`` on training pictures.
        seed: of the sampling.
    """

    data: tuple[Path, ...]
    pictures: int = 400
    light: float = Settings.light
    chroma: float = Settings.chroma
    prior: float = Settings.prior
    smooth: float = Settings.smooth
    ridge: float = Settings.ridge
    even: float = Settings.even
    floor: float = Settings.floor
    linear: float = Settings.linear
    rounds: int = Settings.rounds
    seed: int = 11

    def settings(self) -> Settings:
        """The weights that ship with the prior."""
        return Settings(
            light=self.light,
            chroma=self.chroma,
            prior=self.prior,
            smooth=self.smooth,
            ridge=self.ridge,
            even=self.even,
            floor=self.floor,
            linear=self.linear,
            rounds=self.rounds,
        )


def typical_photo(photos: list[Pixels], settings: Settings, seed: int) -> Prior:
    """The stand-in for any photo.

    Its points have the mean statistics of the photos: a sample of all their pixels, which is wider than any one photo,
    is carried to the geometric median of their tables.  Its detail is their mean detail metric.

    Args:
        photos: H x W x 3 uint8 sRGB each, of any sizes.
        settings: stored with the prior; ``floor`` is used for the detail.
        seed: of the sample.
    """
    small = [thumbnail(photo) for photo in photos]
    table = robust_mean([quantile_table(lab.reshape(-1, 3)) for lab in small])
    rng = np.random.default_rng(seed)
    each = -(-2 * POINTS // len(small))
    pool = np.concatenate([rng.choice(lab.reshape(-1, 3), each) for lab in small])
    points = rng.permutation(pool)[:POINTS].astype(np.float64)
    free = replace(settings, light=0.0, chroma=0.0, prior=0.0, rounds=20)
    phi = basis(points)
    points = points + phi @ transport(points, phi, np.zeros((BASIS, BASIS)), table, free)
    points[:, 0] = np.clip(points[:, 0], 0.0, 100.0)
    metric = np.mean([detail_metric(lab, settings.floor) for lab in small], axis=0)
    return Prior(points.astype(np.float32), metric, settings)


def train(recipe: ToneRecipe, out: Path) -> Path:
    """Run the recipe and write ``tone_prior.npz`` into ``out``, which then belongs beside ``facets/tone_prior.py``."""
    paths = find_pictures(recipe.data)
    order = np.random.default_rng(recipe.seed).permutation(len(paths))[: recipe.pictures]
    photos = load_pictures([paths[k] for k in order], short_side=256).arrays
    written = BytesIO()
    save_prior(typical_photo(photos, recipe.settings(), recipe.seed), written)
    out.mkdir(parents=True, exist_ok=True)
    write_bytes(out / FILE, written.getvalue())
    return out / FILE
