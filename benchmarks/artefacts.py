"""Calibrates the artefact detectors on some photos, and measures them on others.

    python -m benchmarks.artefacts --data FOLDER [--calibrate] [--quick]

``--calibrate`` fits the weights and limits on photos that are not held out and writes them to
src/looksmith/evaluation/artefacts/calibration.json.  Then, or without it at once, held-out photos are measured: how
many planted artefacts are found, and how many clean photos raise an alarm.  Writes results/artefacts.json.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "2")

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from benchmarks import grid, planted, record
from looksmith.errors import LooksmithError
from looksmith.evaluation.artefacts import detect
from looksmith.training.data.pictures import SUFFIXES, held_out

Rgb = NDArray[np.uint8]
Array = NDArray[np.float64]

SHARES = {"content/photos": 0.45, "content/street": 0.12, "content/large": 0.03, "faces/rated": 0.3, "faces/ages": 0.1}
"""Of the photos of a run, by folder; pictures that networks made are no clean photos."""

TARGET = {"found": 0.9, "alarms": 0.05}
ALARMS = 0.025
"""Share of calibration photos without an artefact above a limit; under the target, because other photos differ."""

CALIBRATION = Path(detect.__file__).with_name("calibration.json")


def photos(data: Path, count: int, held: bool) -> list[Rgb]:
    """Clean photos, in an order that only their names decide."""
    found = []
    for folder, share in SHARES.items():
        paths = [
            path
            for path in (data / folder).rglob("*")
            if path.suffix.lower() in SUFFIXES and ".mask." not in path.name and held_out(path) == held
        ]
        paths.sort(key=lambda path: hashlib.sha256(path.name.encode()).hexdigest())
        for path in paths[: round(count * share)]:
            decoded = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
            if decoded is not None and min(decoded.shape[:2]) >= 100:
                found.append(np.ascontiguousarray(decoded[..., ::-1], np.uint8))
    if len(found) < 20:
        raise LooksmithError("too few photos", where=data, expected="20 or more", got=len(found))
    return found


def variants(chosen: list[Rgb], seed: int, label: str) -> dict[str, dict[str, Array]]:
    """Features of each detector over: the photos (clean), the photos changed harmlessly, and with its artefact."""
    rows: dict[str, dict[str, list[Array]]] = {
        name: {"clean": [], "harmless": [], "planted": []} for name in detect.DETECTORS
    }
    for number, photo in enumerate(track(chosen, label, console=Console(stderr=True))):
        rng = np.random.default_rng([seed, number])
        clean = planted.saved(photo, rng)
        harmless = planted.saved(planted.harmless(photo, rng), rng)
        for name, plant in planted.PLANTS.items():
            rows[name]["clean"].append(detect.measure(name, clean))
            rows[name]["harmless"].append(detect.measure(name, harmless))
            rows[name]["planted"].append(detect.measure(name, planted.saved(plant(photo, rng), rng)))
    return {name: {kind: np.array(values) for kind, values in kinds.items()} for name, kinds in rows.items()}


def fit(clean: Array, harmless: Array, bad: Array) -> detect.Calibration:
    """Ridge logistic regression (Newton's method), then limits from quantiles over photos without the artefact."""
    good = np.concatenate([clean, harmless])
    every = np.concatenate([good, bad])
    mean, deviation = every.mean(axis=0), every.std(axis=0) + 1e-6
    x = detect.expanded(every, mean, deviation)
    y = np.concatenate([np.zeros(len(good)), np.ones(len(bad))])
    ridge = 10.0 * np.eye(x.shape[1])
    ridge[-1, -1] = 0
    weights = np.zeros(x.shape[1])
    for _ in range(40):
        chance = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        slope = x.T @ (y - chance) - ridge @ weights
        weights += np.linalg.solve((x * (chance * (1 - chance) + 1e-9)[:, None]).T @ x + ridge, slope)
    before, after = (detect.expanded(rows, mean, deviation) @ weights for rows in (clean, harmless))
    limit = max(float(np.quantile(values, 1 - ALARMS)) for values in (before, after))
    level = float(np.quantile(before, 0.75))
    return detect.Calibration(mean, deviation, weights, limit, level, rise=least_rise(before, after, limit, level))


def least_rise(before: Array, after: Array, limit: float, level: float) -> float:
    """The least rise with which so few photos raise an alarm beside themselves after a harmless change.

    A photo raises none when its score after the change is below ``limit`` or has risen by no more than half the rise,
    and is below ``level`` or has risen by no more than the whole.
    """
    rose = after - before
    needed = np.maximum(np.where(after > limit, 2 * rose, 0), np.where(after > level, rose, 0))
    return max(float(np.quantile(needed, 1 - ALARMS)), 0.25)


def calibrate(data: Path, count: int) -> None:
    """Fit every detector and write what it learned."""
    store(variants(photos(data, count, held=False), 1, "calibrating"))


def store(measured: dict[str, dict[str, Array]]) -> None:
    """The same from features that are measured already."""
    learned = {name: fit(rows["clean"], rows["harmless"], rows["planted"]) for name, rows in measured.items()}
    stored = {
        "about": "weights and limits of the artefact detectors; written by python -m benchmarks.artefacts --calibrate",
        "photos": len(measured["banding"]["clean"]),
        "folders": list(SHARES),
        "detectors": {
            name: {
                **{key: np.round(getattr(c, key), 5).tolist() for key in ("mean", "deviation", "weights")},
                **{key: round(getattr(c, key), 5) for key in ("limit", "level", "rise")},
            }
            for name, c in learned.items()
        },
    }
    CALIBRATION.write_text(record.compact(json.dumps(stored, indent=1)) + "\n", encoding="utf-8")
    detect.calibration.cache_clear()


def measure(chosen: list[Rgb], seed: int = 2) -> dict[str, Any]:
    """Shares found and false alarms, without and with the photo at hand."""
    return counted(variants(chosen, seed, "measuring"))


def counted(rows: dict[str, dict[str, Array]]) -> dict[str, Any]:
    """The same from features that are measured already."""
    known = detect.calibration()
    result: dict[str, Any] = {}
    count = len(rows["banding"]["clean"])
    any_alarm, any_beside = np.zeros(count, bool), np.zeros(count, bool)
    for name, kinds in rows.items():
        c = known[name]
        scores = {kind: np.array([c.score(row) for row in values]) for kind, values in kinds.items()}
        limits = np.array([c.limit_beside(float(score)) for score in scores["clean"]])
        beside = {kind: scores[kind] > limits for kind in ("harmless", "planted")}
        alarm = scores["clean"] > c.limit
        any_alarm |= alarm
        any_beside |= beside["harmless"]
        result[name] = {
            "found": record.bootstrap((scores["planted"] > c.limit).astype(float)),
            "false alarms": record.bootstrap(alarm.astype(float)),
            "found beside the photo": record.bootstrap(beside["planted"].astype(float)),
            "false alarms beside the photo": record.bootstrap(beside["harmless"].astype(float)),
        }
    return {
        "photos": count,
        "targets": TARGET,
        "detectors": result,
        "any alarm on a clean photo": record.bootstrap(any_alarm.astype(float)),
        "any alarm beside the photo": record.bootstrap(any_beside.astype(float)),
    }


_CHINESE = {
    "checkerboard": "棋盘格", "banding": "色阶断层", "haloes": "光晕", "colour-cast": "偏色", "blown": "高光溢出",
    "crushed": "暗部死黑",
}  # fmt: skip


def table(result: dict[str, Any]) -> list[dict[str, str]]:
    """The rows of the documents' table."""
    rows = []
    for kind, zh_kind, suffix in (("", "", ""), (", beside the photo", "，对照原照片", " beside the photo")):
        for name, found in result["detectors"].items():
            hits, alarms = found[f"found{suffix}"]["value"], found[f"false alarms{suffix}"]["value"]
            rows.append(
                {
                    "en": f"{name}{kind}: found, false alarms",
                    "zh": f"{_CHINESE[name]}{zh_kind}：检出率，误报率",
                    "value": f"{hits:.1%}, {alarms:.1%}",
                    "target": f"≥ {TARGET['found']:.0%}, ≤ {TARGET['alarms']:.0%}",
                }
            )
    return rows


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.artefacts", description=__doc__.splitlines()[0])
    grid.add_data_argument(parser)
    parser.add_argument("--calibrate", action="store_true", help="fit weights and limits first, and write them")
    parser.add_argument("--photos", type=int, default=800, help="photos to calibrate on")
    parser.add_argument("--held-out", type=int, default=400, help="photos to measure on")
    parser.add_argument("--quick", action="store_true", help="a tenth of the held-out photos; no files")
    parser.add_argument("--out", type=Path, default=record.RESULTS)
    given = parser.parse_args(arguments)
    try:
        data = grid.data_folder(given.data)
        if given.calibrate:
            calibrate(data, given.photos)
        result = measure(photos(data, given.held_out // 10 if given.quick else given.held_out, held=True))
    except LooksmithError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for name, found in result["detectors"].items():
        print(f"{name:13}", "  ".join(f"{key} {value['value']:.3f}" for key, value in found.items()))
    print("any alarm", result["any alarm on a clean photo"], result["any alarm beside the photo"])
    if not given.quick:
        result["rows"] = table(result)
        print(record.write("artefacts", result, given.out))
    return 0


if __name__ == "__main__":
    sys.exit(main())
