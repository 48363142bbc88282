"""A look with a painter of its own against the same look without it, on photos and pictures that neither has seen.

    python -m benchmarks.deep --data FOLDER NAME=LOOK,MATERIAL …

LOOK was learned from the collection MATERIAL with ``looksmith learn --deep``; what ``--json`` printed lies beside it as
NAME.json.  Style is judged against the part of the collection that is set aside for the test.
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

PHOTOS, SIDE = 6, 512
ALLOWED = 0.01
"""More of a content distance, as the training's own guard allows."""
STRENGTHS = (1.0, 0.95, 0.9, 0.85, 0.8, 0.7, 0.6)
"""At which the deep look is tried until it keeps as much content as the quick one does at full strength."""


def compared(look: Look, pictures: Sequence[Rgb], photos: Sequence[Rgb], judge: Judge) -> dict[str, Any]:
    """Style and content distance of the quick look, and of the deep one where its content distance is the same."""
    state = look.facets["texture"]
    quick = replace(look, facets={**look.facets, "texture": replace(
        state, own=np.zeros(0, np.int8), own_steps=np.zeros(0, np.float32)
    )})  # fmt: skip
    targets = Targets(judge, pictures)
    one = _distances(quick, 1.0, targets, photos, judge)
    for strength in STRENGTHS:
        other = _distances(look, strength, targets, photos, judge)
        if other["content"] <= one["content"] + ALLOWED:
            break
    return {
        "quick": one, "deep": other, "strength": strength,
        "style below quick": round(1 - other["style"] / one["style"], 4), "held-out pictures": len(pictures),
        "photos": len(photos),
    }  # fmt: skip


def _distances(look: Look, strength: float, targets: Targets, photos: Sequence[Rgb], judge: Judge) -> dict[str, float]:
    styles, contents = [], []
    for photo in photos:
        made = looksmith.apply(look, photo_from_array(photo), only="texture", strength=strength, recorded=False)
        picture = to_srgb8(made)
        styles.append(targets.distances(picture)[0])
        before, after = judge.features(photo), judge.features(picture)
        wanted = {tap: instance_normalised(before[tap]) for tap in CONTENT_TAPS}
        contents.append(float(cosine_content({tap: after[tap] for tap in CONTENT_TAPS}, wanted)))
    return {"style": round(float(np.mean(styles)), 4), "content": round(float(np.mean(contents)), 4)}


def rows(creators: dict[str, Any]) -> list[dict[str, str]]:
    """The table: one line a creator."""
    return [
        {
            "en": f"{name}: style distance quick → deep (content {one['quick']['content']:.3f} → "
            f"{one['deep']['content']:.3f}), {one['training']['minutes']:.0f} minutes",
            "zh": f"{name}：风格距离 quick → deep（内容 {one['quick']['content']:.3f} → "
            f"{one['deep']['content']:.3f}），{one['training']['minutes']:.0f} 分钟",
            "value": f"{one['quick']['style']:.3f} → {one['deep']['style']:.3f}, "
            f"−{100 * one['style below quick']:.0f} %",
            "target": "−10 %",
        }
        for name, one in creators.items()
    ]


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
            found[name] = compared(Look.load(path), pictures, photos, judge)
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
