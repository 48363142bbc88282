"""``cyclegan``: photos to painted portraits and back.

Judged on pictures kept out: the kernel distance (shipped perceptual network) of translated photos to paintings against
that of the photos as they are, the SSIM of a photo that went there and back, and whether colours were turned over.
"""

from __future__ import annotations

import numpy as np

from benchmarks.record import bootstrap
from benchmarks.workshop import bench
from benchmarks.workshop.judging import between, colour_correlation, vectors
from looksmith.evaluation.metrics.kernel_distance import kernel_distance
from looksmith.evaluation.metrics.ssim import ssim
from looksmith.training.recipes.cyclegan import CycleGANRecipe, CycleGANTask


def main() -> None:
    """Train and judge."""
    given = bench.options("cyclegan", __doc__, steps=6000, size=64)
    source = given.data / "styles" / "old-portraits"
    sets = {
        k: bench.split_folder(given.out / "split" / k, (source / k).rglob("*"), lambda _: "", 0.25)
        for k in ("photo", "painting")
    }
    recipe = CycleGANRecipe((sets["photo"],), (sets["painting"],), size=given.size, steps=given.steps)
    trained = bench.train(CycleGANTask(recipe), given.out / "ours", given)
    there, back = (trained.networks[way].network for way in ("a_to_b", "b_to_a"))

    photos, paintings = (bench.squares((sets[k] / "test").rglob("*.*"), given.size) for k in ("photo", "painting"))
    painted = bench.through(there, photos)
    again = bench.through(back, painted)
    before, after = between(photos, paintings), between(painted, paintings)
    cycle = [ssim(a, p) for a, p in zip(again, photos, strict=True)]
    colours = [colour_correlation(p, q) for p, q in zip(photos, painted, strict=True)]
    real = vectors(paintings)
    halves = np.random.default_rng(0).permutation(len(real))
    floor = kernel_distance(real[halves[::2]], real[halves[1::2]])
    rows = [
        bench.row(
            "kernel distance to paintings, against untranslated photos",
            "与绘画的核距离，相对未转换照片",
            f"{after / before - 1:+.0%}",
            "≤ −30 %",
        ),
        bench.row("SSIM there and back", "往返 SSIM", f"{np.mean(cycle):.3f}", "≥ 0.7"),
        bench.row(
            "pictures with inverted colours", "颜色反转的图片", f"{sum(c < 0 for c in colours)} of {len(colours)}", "0"
        ),
    ]
    result = {
        "pictures": {"photos": len(photos), "paintings": len(paintings)},
        "rows": rows,
        "kernel_distance": {"photos": before, "translated": after, "halves_of_paintings": floor},
        "cycle_ssim": bootstrap(np.array(cycle)),
        "colour_correlation": bootstrap(np.array(colours)),
    }
    bench.sheet([photos[:8], painted[:8], again[:8], bench.through(back, paintings[:8])], given.out / "test.jpg")
    own = bench.portraits(given.size)
    made = bench.through(there, own)
    bench.write("cyclegan", given, trained, result, [own, made, bench.through(back, made)])


if __name__ == "__main__":
    main()
