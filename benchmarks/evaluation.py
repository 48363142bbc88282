"""Do the measures measure?  Ladders of corruptions, null tests, and how long a thousand pairs take.

    python -m benchmarks.evaluation --data FOLDER [--quick] [--only ladders,nulls,sets,speed] [--notebook FILE]

Writes results/evaluation.json: for every ladder and number, the share of pictures for which every step is told; what
a picture scores against itself; sets split in two; sets on the same ladders; seconds for 1,000 pairs.
(The artefact detectors are measured by ``python -m benchmarks.artefacts``.)  With a notebook, ladders that were
interrupted go on from there, unless the measuring code has changed since.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "2")

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console
from rich.progress import track

import looksmith
from benchmarks import grid, picture_ladders, record, set_ladders
from benchmarks.corruptions import LADDERS
from looksmith.errors import LooksmithError
from looksmith.evaluation.features import pooled, shipped
from looksmith.evaluation.identity import FaceJudge, judge
from looksmith.evaluation.metrics.frechet_distance import frechet_interval
from looksmith.evaluation.metrics.kernel_distance import kernel_interval
from looksmith.evaluation.notebook import Notebook
from looksmith.evaluation.pair import measure_pair

Rgb = NDArray[np.uint8]
TARGET = {"monotone": 0.95, "seconds for 1000 pairs": 600}
PARTS = ("ladders", "nulls", "sets", "speed")
MIXED = {"content/photos": 0.3, "content/street": 0.07, "faces/rated": 0.38, "faces/generated": 0.25}
TWO_HALVES = {"content/photos": 0.28, "content/street": 0.06, "faces/rated": 0.4, "faces/generated": 0.26}
"""Shares for twice as many pictures: of some folders there are no more."""


def nulls(pictures: list[grid.Picture], face: FaceJudge | None) -> dict[str, Any]:
    """The largest departure from the perfect score of pictures against themselves."""
    worst: dict[str, float] = {}
    for picture in track(pictures, "against itself", console=Console(stderr=True)):
        scores = measure_pair(
            picture.rgb, content=picture.rgb, style=picture.rgb, where=np.zeros(picture.rgb.shape[:2]), judge=face
        )
        for name, value in picture_ladders.plain(scores.numbers).items():
            if name == "psnr":
                worst[name] = max(worst.get(name, 0.0), 0.0 if value == picture_ladders.perfect(name) else float("inf"))
            elif not np.isnan(value):
                away = abs(value - picture_ladders.perfect(name))
                worst[name] = max(worst.get(name, 0.0), away)
        alarms = sum(artefact.found for artefact in scores.artefacts)
        worst["artefacts found"] = max(worst.get("artefacts found", 0.0), float(alarms))
    return {"pictures": len(pictures), "away from perfect": {k: float(f"{v:.3g}") for k, v in worst.items()}}


def sets(pictures: list[grid.Picture], splits: int) -> dict[str, Any]:
    """A set split in two, many times; and one half on ladders, beside itself."""
    network = shipped()
    pictures = [pictures[int(k)] for k in np.random.default_rng(0).permutation(len(pictures))]
    rows = np.stack([pooled(network(p.rgb)) for p in track(pictures, "features", console=Console(stderr=True))])
    half = len(rows) // 2
    held = {"frechet": 0, "kernel": 0}
    for seed in track(range(splits), "splits", console=Console(stderr=True)):
        order = np.random.default_rng(seed).permutation(len(rows))
        a, b = rows[order[:half]], rows[order[half : 2 * half]]
        for name, interval in (("frechet", frechet_interval), ("kernel", kernel_interval)):
            found = interval(a, b, rounds=100, seed=seed)
            held[name] += found.low <= found.floor <= found.high
    return {
        "pictures in a half": half,
        "splits": splits,
        "interval holds the floor": {name: round(count / splits, 3) for name, count in held.items()},
        "ladders": set_ladders.climbs(pictures[:half], network, draws=splits, size=half // 2),
    }


def speed(pictures: list[grid.Picture], style: Rgb, count: int, face: FaceJudge | None) -> dict[str, Any]:
    """Seconds for so many pairs as a person measures them: by the command, killed at a third, and typed again."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        Image.fromarray(style).save(root / "style.png")
        lines = ["picture,content,style"]
        for k in range(count):
            photo = pictures[k % len(pictures)].rgb
            made = LADDERS["noise"].at(photo, 6 + k // len(pictures), k, photo)
            names = f"made{k}.png", f"photo{k % len(pictures)}.png"
            for name, rgb in zip(names, (made, photo), strict=True):
                Image.fromarray(rgb).save(root / name)
            lines.append(",".join((*names, "style.png")))
        (root / "list.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        book = root / "notebook.jsonl"
        began = _processor_seconds()
        first = _timed(root, book, count // 3)
        kept = book.read_bytes()
        kept = kept[: kept.rfind(b"\n") + 1]
        rest = _timed(root, book, None)
        processor = _processor_seconds() - began
        whole = book.read_bytes()
        again = _timed(root, book, None)
        measured = [json.loads(line)["key"] for line in whole.splitlines()]
    return {
        "pairs": count,
        "side": int(pictures[0].rgb.shape[0]),
        "identity": face is not None,
        "seconds": round(first + rest, 1),
        "processor seconds": round(processor, 1),
        "seconds for 1000 pairs": round(1000 * (first + rest) / count, 1),
        "processor seconds for 1000 pairs": round(1000 * processor / count, 1),
        "load": round(os.getloadavg()[1], 2) if hasattr(os, "getloadavg") else 0.0,
        "killed after": kept.count(b"\n"),
        "nothing lost": whole.startswith(kept) and len(set(measured)) == count,
        "nothing twice": len(measured) == len(set(measured)),
        "seconds when typed again at the end": round(again, 2),
    }


def _timed(root: Path, book: Path, kill_after: int | None) -> float:
    """Seconds of the command, which is killed without warning once so many pairs are in the notebook."""
    command = [sys.executable, "-m", "looksmith.cli.app", "evaluate", "pair", "--pairs", "list.csv"]
    command += ["--notebook", book.name, "--json"]
    path = os.pathsep.join([str(Path(looksmith.__file__).parents[1]), *filter(None, sys.path)])
    begin = time.perf_counter()
    with subprocess.Popen(
        command, cwd=root, env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.DEVNULL
    ) as process:
        while process.poll() is None:
            time.sleep(0.1)
            if kill_after is not None and book.is_file() and book.read_bytes().count(b"\n") >= kill_after:
                process.kill()
    if process.returncode != 0 and kill_after is None:
        raise LooksmithError("the command did not do what it should", where=shlex.join(command), got=process.returncode)
    return time.perf_counter() - begin


def _processor_seconds() -> float:
    """Of all processes that were started and have ended."""
    spent = os.times()
    return spent.children_user + spent.children_system


_CHINESE = {
    "noise": "噪声", "blur": "模糊", "jpeg": "JPEG", "colour cast": "偏色", "shuffle": "打乱", "another person": "换人",
    "fewer kinds": "种类减少", "ever more ruined": "损坏渐多", "outside": "区域外改动", "flicker": "闪烁",
}  # fmt: skip


def table(result: dict[str, Any]) -> list[dict[str, str]]:
    """The rows of the documents' table."""
    rows = []
    kinds = (
        (result.get("ladders", {}), "ladder {name}: pictures told", "{name}阶梯：逐级判对的图片"),
        (
            result.get("sets", {}).get("ladders", {}),
            "sets, ladder {name}: draws told",
            "集合，{name}阶梯：逐级判对的抽样",
        ),
    )
    for ladders, english, chinese in kinds:
        for name, found in ladders.items():
            shares = {number: entry["value"] for number, entry in found["told by"].items()}
            least = min(shares, key=lambda number: shares[number])
            en, zh = f" at every step ({least})", f"（{least}）"
            if len(shares) > 1:
                en = f" at every step, least ({least} of {len(shares)} numbers)"
                zh = f"，最低者（{len(shares)} 项中的 {least}）"
            rows.append(
                {
                    "en": english.format(name=name) + en,
                    "zh": chinese.format(name=_CHINESE[name]) + zh,
                    "value": f"{shares[least]:.1%}",
                    "target": f"≥ {TARGET['monotone']:.0%}",
                }
            )
    if "nulls" in result:
        away = result["nulls"]["away from perfect"]
        rows.append(
            {
                "en": f"a picture against itself: farthest of {len(away)} numbers from perfect, "
                f"{result['nulls']['pictures']} pictures",
                "zh": f"图片与自身相比：{len(away)} 项数值偏离满分的最大值，{result['nulls']['pictures']} 张图片",
                "value": f"{max(away.values()):g}",
                "target": "0",
            }
        )
    if "sets" in result:
        for name, share in result["sets"]["interval holds the floor"].items():
            rows.append(
                {
                    "en": f"one set split in two: the interval of the {name} distance holds the floor",
                    "zh": f"同一集合一分为二：{name} 距离的区间包含下限",
                    "value": f"{share:.1%}",
                    "target": "≥ 95%",
                }
            )
    if "speed" in result:
        spent = result["speed"]
        wall, processor = (spent[f"{kind} for 1000 pairs"] / 60 for kind in ("seconds", "processor seconds"))
        rows.append(
            {
                "en": f"1,000 pairs at {spent['side']} pixels, killed at a third and typed again: processor time "
                f"(by the clock, at a load of {spent['load']:.1f})",
                "zh": f"1000 对 {spent['side']} 像素图片，在三分之一处中断后重新输入命令：单处理器时间"
                f"（负载 {spent['load']:.1f} 时的实际时间）",
                "value": f"{processor:.1f} min ({wall:.1f} min)",
                "target": f"≤ {TARGET['seconds for 1000 pairs'] // 60} min",
            }
        )
    return rows


def kept_parts(path: Path, backbone: str) -> dict[str, Any]:
    """The parts that an earlier run measured with the same network: ``--only`` adds to them."""
    if not path.is_file():
        return {}
    before = json.loads(path.read_text(encoding="utf-8"))
    return {part: before[part] for part in PARTS if part in before} if before.get("backbone") == backbone else {}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.evaluation", description=__doc__.splitlines()[0])
    grid.add_data_argument(parser)
    parser.add_argument("--pictures", type=int, default=100)
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument("--side", type=int, default=256)
    parser.add_argument(
        "--only", default=",".join(PARTS), help="parts to run: ladders,nulls,sets,speed; rows makes the table anew"
    )
    parser.add_argument("--notebook", type=Path, help="file that keeps finished ladders, to go on from there")
    parser.add_argument("--quick", action="store_true", help="12 pictures, 24 pairs; no files")
    parser.add_argument("--out", type=Path, default=record.RESULTS)
    given = parser.parse_args(arguments)
    count, pairs, splits = (12, 24, 4) if given.quick else (given.pictures, given.pairs, 40)
    chosen = set(given.only.split(","))
    if not chosen <= {*PARTS, "rows"}:
        parser.error(f"--only takes {', '.join(PARTS)} or rows, not {', '.join(sorted(chosen - {*PARTS, 'rows'}))}")
    if chosen == {"rows"}:
        result = json.loads((given.out / "evaluation.json").read_text(encoding="utf-8"))
        print(record.rewrite("evaluation", result | {"rows": table(result)}, given.out))
        return 0
    try:
        data = grid.data_folder(given.data)
        pictures = grid.shares(data, count, given.side, MIXED)
        portraits = grid.shares(data, count, given.side, {"faces/generated": 1.0})
        style = grid.styles(data, 1, given.side)[0].rgb
    except LooksmithError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    face = judge()
    result: dict[str, Any] = {"targets": TARGET, "backbone": shipped().name, "judge": face.name if face else None}
    if "ladders" in chosen:
        with Notebook(given.notebook) as book:
            result["ladders"] = picture_ladders.ladders(pictures, portraits, face, book)
    if "nulls" in chosen:
        result["nulls"] = nulls(pictures, face)
    if "sets" in chosen:
        result["sets"] = sets(grid.shares(data, 2 * count, given.side, TWO_HALVES), splits)
    if "speed" in chosen:
        result["speed"] = speed(pictures, style, pairs, face)
    if not given.quick:  # what other runs wrote stays, and what they wrote meanwhile
        result = kept_parts(given.out / "evaluation.json", shipped().name) | result
    result["rows"] = table(result)
    for name, found in result.get("ladders", {}).items():
        print(name, {number: entry["value"] for number, entry in found["told by"].items()})
    print(json.dumps({key: result[key] for key in ("nulls", "sets", "speed") if key in result}, indent=1))
    if not given.quick:
        print(record.write("evaluation", result, given.out))
    return 0


if __name__ == "__main__":
    sys.exit(main())
