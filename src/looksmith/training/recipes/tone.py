"""Recipe ``tone``: the prior behind the tone facet.

No network: a closed form solved per photo is better here (see ``benchmarks/tone_network.py``).  The recipe measures
what a typical photo is (its colours and its detail), then searches the weights of the transport on pairs of training
pictures: the largest share of the colour gap closed at a mean gradient SSIM of no less than ``structure``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from looksmith.evaluation.metrics.colour_transfer import colour_gap, gradient_ssim
from looksmith.facets.lut import apply_lut
from looksmith.facets.tone_grade import fit_with, grade_lut
from looksmith.facets.tone_prior import FILE, POINTS, Prior, save_prior
from looksmith.facets.tone_statistics import quantile_table, robust_mean, thumbnail
from looksmith.facets.tone_transport import BASIS, Settings, basis, detail_metric, transport
from looksmith.training.data.pictures import find_pictures, load_pictures

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class ToneRecipe:
    """Fits ``tone_prior.npz``.

    Attributes:
        data: folders of photos (the held-out split is left out).
        pictures: how many photos describe the typical one.
        pairs: how many pairs each trial of the search is judged on.
        trials: settings tried around the best so far.
        structure: least mean gradient SSIM between a photo and its grade.
        seed: of the sampling and the search.
    """

    data: tuple[Path, ...]
    pictures: int = 600
    pairs: int = 40
    trials: int = 40
    structure: float = 0.953
    seed: int = 11


@dataclass(frozen=True)
class Trial:
    """One setting and how it did: shares of the three gaps closed, mean gradient SSIM, and the score."""

    settings: Settings
    mean: float
    covariance: float
    sliced: float
    structure: float
    score: float


def typical_photo(photos: list[Pixels], settings: Settings, seed: int) -> Prior:
    """The stand-in for any photo: points with the mean statistics of the photos, and their mean detail metric."""
    small = [thumbnail(photo) for photo in photos]
    table = robust_mean([quantile_table(lab.reshape(-1, 3)) for lab in small])
    rng = np.random.default_rng(seed)
    pool = np.concatenate([lab.reshape(-1, 3)[rng.integers(0, lab.shape[0] * lab.shape[1], 16)] for lab in small])
    points = pool[rng.permutation(len(pool))[:POINTS]].astype(np.float64)
    loose = replace(settings, light=0.0, chroma=0.0, prior=0.0, rounds=20)
    phi = basis(points)
    points = points + phi @ transport(points, phi, np.zeros((BASIS, BASIS)), table, loose)
    metric = np.mean([detail_metric(lab, settings.floor) for lab in small], axis=0)
    return Prior(points.astype(np.float32), metric, settings)


def judge(prior: Prior, pairs: list[tuple[Pixels, Pixels]], structure: float) -> Trial:
    """Grade every pair with the prior's settings and measure."""
    rows = []
    for photo, reference in pairs:
        table = quantile_table(thumbnail(reference).reshape(-1, 3))
        graded = apply_lut(grade_lut(fit_with(prior, photo, None, table), size=33), photo, dither=False)
        graded = np.asarray(graded, np.uint8)
        before, after = colour_gap(photo, reference, samples=3000), colour_gap(graded, reference, samples=3000)
        rows.append([before.mean, before.covariance, before.sliced_wasserstein, after.mean, after.covariance,
                     after.sliced_wasserstein, gradient_ssim(photo, graded)])  # fmt: skip
    sums = np.asarray(rows).sum(axis=0)
    closed = 1 - sums[3:6] / sums[:3]
    kept = sums[6] / len(pairs)
    score = float(min(closed[1], closed[2]) + 0.3 * closed.mean() - 20 * max(0.0, structure - kept))
    return Trial(prior.settings, *(float(c) for c in closed), float(kept), score)


def search(
    recipe: ToneRecipe, photos: list[Pixels], on_trial: Callable[[Trial], None] | None = None
) -> Iterator[Prior]:
    """Random search around the best settings so far; yields the prior each time it improves."""
    rng = np.random.default_rng(recipe.seed)
    pairs = [
        (photos[a], photos[b]) for a, b in (rng.choice(len(photos), 2, replace=False) for _ in range(recipe.pairs))
    ]
    described = photos[: recipe.pictures]
    best = typical_photo(described, Settings(), recipe.seed)
    best_trial = judge(best, pairs, recipe.structure)
    if on_trial:
        on_trial(best_trial)
    yield best
    for trial in range(recipe.trials):
        width = 0.8 * 0.96**trial
        factors = {name: float(np.exp(rng.normal(0, width))) for name in ("light", "chroma", "smooth", "ridge", "even")}
        known = best.settings
        settings = replace(known, **{name: getattr(known, name) * factor for name, factor in factors.items()})
        if rng.random() < 0.5:
            settings = replace(settings, prior=float(np.clip(rng.choice([0.0, 0.03, 0.1, 0.3]), 0, 1)))
        new_floor = float(np.clip(known.floor * np.exp(rng.normal(0, 0.3 * width)), 1.0, 12.0))
        if rng.random() < 0.3:
            settings = replace(settings, floor=new_floor)
        candidate = replace(best, settings=settings)
        found = judge(candidate, pairs, recipe.structure)
        if on_trial:
            on_trial(found)
        if found.score > best_trial.score:
            best, best_trial = candidate, found
            yield best


def train(recipe: ToneRecipe, out: Path, on_trial: Callable[[Trial], None] | None = None) -> Path:
    """Run the recipe; write ``tone_prior.npz`` into ``out`` (beside, then renamed) whenever it improves."""
    out.mkdir(parents=True, exist_ok=True)
    paths = find_pictures(recipe.data)
    order = np.random.default_rng(recipe.seed).permutation(len(paths))
    photos = load_pictures([paths[k] for k in order[: max(recipe.pictures, 2 * recipe.pairs)]], short_side=256).arrays
    target = out / FILE
    last: Prior | None = None
    for last in search(recipe, photos, on_trial):
        _write(last, target)
    if last is not None:
        _write(typical_photo(photos[: recipe.pictures], last.settings, recipe.seed), target)
    return target


def _write(prior: Prior, target: Path) -> None:
    beside = target.with_suffix(".partial")
    with beside.open("wb") as file:
        save_prior(prior, file)
    os.replace(beside, target)
