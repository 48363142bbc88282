"""A look with a painter of its own against the same look without it, on photos and pictures that neither has seen.

    python -m benchmarks.deep --data FOLDER NAME=LOOK,MATERIAL …

LOOK was learned from the collection MATERIAL with ``looksmith learn --deep``; what ``--json`` printed lies beside it as
NAME.json.  Style is judged against the part of the collection that is set aside for the test.  A look whose painter was
not kept is listed with what its training said.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from numpy.typing import NDArray

import looksmith
from benchmarks import grid, record
from benchmarks.few_shot import Targets
from benchmarks.grid import Rgb, square
from benchmarks.judges import CONTENT_TAPS, Judge
from looksmith.errors import LooksmithError
from looksmith.looks.look import Look
from looksmith.materials.material import read_material
from looksmith.media.colour import to_srgb8
from looksmith.media.read import photo_from_array, read_photo
from looksmith.training.losses.content import cosine_content, instance_normalised

PHOTOS, SEARCHED, SIDE = 18, 6, 512
"""Photos; those of them on which the strength is sought; their side in pixels."""
ALLOWED = 0.01
"""More of a content distance, as the training's own guard allows."""
STRENGTHS = (1.0, 0.95, 0.9, 0.85, 0.8, 0.7, 0.6)
"""At which a look is tried until it keeps as much content as the other one."""


def compared(look: Look, pictures: Sequence[Rgb], photos: Sequence[Rgb], judge: Judge) -> dict[str, Any]:
    """Style and content distance of the quick look and of the deep one; of both the one that leaves more of the photo's
    content behind is turned down until they keep as much."""
    state = look.facets["texture"]
    quick = replace(look, facets={**look.facets, "texture": replace(
        state, own=np.zeros(0, np.int8), own_steps=np.zeros(0, np.float32)
    )})  # fmt: skip
    targets = Targets(judge, pictures)
    few = photos[:SEARCHED]
    far = {"quick": _content(quick, 1.0, targets, few, judge), "deep": _content(look, 1.0, targets, few, judge)}
    one, other = 1.0, 1.0
    if far["deep"] > far["quick"] + ALLOWED:
        other = _turned_down(look, far["quick"] + ALLOWED, targets, few, judge)
        far["deep"] = _content(look, other, targets, few, judge)
    if far["quick"] > far["deep"] + ALLOWED:
        one = _turned_down(quick, far["deep"] + ALLOWED, targets, few, judge)
    full = _means(_distances(quick, 1.0, targets, photos, judge))
    equal = full if one == 1.0 else _means(_distances(quick, one, targets, photos, judge))
    deep = _means(_distances(look, other, targets, photos, judge))
    return {
        "quick": equal, "deep": deep, "strengths": {"quick": one, "deep": other},
        "style below quick": round(1 - deep["style"] / equal["style"], 4),
        "quick at full strength": full, "style below it": round(1 - deep["style"] / full["style"], 4),
        "held-out pictures": len(pictures), "photos": len(photos),
    }  # fmt: skip


def _turned_down(look: Look, content: float, targets: Targets, photos: Sequence[Rgb], judge: Judge) -> float:
    """The largest strength at which a look keeps so much content."""
    return next((s for s in STRENGTHS if _content(look, s, targets, photos, judge) <= content), STRENGTHS[-1])


def _content(look: Look, strength: float, targets: Targets, photos: Sequence[Rgb], judge: Judge) -> float:
    return float(_distances(look, strength, targets, photos, judge)[:, 1].mean())


def _means(distances: NDArray[np.float64]) -> dict[str, float]:
    return {
        name: round(float(value), 4) for name, value in zip(("style", "content"), distances.mean(axis=0), strict=True)
    }


def _distances(
    look: Look, strength: float, targets: Targets, photos: Sequence[Rgb], judge: Judge
) -> NDArray[np.float64]:
    """Style and content distance of every photo, n x 2."""
    found = []
    for photo in photos:
        made = looksmith.apply(look, photo_from_array(photo), only="texture", strength=strength, recorded=False)
        picture = to_srgb8(made)
        before, after = judge.features(photo), judge.features(picture)
        wanted = {tap: instance_normalised(before[tap]) for tap in CONTENT_TAPS}
        content = float(cosine_content({tap: after[tap] for tap in CONTENT_TAPS}, wanted))
        found.append((targets.distances(picture)[0], content))
    return np.array(found)


def rows(creators: dict[str, Any]) -> list[dict[str, str]]:
    """The table: one line a creator."""
    found = []
    for name, one in creators.items():
        training = one["training"]
        if "quick" not in one:
            quick, deep = training["quick"]["style"], training["deep"]["style"]
            found.append({
                "en": f"{name}: not kept; on the pictures that check, {training['minutes']:.0f} minutes",
                "zh": f"{name}：未保留；以校验图片衡量，{training['minutes']:.0f} 分钟",
                "value": f"{quick:.3f} → {deep:.3f}, {_percent(1 - deep / quick)}", "target": "−10 %",
            })  # fmt: skip
            continue
        contents = f"{one['quick']['content']:.3f} → {one['deep']['content']:.3f}"
        found.append({
            "en": f"{name}: style distance quick → deep (content {contents}), {training['minutes']:.0f} minutes",
            "zh": f"{name}：风格距离 quick → deep（内容 {contents}），{training['minutes']:.0f} 分钟",
            "value": f"{one['quick']['style']:.3f} → {one['deep']['style']:.3f}, "
            f"{_percent(one['style below quick'])} (at full strength of quick {_percent(one['style below it'])})",
            "target": "−10 %",
        })  # fmt: skip
    return found


def _percent(below: float) -> str:
    return f"−{100 * below:.0f} %" if below >= 0 else f"+{-100 * below:.0f} %"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.deep", description=__doc__.splitlines()[0])
    grid.add_data_argument(parser)
    parser.add_argument("looks", nargs="+", metavar="NAME=LOOK,MATERIAL")
    parser.add_argument("--out", type=Path, default=record.RESULTS)
    given = parser.parse_args(arguments)
    try:
        data, judge = grid.data_folder(given.data), Judge()
        photos = [picture.rgb for picture in grid.shares(data, PHOTOS, SIDE, {"content/photos": 1.0})]
        found = {}
        for text in given.looks:
            name, _, paths = text.partition("=")
            path, material = (Path(part) for part in paths.split(","))
            collected = read_material(material)
            held = collected.part("test")
            pictures = [square(to_srgb8(read_photo(material / picture.file)), SIDE) for picture in held]
            told = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["deep"]
            found[name] = compared(Look.load(path), pictures, photos, judge) if told["kept"] else {}
            found[name]["training"] = {
                "kept": told["kept"], "steps": told["steps"], "minutes": round(told["seconds"] / 60, 1),
                "pictures": len(collected.part("train")), "quick": told["quick"], "deep": told["deep"],
            }  # fmt: skip
            found[name]["bytes"] = path.stat().st_size
            print(name, json.dumps(found[name], indent=1))
        print(record.write("deep", {"creators": found, "rows": rows(found)}, given.out))
    except LooksmithError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
