"""Who is who, and which part is which: the networks of identity and of regions, and the guard, on held-out pictures.

    python -m benchmarks.faces_people --data FOLDER [--looks 16] [--portraits 200] [--parts identity,regions,guard]

*Identity*: pictures of held-out people (``recipes.faces_identity.held_out``), found by our own detector; the area under
the ROC curve of all pairs, beside dlib's embedding (which taught ours: labels of people decide, not it), and how the
two agree.
*Regions*: intersection over union of ``Regions.mask`` >= 0.5 with masks that people drew, all held-out pictures of a
set taken together (``recipes.faces_regions.held_out``).
*Guard*: portraits in every built-in look at its default strength (``benchmarks.faces_guard``; it goes on where it was
interrupted); whether any face ends below the floor, how often strength went back, and how like themselves faces are to
the judge with and without their features kept.
Writes results/faces-people.json.  Parts that are not asked for are kept as measured, and said to be of earlier
networks where these have changed since; parts whose network does not ship are left out.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "2")

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks import faces_guard, record
from looksmith.evaluation.identity import judge
from looksmith.faces import identity
from looksmith.faces.analyse import analyse_pixels
from looksmith.faces.parts import PARTS
from looksmith.faces.regions import installed as regions_installed
from looksmith.faces.regions import regions
from looksmith.training.data.region_labels import SKIN, one_of, sets_of_parsed, sets_of_worn
from looksmith.training.recipes.faces_identity import held_out as person_held_out
from looksmith.training.recipes.faces_identity import pair_similarities
from looksmith.training.recipes.faces_regions import held_out as parsed_held_out

Rgb = NDArray[np.uint8]
TARGETS = {"auc": 0.98, "skin": 0.88, "lips": 0.80, "eyes": 0.70, "hair": 0.80, "person": 0.93}


DEPENDS = {
    "identity": ("faces-detector", "faces-mesh", "faces-identity"),
    "regions": ("faces-detector", "faces-mesh", "faces-regions"),
    "guard": faces_guard.DEPENDS,
}
"""Networks that a part measures."""
MEASURED_WITH = "measured with"
"""Key of a result under which each part's networks stand."""


def kept_parts(before: dict[str, Any]) -> dict[str, Any]:
    """The parts of an earlier result as they are, with the networks of which they tell.

    Args:
        before: what was written; of those from before networks stood by each part, the networks of the whole.
    """
    parts = {part: before[part] for part in DEPENDS if part in before}
    told = before.get(MEASURED_WITH, {})
    whole = before.get("weights", {})
    networks = {part: told.get(part, {name: whole.get(name) for name in DEPENDS[part]}) for part in parts}
    return {**parts, MEASURED_WITH: networks}


def networks_of(part: str) -> dict[str, str | None]:
    """Those that ship now and have a part in it."""
    now = record.weights()
    return {name: now.get(name) for name in DEPENDS[part]}


