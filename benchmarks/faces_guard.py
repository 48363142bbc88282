"""The guard of identity on portraits in every built-in look; what was measured is kept, so that it can be interrupted.

Every portrait in every look at its default strength, as ``apply`` makes it; the similarity of each face to itself
before and after the guard, and how often strength went back.  Every tenth portrait is shown to an independent judge
too, with and without its features kept; and the judge's verdict is set beside ours.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks import record
from looksmith.evaluation.identity import FaceJudge, judge
from looksmith.faces import identity
from looksmith.looks.apply import apply
from looksmith.looks.shelf import entries
from looksmith.media.photo import Photo
from looksmith.rights.provenance import read_recipe
from looksmith.training.data.pictures import held_out

DEPENDS = (
    "faces-detector", "faces-mesh", "faces-identity", "texture-encoder", "texture-mapping", "texture-painter",
)  # fmt: skip
"""Networks that have a part in it."""
FOLDERS = ("faces/generated", "faces/rated")
JUDGED = 10
"""Every so many portraits the judge looks."""
FEATURES = {"features kept": 0.9, "features not kept": 0.0}


def portraits(data: Path, most: int) -> list[Path]:
    """Held-out portraits, those that nobody is first."""
    found = [p for name in FOLDERS for p in sorted((data / name).glob("*.jpg")) if held_out(p)]
    return found[:most]


def guard_numbers(data: Path, most: int, looks: int, kept: Path) -> dict[str, Any]:
    """Every portrait in every built-in look.

    Args:
        data: the folder of the sets.
        most: portraits.
        looks: of the built-in ones, in their order.
        kept: file of lines that holds what was measured, by the weights that ship.
    """
    names = [entry.name for entry in entries() if entry.built_in][:looks]
    paths = portraits(data, most)
    weights = {name: record.weights().get(name) for name in DEPENDS}
    seen = {(row["portrait"], row["look"]): row for row in _rows(kept) if row["weights"] == weights}
    referee = judge()
    kept.parent.mkdir(parents=True, exist_ok=True)
    with kept.open("a", encoding="utf-8") as file:
        for number, path in enumerate(paths):
            for look in names:
                if (path.name, look) in seen:
                    continue
                judged = referee if number % JUDGED == 0 else None
                row = {"portrait": path.name, "look": look, "weights": weights, **_measured(path, look, judged)}
                file.write(json.dumps(row) + "\n")
                file.flush()
                seen[path.name, look] = row
    chosen = [seen[path.name, look] for path in paths for look in names]
    return _summary(chosen, len(paths), len(names))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            yield json.loads(line)
        except ValueError:  # the last line of a run that was stopped
            continue


def _measured(path: Path, look: str, referee: FaceJudge | None) -> dict[str, Any]:
    """One portrait in one look."""
    photo = Photo(np.asarray(Image.open(path).convert("RGB")))
    made = apply(look, photo, recorded=False)
    people = [
        {"similarity": one.similarity, "wished": one.wished, "strength": one.strength}
        for one in read_recipe(made).people
    ]
    row: dict[str, Any] = {"people": people}
    if referee is not None:
        row["judge"] = referee.distance(_pixels(made), _pixels(photo))
        for key, features in FEATURES.items():
            free = apply(look, photo, identity_floor="off", features=features, recorded=False)
            row[key] = referee.distance(_pixels(free), _pixels(photo))
        row["limit"] = referee.same_person
    return row


def _pixels(photo: Photo) -> NDArray[np.uint8]:
    return np.asarray(photo.pixels, np.uint8)


def _summary(rows: list[dict[str, Any]], portraits: int, looks: int) -> dict[str, Any]:
    limits = identity.thresholds()
    faces = [(row, one) for row in rows for one in row["people"]]
    wished = np.array([one["wished"] for _, one in faces])
    shares = np.array([one["strength"] for _, one in faces])
    told = [row for row in rows if row.get("judge") is not None and len(row["people"]) == 1]
    agree = [(row["judge"] <= row["limit"]) == (row["people"][0]["similarity"] >= limits.same) for row in told]
    result: dict[str, Any] = {
        "portraits": portraits,
        "looks": looks,
        "applications": len(rows),
        "applications without a face that was found": sum(not row["people"] for row in rows),
        "faces measured": len(faces),
        "faces below the floor": int(sum(one["similarity"] < limits.same - 1e-4 for _, one in faces)),
        "strength went back": round(float((shares < 1).mean()), 4),
        "mean strength": round(float(shares.mean()), 4),
        "similarity before the guard": {
            "least": round(float(wished.min()), 4),
            "1 %": round(float(np.quantile(wished, 0.01)), 4),
            "5 %": round(float(np.quantile(wished, 0.05)), 4),
            "median": round(float(np.median(wished)), 4),
        },
        "went back, by look": _back_by_look(faces),
        "distance to the judge, without guard": {
            key: round(float(np.mean([row[key] for row in rows if row.get(key) is not None])), 4)
            for key in FEATURES
            if any(row.get(key) is not None for row in rows)
        },
    }
    if told:
        result["judge"] = {
            "faces": len(told),
            "distance after the guard, mean": round(float(np.mean([row["judge"] for row in told])), 4),
            "same person to the judge": round(float(np.mean([row["judge"] <= row["limit"] for row in told])), 4),
            "verdicts that agree": round(float(np.mean(agree)), 4),
        }
    return result


def _back_by_look(faces: list[tuple[dict[str, Any], dict[str, Any]]]) -> dict[str, float]:
    """Looks in which strength went back on some face, and the share of faces."""
    looks = sorted({row["look"] for row, _ in faces})
    shares = {
        look: float(np.mean([one["strength"] < 1 for row, one in faces if row["look"] == look])) for look in looks
    }
    return {look: round(share, 4) for look, share in shares.items() if share > 0}
