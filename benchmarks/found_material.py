"""What collecting finds of what was planted in a folder: precision and recall of every kind."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from benchmarks.planted_material import Item, plant
from benchmarks.planted_people import pictures_of
from looksmith.evaluation.statistics.proportion import wilson
from looksmith.materials.collect import collect
from looksmith.materials.material import Collected, Reject

COUNTS = {"near-duplicate": 64, "blurred": 45, "screenshot": 40, "corrupt": 40, "collage": 18, "meme": 19}
PHOTOS, SELFIES, CUT, GENERATED, RATED = 170, 60, 24, 10, 10
"""Of the creator: photos of things and places, pictures of the creator; of others: cut out likewise, portraits."""
REASONS = {"near-duplicate": "duplicate", "corrupt": "unreadable"}
PEOPLE = {0: ("talking-d18.mp4", "talking-d10.mp4"), 1: ("talking-d10.mp4", "talking-d19.mp4")}
"""Creator and stranger: when limits were chosen (half 0), and when the result is measured (half 1)."""
LEAST = 176
"""Short side of a photo that is taken: collecting says itself that smaller ones than 160 are left out."""
PEOPLE_IN = frozenset(Path(__file__).with_name("photos_with_people.txt").read_text(encoding="utf-8").split())
"""Photos that show people whom one could know, chosen by eye before anything was measured on them: not surely the
creator's own."""
TARGETS = {"precision": 0.98, "recall": 0.95}


def planted_set(data: Path, folder: Path, half: int) -> list[Item]:
    """500 files: pictures of one half of the data, chosen by the digests of their names; both halves share none."""
    photos = [path for path in _half(data / "content/photos", half) if min(Image.open(path).size) >= LEAST]
    free = [path for path in photos if path.stem not in PEOPLE_IN]
    creator, stranger = PEOPLE[half]
    own, spare = [_read(path) for path in free[:PHOTOS]], [_read(path) for path in free[PHOTOS:]]
    behind = [*free[PHOTOS:], *_half(data / "content/large", half)][: SELFIES + CUT]
    own += pictures_of(data / "video" / creator, behind[:SELFIES], seed=10 + half)
    others = [*pictures_of(data / "video" / stranger, behind[SELFIES:], seed=12 + half)]
    others += [_read(path) for path in _half(data / "faces/generated", half)[:GENERATED]]
    others += [_read(path) for path in _half(data / "faces/rated", half)[:RATED]]
    return plant(own, others, spare, folder, COUNTS, seed=10 + half)


def measure(items: Sequence[Item], folder: Path, out: Path, workers: int) -> dict[str, Any]:
    """Collect the folder, once as it is and once with the creator confirmed, and count what was found."""
    first = collect([folder], out, workers=workers)
    selfies = {item.name for item in items if item.kind == "own"}
    creator = _most_seen(first, selfies)
    collected = collect([folder], out, face=creator, workers=workers)
    return {"proposed the right person": first.creator == creator, **score(items, collected)}


def score(items: Sequence[Item], collected: Collected) -> dict[str, Any]:
    """Precision and recall with 95 % intervals: of each kind by its own reason, of all by being left out at all."""
    by_name = {item.name: item for item in items}
    rejects = {reject.source.rpartition("/")[2]: reject for reject in collected.rejects}
    kinds = {}
    for kind in dict.fromkeys(item.kind for item in items if item.kind != "own"):
        planted = [item for item in items if item.kind == kind]
        reason = REASONS.get(kind, kind)
        told = [name for name, reject in rejects.items() if reject.reason == reason]
        kinds[kind] = {
            "planted": len(planted),
            **_shares(
                sum(_right(by_name[name], rejects[name], by_name) for name in told), len(told),
                sum(_caught(item, rejects, by_name) for item in planted), len(planted),
            ),
        }  # fmt: skip
    # of a picture and its copy one stays, whichever it is
    due = [item for item in items if item.kind != "own"]
    wrong = [name for name, reject in rejects.items() if not _deserved(by_name[name], reject, by_name)]
    gone = sum(_caught(item, rejects, by_name) or item.name in rejects for item in due)
    return {
        "files": len(items),
        "kinds": kinds,
        "all": _shares(len(rejects) - len(wrong), len(rejects), gone, len(due)),
        "missed": sorted(
            f"{item.name} {item.kind} {item.how}".strip() for item in due if not _caught(item, rejects, by_name)
        ),
        "wrongly left out": sorted(f"{name} {by_name[name].kind}: {rejects[name].reason}" for name in wrong),
    }


def _right(item: Item, reject: Reject, by_name: dict[str, Item]) -> bool:
    """Whether the reason is the true one."""
    if reject.reason == "duplicate":
        other = by_name[reject.detail.rpartition("/")[2]]
        return _origin(item) == _origin(other)
    return REASONS.get(item.kind, item.kind) == reject.reason


def _caught(item: Item, rejects: dict[str, Reject], by_name: dict[str, Item]) -> bool:
    """Whether a planted item was left out for its own reason; of a copy, whether it or its original was."""
    names = [item.name, item.of] if item.of else [item.name]
    reason = REASONS.get(item.kind, item.kind)
    return any(
        name in rejects and rejects[name].reason == reason and _right(by_name[name], rejects[name], by_name)
        for name in names
    )


def _deserved(item: Item, reject: Reject, by_name: dict[str, Item]) -> bool:
    """Whether leaving it out is right, if perhaps for another reason."""
    return item.kind not in ("own", "near-duplicate") or _right(item, reject, by_name)


def _origin(item: Item) -> str:
    return item.of or item.name


def _shares(right: int, told: int, caught: int, planted: int) -> dict[str, Any]:
    return {
        "precision": _share(right, told), "recall": _share(caught, planted), "told": told, "right": right,
        "caught": caught,
    }  # fmt: skip


def _share(part: int, whole: int) -> dict[str, float] | None:
    if not whole:
        return None
    found = wilson(part, whole)
    return {"value": round(part / whole, 4), "low": round(found.low, 4), "high": round(found.high, 4)}


def _most_seen(collected: Collected, selfies: Iterable[str]) -> int:
    """Number of the person in most of the creator's pictures: what one sees on the page."""
    names, seen = set(selfies), dict[int, int]()
    for picture in collected.pictures:
        if picture.source.rpartition("/")[2] in names:
            for face in picture.faces or ():
                seen[face.who] = seen.get(face.who, 0) + 1
    seen.pop(0, None)
    return max(seen, key=lambda number: (seen[number], -number), default=0)


def _half(folder: Path, half: int) -> list[Path]:
    """Half of the pictures in a folder, in an order that only their names decide."""
    found = [(hashlib.sha256(b"planted" + path.name.encode()).digest(), path) for path in folder.glob("*.jpg")]
    return [path for digest, path in sorted(found) if digest[-1] % 2 == half]


def _read(path: Path) -> Image.Image:
    return Image.open(path).convert("RGB")