def area_under(alike: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Area under the ROC curve: the chance that a pair of one person is more alike than one of two people."""
    order = np.sort(other)
    below = (np.searchsorted(order, alike, "left") + np.searchsorted(order, alike, "right")) / 2
    return float(below.mean() / len(other))


def overlap(found: Sequence[NDArray[np.bool_]], wanted: Sequence[NDArray[np.bool_]]) -> float:
    """Intersection over union of masks, over all pictures together; 1 where there is nothing in either."""
    both = sum(int((f & w).sum()) for f, w in zip(found, wanted, strict=True))
    either = sum(int((f | w).sum()) for f, w in zip(found, wanted, strict=True))
    return both / either if either else 1.0


def read(path: Path) -> Rgb:
    """H x W x 3 uint8."""
    return np.asarray(Image.open(path).convert("RGB"))


def identity_numbers(data: Path, most: int) -> dict[str, Any]:
    """Pairs of held-out people, ours beside dlib's."""
    ours: list[NDArray[np.float32]] = []
    theirs: list[NDArray[np.float64] | None] = []
    people: list[str] = []
    missed = 0
    referee = judge()
    for path in sorted((data / "faces/identities").glob("*/*.jpg")):
        name = f"faces/identities/{path.parent.name}/{path.name}"
        if not person_held_out(name) or len(people) >= most:
            continue
        rgb = read(path)
        faces = analyse_pixels(rgb)
        if not faces:
            missed += 1
            continue
        ours += identity.embed(rgb, faces[:1])
        theirs.append(None if referee is None else getattr(referee, "embedding")(rgb))  # noqa: B009  (not all have it)
        people.append(path.parent.name)
    names = np.array(people)
    alike, other = pair_similarities(np.stack(ours), names)
    limits = identity.thresholds()
    result: dict[str, Any] = {
        "pictures": len(people),
        "people": len(set(people)),
        "no face found": missed,
        "pairs of one person": len(alike),
        "auc": round(area_under(alike, other), 4),
        "pairs of one person at the floor": round(float((alike >= limits.same).mean()), 4),
        "pairs of two people at the floor": round(float((other >= limits.same).mean()), 5),
        "thresholds": {"same": limits.same, "different": limits.different},
    }
    known = np.array([vector is not None for vector in theirs])
    if known.sum() > 2:
        vectors = np.stack([vector for vector in theirs if vector is not None])
        distances = np.linalg.norm(vectors[:, None] - vectors[None], axis=2)
        one, two = np.triu_indices(len(vectors), 1)
        same = names[known][one] == names[known][two]
        far = -distances[one, two]
        mine = (np.stack(ours)[known] @ np.stack(ours)[known].T)[one, two]
        agree = (mine >= limits.same) == (distances[one, two] <= 0.6)
        result["dlib"] = {
            "faces found": int(known.sum()),
            "auc": round(area_under(far[same], far[~same]), 4),
            "ours on the same pairs": round(area_under(mine[same], mine[~same]), 4),
            "correlation of similarity": round(float(np.corrcoef(mine, far)[0, 1]), 4),
            "verdicts that agree": round(float(agree.mean()), 4),
        }
    return result


def region_numbers(data: Path) -> dict[str, Any]:
    """Overlaps by set and region."""
    labels = json.loads((data / "fashion/street-labels.json").read_text(encoding="utf-8"))
    found: dict[str, dict[str, tuple[list[Any], list[Any]]]] = {}
    counts: dict[str, int] = {}
    for folder in ("makeup/parsed", "fashion/street"):
        for path in sorted((data / folder).glob("*.mask.png")):
            name = f"{folder}/{path.name.replace('.mask.png', '.jpg')}"
            if not parsed_held_out(name):
                continue
            rgb = read(data / name)
            mask = np.asarray(Image.open(path).resize(rgb.shape[1::-1], Image.Resampling.NEAREST))
            sets = sets_of_parsed(mask) if folder.startswith("makeup") else sets_of_worn(mask, labels)
            seen = regions(rgb, analyse_pixels(rgb))
            counts[folder] = counts.get(folder, 0) + 1
            for region, parts, told in _comparable(folder):
                wanted = (sets != 0) & ((sets & ~np.uint16(told)) == 0)
                made = np.sum([seen.mask(part) for part in parts], axis=0) >= 0.5
                lists = found.setdefault(folder, {}).setdefault(region, ([], []))
                lists[0].append(made)
                lists[1].append(wanted)
    return {
        folder: {"pictures": counts[folder], **{name: round(overlap(*lists), 4) for name, lists in of.items()}}
        for folder, of in found.items()
    }


def _comparable(folder: str) -> list[tuple[str, tuple[str, ...], int]]:
    """Regions that a set's labels tell: name, our regions that make it, and the parts whose union the labels say."""
    person = ("person", ("person",), one_of(*PARTS[1:]))
    hair = ("hair", ("hair",), one_of("hair"))
    if folder.startswith("makeup"):
        skin = one_of("skin", "nose", "ears", "neck", "body")
        small = [(name, (name,), one_of(name)) for name in ("lips", "eyes", "brows", "nose")]
        return [("skin", ("skin",), skin), *small, hair, person]
    whole = ("skin", "lips", "mouth", "eyes", "brows")
    return [("skin", whole, SKIN), hair, ("clothes", ("clothes",), one_of("clothes")), person]


def rows_of(result: dict[str, Any]) -> list[dict[str, str]]:
    """What the tables of the documentation show."""
    rows = []
    networks = result.get(MEASURED_WITH, {})
    earlier = False

    def begin(part: str) -> Any:
        nonlocal earlier
        earlier = part in networks and networks[part] != networks_of(part)
        return result.get(part)

    def row(english: str, chinese: str, value: str, target: str = "") -> None:
        marks = (" (earlier networks)", "（较早的网络）") if earlier else ("", "")
        rows.append({"en": english + marks[0], "zh": chinese + marks[1], "value": value, "target": target})

    if one := begin("identity"):
        people = one["people"]
        row(f"identity: area under ROC, {people} held-out people", f"身份：ROC 曲线下面积，{people} 位未见过的人",
            f"{one['auc']:.3f}", "≥ 0.98")  # fmt: skip
        if other := one.get("dlib"):
            row("the same pairs: ours, dlib", "同样的配对：本网络，dlib",
                f"{other['ours on the same pairs']:.3f}, {other['auc']:.3f}")  # fmt: skip
            agree = f"{100 * other['verdicts that agree']:.1f} %"
            row("verdicts that agree with dlib's", "与 dlib 判断一致的比例", agree)
    for folder, of in (begin("regions") or {}).items():
        for name, value in of.items():
            if name != "pictures":
                target = f"≥ {TARGETS[name]:.2f}" if name in TARGETS else ""
                row(f"{name}: overlap, {folder} ({of['pictures']} pictures)",
                    f"{name}：交并比，{folder}（{of['pictures']} 张）", f"{value:.2f}", target)  # fmt: skip
    if kept := begin("guard"):
        row(f"faces below the floor, {kept['portraits']} portraits × {kept['looks']} looks",
            f"低于下限的人脸，{kept['portraits']} 张人像 × {kept['looks']} 种风格",
            f"{kept['faces below the floor']} of {kept['faces measured']}", "0")  # fmt: skip
        row("faces on which strength went back", "强度被收回的人脸比例", f"{100 * kept['strength went back']:.1f} %")
        seen = kept["similarity before the guard"]
        row("similarity to oneself in our looks, before the guard: median, 1 % below",
            "套用风格后与本人的相似度（收回之前）：中位数，1 % 低于",
            f"{seen['median']:.2f}, {seen['1 %']:.2f}")  # fmt: skip
        if told := kept.get("judge"):
            row(
                "the same person to dlib after a look",
                "dlib 判断仍为同一人",
                f"{100 * told['same person to the judge']:.1f} %",
            )
            row("verdicts on looks that agree with dlib's", "对风格结果的判断与 dlib 一致的比例",
                f"{100 * told['verdicts that agree']:.1f} %")  # fmt: skip
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--portraits", type=int, default=200)
    parser.add_argument("--looks", type=int, default=16)
    parser.add_argument("--pictures", type=int, default=10_000, help="of people, at most")
    parser.add_argument("--kept", type=Path, default=Path("checkpoints/faces-guard.jsonl"), help="of the guard")
    parser.add_argument("--parts", default="identity,regions,guard")
    chosen = parser.parse_args(arguments)
    parts = chosen.parts.split(",")
    path = record.RESULTS / "faces-people.json"
    before = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    result = kept_parts(before)
    warnings.simplefilter("ignore")
    measure: dict[str, tuple[Callable[[], bool], Callable[[], dict[str, Any]]]] = {
        "identity": (identity.installed, lambda: identity_numbers(chosen.data, chosen.pictures)),
        "regions": (regions_installed, lambda: region_numbers(chosen.data)),
        "guard": (
            identity.installed,
            lambda: faces_guard.guard_numbers(chosen.data, chosen.portraits, chosen.looks, chosen.kept),
        ),
    }
    for part, (installed, numbers) in measure.items():
        if not installed():
            result.pop(part, None)
        elif part in parts:
            result[part] = numbers()
            result[MEASURED_WITH][part] = networks_of(part)
    rows = rows_of(result)
    for row in rows:
        print(f"{row['en']:60} {row['value']:>12} {row['target']}")
    print(record.write("faces-people", {**result, "targets": TARGETS, "rows": rows}, record.RESULTS))
    return 0


if __name__ == "__main__":
    sys.exit(main())
