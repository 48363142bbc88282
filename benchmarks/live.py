"""Frames a second of the live path, and how long each facet takes of a frame.

    python -m benchmarks.live [--frames 90] [--quick]

A portrait (scikit-image's astronaut, NASA) slides and sways over 1280 x 720 at three sizes of the face, and over
256 x 256 filled by the face.  Measured over cycles of four frames, in which everything is worked out once: wall-clock
and processor time (over all threads) of a frame, the mean of all cycles and that of the quickest tenth, which other
work on the machine disturbs least; and how much the change trembles when nothing moves.  Writes results/live.json.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "2")

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage import data

from benchmarks import record
from looksmith.facets import registry
from looksmith.facets.hair.colours import dyed
from looksmith.facets.protocol import Material
from looksmith.facets.retouch.sliders import natural
from looksmith.facets.tone import Tone
from looksmith.looks.craft import craft
from looksmith.looks.live import Live
from looksmith.media.photo import Photo

Rgb = NDArray[np.uint8]

SIZES = {"near": 0.55, "usual": 0.36, "far": 0.2}
"""Height of the face in parts of the frame's."""
WARM_UP, CYCLE = 8, 4


def clip(height: int, width: int, share: float, frames: int, moves: bool = True) -> list[Rgb]:
    """Frames of a portrait that slides and sways."""
    portrait = Image.fromarray(data.astronaut()[:, 20:430])
    scale = share * height / 130  # the face is about 130 pixels high there
    made = []
    for k in range(frames):
        phase = k / 25 if moves else 0.0
        large = portrait.resize(
            (round(portrait.width * scale), round(portrait.height * scale)), Image.Resampling.BICUBIC
        )
        turned = large.rotate(4 * np.sin(phase), Image.Resampling.BILINEAR)
        frame = Image.new("RGB", (width, height), (96, 110, 120))
        x = (width - turned.width) // 2 + round(0.06 * width * np.sin(phase * 1.3))
        frame.paste(turned, (x, min(0, (height - turned.height) // 4) + max(0, (height - turned.height) // 2)))
        made.append(np.asarray(frame))
    return made


def states() -> dict[str, Any]:
    """One of each facet."""
    coffee = Material((Photo(np.ascontiguousarray(data.coffee()[::2, ::2])),))
    found: dict[str, Any] = {"retouch": natural(), "hair": dyed("copper"), "tone": Tone().learn(coffee)}
    if "makeup" in registry.facets():
        face = Material((Photo(np.ascontiguousarray(data.astronaut()[:310, 60:370])),))
        found["makeup"] = registry.make("makeup", {}).learn(face)
    return found


def timed(known: dict[str, Any], names: Sequence[str], frames: Sequence[Rgb]) -> dict[str, float]:
    """Milliseconds a frame."""
    live = Live(craft("live", {name: known[name] for name in names}, with_preview=False))
    wall, work = [], []
    for number, frame in enumerate(frames):
        began, worked = time.perf_counter(), time.process_time()
        live(frame, number / 30)
        if number >= WARM_UP:
            wall.append(1000 * (time.perf_counter() - began))
            work.append(1000 * (time.process_time() - worked))
    whole = len(wall) // CYCLE * CYCLE
    cycles = np.array([wall[:whole], work[:whole]]).reshape(2, -1, CYCLE).mean(axis=2)
    quick = np.sort(cycles, axis=1)[:, : max(1, cycles.shape[1] // 10)].mean(axis=1)
    return {
        "wall": float(cycles[0].mean()),
        "processor": float(cycles[1].mean()),
        "quick wall": float(quick[0]),
        "quick processor": float(quick[1]),
        "fps": 1000 / float(cycles[0].mean()),
        "quick fps": 1000 / float(quick[0]),
    }


def trembling(known: dict[str, Any], names: Sequence[str], frames: Sequence[Rgb]) -> float:
    """Mean change from frame to frame of what the look changes, of 255, over the mean change, on a still picture with
    noise of a camera."""
    noise = np.random.default_rng(0)
    live = Live(craft("live", {name: known[name] for name in names}, with_preview=False))
    before, steps, sizes = None, [], []
    for number, frame in enumerate(frames):
        noisy = np.clip(frame + noise.normal(0, 1.5, frame.shape), 0, 255).astype(np.uint8)
        change = live(noisy, number / 30).astype(np.int16) - noisy
        if before is not None and number > WARM_UP:
            steps.append(np.abs(change - before).mean())
            sizes.append(np.abs(change).mean())
        before = change
    return float(np.mean(steps) / max(float(np.mean(sizes)), 1e-6))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=90)
    parser.add_argument("--quick", action="store_true")
    chosen = parser.parse_args(arguments)
    count = 20 if chosen.quick else chosen.frames
    known = states()
    every = [name for name in ("retouch", "makeup", "hair", "tone") if name in known]
    measured: dict[str, Any] = {}
    for size, share in SIZES.items():
        frames = clip(720, 1280, share, count)
        measured[size] = {"together": timed(known, every, frames)}
        if size == "usual":
            measured[size] |= {name: timed(known, [name], frames) for name in every}
    small = clip(256, 256, 0.7, count)
    alone = [name for name in every if name in ("retouch", "makeup")]
    result: dict[str, Any] = {
        "facets": every,
        "720p": measured,
        "256": {name: timed(known, [name], small) for name in alone},
        "trembling": trembling(known, [n for n in every if n != "tone"], clip(720, 1280, SIZES["usual"], 16, False)),
        "targets": {"720p": 25, "256": 60},
    }
    path = record.write("live", result | {"rows": rows_of(result)})
    for row in rows_of(result):
        print(f"{row['en']:70} {row['value']:>10} {row['target']}")
    print(path)
    return 0


def rows_of(result: dict[str, Any]) -> list[dict[str, str]]:
    """What the tables of the documentation show."""
    rows = []

    def row(english: str, chinese: str, value: str, target: str = "") -> None:
        rows.append({"en": english, "zh": chinese, "value": value, "target": target})

    words, chinese = " + ".join(result["facets"]), {"near": "近", "usual": "常见", "far": "远"}
    for size, held in result["720p"].items():
        share = round(100 * SIZES[size])
        whole = held["together"]
        row(
            f"720p, {words}, face {share} % of the height: frames a second",
            f"720p，{words}，脸高 {share} %（{chinese[size]}）：每秒帧数",
            f"{whole['quick fps']:.0f} (mean {whole['fps']:.0f})",
            "≥ 25",
        )
        row(
            "processor time of a frame, all threads",
            "每帧处理器时间（全部线程）",
            f"{whole['quick processor']:.0f} ms",
            "≤ 80 ms",
        )
    for name in result["facets"]:
        held = result["720p"]["usual"][name]
        row(f"720p, {name} alone: processor time", f"720p，仅 {name}：处理器时间", f"{held['quick processor']:.0f} ms")
    for name, held in result["256"].items():
        row(
            f"256² face, {name}: frames a second",
            f"256² 人脸，{name}：每秒帧数",
            f"{held['quick fps']:.0f} (mean {held['fps']:.0f})",
            "≥ 60",
        )
        row(
            f"256² face, {name}: processor time",
            f"256² 人脸，{name}：处理器时间",
            f"{held['quick processor']:.1f} ms",
            "≤ 17 ms",
        )
    row("trembling of the change on a still picture", "静止画面上变化的抖动", f"{100 * result['trembling']:.0f} %")
    return rows


if __name__ == "__main__":
    sys.exit(main())
