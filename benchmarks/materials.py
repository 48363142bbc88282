"""Collecting measured: what was planted in 500 files, 1,000 files killed and resumed, pace and memory, few-shot curves.

    python -m benchmarks.materials --data FOLDER [--only planted,resume,pace,curve] [--place FOLDER] [--photos 600]

Writes results/materials.json part by part: what is not asked for stays as it was.  ``--half 0`` shows the half of the
data on which the limits were chosen, and writes nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

from benchmarks import found_material, grid, material_runs, record
from looksmith.errors import LooksmithError

PARTS = ("planted", "resume", "pace", "curve")
RESUMED = {"content/photos": 400, "content/street": 150, "faces/generated": 200, "styles/paintings": 150,
           "faces/identities": 100}  # fmt: skip
"""Folder: how many of its files are among the 1,000."""
GOAL, MINUTES, FEW = 5000, 10, 20
KINDS_ZH = {"near-duplicate": "近似重复", "blurred": "模糊", "foreign": "他人的脸", "corrupt": "损坏的文件",
            "screenshot": "屏幕截图", "collage": "拼图", "meme": "带大字的图",
            "the first five": "前五类", "all": "全部"}  # fmt: skip


def rows(result: dict[str, Any]) -> list[dict[str, str]]:
    """The table: one line a kind, then resuming, pace and memory."""
    found = []
    if "planted" in result:
        kinds = {**result["planted"]["kinds"], "the first five": _first_five(result["planted"]["kinds"]),
                 "all": {**result["planted"]["all"], "planted": None}}  # fmt: skip
        for kind, told in kinds.items():
            count = f", {told['planted']}" if told["planted"] else " that is planted"
            said = f"{_share(told['precision'])} / {_share(told['recall'])}"
            words = (f"{kind}{count}: precision / recall", f"{KINDS_ZH[kind]}：精确率 / 召回率")
            target = "≥ 98 % / ≥ 95 %" if kind not in ("collage", "meme", "all") else ""
            found.append({"en": words[0], "zh": words[1], "value": said, "target": target})
    if "resume" in result:
        run = result["resume"]
        found.append({
            "en": f"{run['files']:,} files, killed {len(run['journal when killed'])} times: files that differ",
            "zh": f"{run['files']} 个文件，强制结束 {len(run['journal when killed'])} 次：结果不同的文件",
            "value": str(run["files that differ"]), "target": "0",
        })  # fmt: skip
    if "pace" in result:
        run = result["pace"]
        minutes = (run["processor seconds of 20"] + run["processor seconds a photo"] * (GOAL - FEW)) / 60 / 2
        how = (f"as {run['photos']} take", f"由 {run['photos']} 张的处理器时间推算")
        if run["photos"] >= GOAL:
            minutes, how = run["seconds"] / 60, ("in one go, by the clock", "一次完成，实际时间")
        found.append({
            "en": f"{GOAL:,} photos of {run['longest side']} pixels on 2 cores, {how[0]}",
            "zh": f"{GOAL} 张 {run['longest side']} 像素照片，双核，{how[1]}",
            "value": f"{minutes:.1f} min", "target": f"≤ {MINUTES} min",
        })  # fmt: skip
        found.append({
            "en": "peak memory of all processes", "zh": "全部进程的内存峰值", "value": f"{run['peak memory MB']} MB",
            "target": "",
        })  # fmt: skip
    return found


def _first_five(kinds: dict[str, Any]) -> dict[str, Any]:
    """Those of which the project asks something, together."""
    chosen = [told for kind, told in kinds.items() if kind not in ("collage", "meme")]
    right, told, caught, planted = (sum(one[key] for one in chosen) for key in ("right", "told", "caught", "planted"))
    return {
        "planted": planted, "precision": {"value": right / max(1, told)}, "recall": {"value": caught / max(1, planted)},
    }  # fmt: skip


def resumed(data: Path, place: Path, workers: int) -> dict[str, Any]:
    files = [path for folder, count in RESUMED.items() for path in _spread(data / folder, count)]
    return material_runs.killed_and_resumed(files, place, workers)


def curves(data: Path) -> dict[str, Any]:
    from benchmarks import few_shot
    from benchmarks.judges import Judge

    judge = Judge()
    return {name: few_shot.curve(data, name, judge) for name in few_shot.CREATORS}


def _spread(folder: Path, count: int) -> list[Path]:
    """Files of a folder, evenly spread."""
    found = sorted(path for path in folder.rglob("*.jpg") if ".mask." not in path.name)
    if len(found) < count:
        raise LooksmithError("too few pictures", where=folder, expected=str(count), got=len(found))
    return [found[i * len(found) // count] for i in range(count)]


def _share(share: dict[str, float] | None) -> str:
    return "–" if share is None else f"{100 * share['value']:.1f} %"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.materials", description=__doc__.splitlines()[0])
    grid.add_data_argument(parser)
    parser.add_argument("--only", default=",".join(PARTS), help="parts, joined by commas")
    parser.add_argument("--half", type=int, choices=(0, 1), default=1)
    parser.add_argument("--photos", type=int, default=600, help="of the part pace")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--place", type=Path, help="folder for what is made; default a temporary one")
    parser.add_argument("--out", type=Path, default=record.RESULTS)
    given = parser.parse_args(arguments)
    chosen = given.only.split(",")
    try:
        data = grid.data_folder(given.data)
        for part in chosen:
            if part not in PARTS:
                raise LooksmithError("there is no such part", expected=", ".join(PARTS), got=part)
            with tempfile.TemporaryDirectory(dir=given.place) as folder:
                place = Path(folder)
                if part == "planted":
                    items = found_material.planted_set(data, place / "account", given.half)
                    value = found_material.measure(items, place / "account", place / "material", given.workers)
                elif part == "resume":
                    value = resumed(data, place, given.workers)
                elif part == "pace":
                    photos = _spread(data / "content", 795)
                    value = material_runs.paced(photos, given.photos, place / "many", given.workers)
                    few = material_runs.paced(photos, FEW, place / "few", given.workers)
                    more = value["processor seconds"] - few["processor seconds"]
                    value["processor seconds a photo"] = round(more / (given.photos - FEW), 4)
                    value["processor seconds of 20"] = few["processor seconds"]
                else:
                    value = curves(data)
            print(json.dumps(value, indent=1, ensure_ascii=False))
            if given.half == 1:
                store(part, value, given.out)
    except LooksmithError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def store(part: str, value: dict[str, Any], folder: Path) -> Path:
    """Put one part's result beside those of the others."""
    path = folder / "materials.json"
    whole = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    kept = {name: whole[name] for name in PARTS if name in whole}
    kept[part] = value
    if part == "curve" and folder == record.RESULTS:
        from benchmarks.few_shot_plot import plot

        plot(value, Path(__file__).parents[1] / "docs/pictures/few-shot.svg")
    return record.write("materials", {**kept, "rows": rows(kept)}, folder)


if __name__ == "__main__":
    sys.exit(main())
