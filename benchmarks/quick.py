"""The quick version of the benchmarks: no peer, no data of yours, a few pictures that come with scikit-image.

    python -m benchmarks.quick [--out FOLDER]

Runs in continuous integration, so that what the benchmarks call is kept alive and a large step back is seen.  Ours
stands beside the unchanged photo and a plain transfer of colours; the numbers come from too few pictures to be told.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "2")

import numpy as np
from numpy.typing import NDArray
from skimage import data

from benchmarks import grid, rating, record, tone
from benchmarks.methods import Ours
from looksmith.evaluation.features import shipped
from looksmith.evaluation.metrics.content_distance import content_distance
from looksmith.evaluation.metrics.style_distance import gram_distance

Rgb = NDArray[np.uint8]
SIDE = 256
TARGETS = {"style": 0.9, "content": 0.9, "gap closed": 0.5, "structure": 0.85}
"""Far looser than those of the whole benchmarks: a step back of this size is a mistake, not noise."""


def pictures() -> dict[str, Rgb]:
    """Three photos, squares of 256 pixels."""
    sources = {"astronaut": data.astronaut()[:300, 70:370], "rocket": data.rocket(), "chelsea": data.chelsea()}
    return {name: grid.square(np.asarray(pixels, np.uint8), SIDE) for name, pixels in sources.items()}


def texture(ours: Callable[[Rgb, Rgb, float], Rgb] | None = None) -> dict[str, Any]:
    """Gram distance to the style and content distance to the photo, on the shipped network: ours and unchanged."""
    network, method = shipped(), ours or Ours()
    shown = pictures()
    style = grid.square(np.asarray(data.coffee(), np.uint8), SIDE)
    wanted = network(style)
    ratios, contents, seconds = [], [], []
    for turn, photo in enumerate(shown.values()):
        if turn == 0:
            method(photo, style, 1.0)  # warm
        begin = time.perf_counter()
        made = method(photo, style, 1.0)
        seconds.append(time.perf_counter() - begin)
        ratios.append(gram_distance(network(made), wanted) / gram_distance(network(photo), wanted))
        contents.append(content_distance(network(made), network(photo)))
    return {
        "style distance, share of the unchanged photo's": round(float(np.mean(ratios)), 4),
        "content distance": round(float(np.mean(contents)), 4),
        "seconds": round(statistics.median(seconds), 4),
    }


def grades() -> dict[str, Any]:
    """Colour gap closed and structure kept: the tone facet and the linear transport."""
    shown = list(pictures().items())
    pairs = [
        tone.Pair((name, other), photo, reference)
        for (name, photo), (other, reference) in zip(shown, shown[1:] + shown[:1], strict=True)
    ]
    methods = {"ours": tone.ours, "linear transport": tone.monge_kantorovich}
    found = {}
    for name, method in methods.items():
        values = np.asarray([tone.judge(pair, method(pair.photo, pair.reference)) for pair in pairs])
        sums = values.sum(axis=0)
        found[name] = {
            "gap closed": round(float(1 - sums[5] / sums[2]), 4),
            "structure": round(float(values[:, 6].mean()), 4),
        }
    return found


def measure() -> dict[str, Any]:
    """Everything that needs neither peer nor data."""
    result = {"setting": {"side": SIDE}, "targets": TARGETS, "texture": texture(), "tone": grades()}
    result["rating"] = rating.measure(4)
    result["rows"] = rows(result)
    return result


def rows(result: dict[str, Any]) -> list[dict[str, str]]:
    """As a table would show them."""
    texture_now, tone_now = result["texture"], result["tone"]["ours"]
    style = texture_now["style distance, share of the unchanged photo's"]
    return [
        {"en": "style distance, share of the unchanged photo's", "zh": "风格距离与原照片之比", "value": f"{style:.2f}",
         "target": f"≤ {TARGETS['style']:g}"},
        {"en": "content distance", "zh": "内容距离", "value": f"{texture_now['content distance']:.2f}",
         "target": f"≤ {TARGETS['content']:g}"},
        {"en": "colour gap closed", "zh": "缩小的颜色差距", "value": f"{tone_now['gap closed']:.0%}",
         "target": f"≥ {TARGETS['gap closed']:.0%}"},
        {"en": "structure kept", "zh": "结构保持", "value": f"{tone_now['structure']:.3f}",
         "target": f"≥ {TARGETS['structure']:g}"},
    ]  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quick", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, help="folder for quick.json; without it nothing is written")
    given = parser.parse_args(arguments)
    result = measure()
    for row in result["rows"]:
        print(f"{row['value']:>8}  {row['target']:8} {row['en']}")
    if given.out is not None:
        print(record.write("quick", result, given.out))
    return 0


if __name__ == "__main__":
    sys.exit(main())
