"""Four creators from end to end by the command line: folder, collect, consent, learn, apply, verify, ledger.

    python -m benchmarks.creators --data FOLDER --place EMPTY_FOLDER [--only painter,fashion,portraits,chalk]

Leaves folders, collections, looks and pictures in PLACE to be looked at, and writes results/creators.json.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from benchmarks import grid, record
from benchmarks.creator_folders import FOLDERS
from benchmarks.few_shot import ordered
from looksmith.errors import LooksmithError
from looksmith.evaluation.metrics.palette_distance import palette_distance
from looksmith.materials.material import Collected, read_material
from looksmith.media.colour import to_srgb8
from looksmith.media.read import read_photo

DECLARED: dict[str, list[str]] = {
    "painter": ["--public-domain", "--medium", "painting"],
    "fashion": ["--own", "--medium", "photograph"],
    "portraits": ["--medium", "photograph"],
    "chalk": ["--synthetic", "--medium", "painting"],
}
"""What is declared of the material; of the portraits the person shown gives a grant."""
BIOMETRIC = ("makeup", "hair", "retouch")
PHOTOS = 4


class Desk:
    """A person's computer: a home of their own, and the command line."""

    def __init__(self, home: Path) -> None:
        self.home = home
        home.mkdir(parents=True, exist_ok=True)

    def __call__(self, *arguments: object) -> dict[str, Any]:
        """Run a command with ``--json`` and give what it says.

        Raises:
            LooksmithError: it failed.
        """
        command = [sys.executable, "-m", "looksmith.cli.app", *map(str, arguments), "--json"]
        run = subprocess.run(
            command, capture_output=True, text=True, check=False, env={**os.environ, "LOOKSMITH_HOME": str(self.home)}
        )
        if run.returncode:
            raise LooksmithError("a command failed", where=" ".join(command[3:]), got=(run.stderr + run.stdout)[-600:])
        said: dict[str, Any] = json.loads(run.stdout)
        return said


def whole_way(name: str, data: Path, place: Path) -> dict[str, Any]:
    """One creator from a folder to verified pictures."""
    desk = Desk(place / "home")
    folder, material, look = place / name, place / f"{name}-material", place / f"{name}.look"
    FOLDERS[name](data, folder)
    begun = time.monotonic()
    card = desk("collect", folder, "-o", material, "--creator", name)
    collected = read_material(material)
    if name == "portraits":
        if not collected.creator:
            raise LooksmithError("nobody was proposed as the creator", where=material)
        card = desk("collect", folder, "-o", material, "--creator", name, "--face", collected.creator)
        collected = read_material(material)
    declared = [*DECLARED[name], *(_granted(desk, place, name) if name == "portraits" else [])]
    learned = desk("learn", material, "-o", look, "--creator", name, *declared)
    shown = _photos(data, place, name)
    out = place / f"{name}-pictures"
    out.mkdir()
    desk("apply", look, *shown, "-o", out)
    made = [next(out.glob(f"{photo.stem}*")) for photo in shown]
    verdicts = [desk("verify", path) for path in made]
    ledger, listed = desk("ledger"), desk("ledger", "--look", look)
    return {
        "collected": {key: card[key] for key in ("counts", "parts", "rejects", "gaps", "sources")},
        "people": len(collected.people),
        "evidence": {one["facet"]: _said(one) for one in learned["evidence"]},
        "look": {"bytes": learned["bytes"], "consent": learned["consent"], "facets": learned["facets"]},
        "pictures": len(made),
        "verified": _verified(verdicts),
        "colour distance to the test part": _nearer(collected, material, shown, made),
        "ledger": {"holds": ledger["holds"], "entries": ledger["count"], "outputs of the look": len(listed["outputs"])},
        "seconds": round(time.monotonic() - begun, 1),
    }


def _granted(desk: Desk, place: Path, name: str) -> list[str]:
    """The studio asks, the creator answers on her own computer."""
    hers = Desk(place / "her-home")
    request, grant = place / f"{name}.request", place / f"{name}.grant"
    facets = ",".join(("tone", "texture", *BIOMETRIC))
    desk("consent", "request", name, "--name", "Studio", "--facets", facets, "--uses", "private,editorial",
         "--until", "2099-01-01", "-o", request)  # fmt: skip
    hers("consent", "grant", request, "--biometric", ",".join(BIOMETRIC), "-o", grant)
    return ["--consent", str(grant)]


def _photos(data: Path, place: Path, name: str) -> list[Path]:
    """Photos that none of the four has: places and things, and a portrait that no real person sat for."""
    chosen = [*ordered(data / "content/large")[-PHOTOS:], ordered(data / "faces/generated")[-1]]
    folder = place / "photos"
    folder.mkdir(exist_ok=True)
    found = []
    for path in chosen:
        (folder / path.name).write_bytes(path.read_bytes())
        found.append(folder / path.name)
    return found


def _said(evidence: dict[str, Any]) -> str:
    if evidence["verdict"] == "left out":
        return f"left out: {evidence['reason']}"
    halves = "" if evidence["agreement"] is None else f", halves agree to {evidence['agreement']:.0%}"
    return f"{evidence['verdict']}, from {evidence['count']:g}{halves}"


def _verified(verdicts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """How many pictures are sound and labelled, and what is proven, stated, contradicted or not there in them."""
    states: dict[str, list[str]] = {}
    for verdict in verdicts:
        for finding in verdict["findings"]:
            about = states.setdefault(finding["state"], [])
            if finding["about"] not in about:
                about.append(finding["about"])
    right = sum(verdict["sound"] and verdict["labelled"] for verdict in verdicts)
    return {"sound and labelled": right, **states}


def _nearer(
    collected: Collected, material: Path, shown: Sequence[Path], made: Sequence[Path]
) -> dict[str, float] | None:
    """Mean distance of colours to the pictures that were set aside for the test, before and after."""
    test = [to_srgb8(read_photo(material / picture.file)) for picture in collected.part("test")]
    if not test:
        return None
    mean = {
        word: float(np.mean([palette_distance(to_srgb8(read_photo(p)), target) for p in paths for target in test]))
        for word, paths in (("photos", shown), ("with the look", made))
    }
    return {word: round(value, 3) for word, value in mean.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.creators", description=__doc__.splitlines()[0])
    grid.add_data_argument(parser)
    parser.add_argument("--place", type=Path, required=True, help="an empty folder for what is made")
    parser.add_argument("--only", default=",".join(FOLDERS), help="creators, joined by commas")
    parser.add_argument("--out", type=Path, default=record.RESULTS)
    given = parser.parse_args(arguments)
    try:
        data = grid.data_folder(given.data)
        given.place.mkdir(parents=True, exist_ok=True)
        path = given.out / "creators.json"
        found = json.loads(path.read_text(encoding="utf-8"))["creators"] if path.exists() else {}
        for name in given.only.split(","):
            found[name] = whole_way(name, data, given.place)
            print(name, json.dumps(found[name], indent=1, ensure_ascii=False), flush=True)
            record.write("creators", {"creators": {n: found[n] for n in FOLDERS if n in found}}, given.out)
    except LooksmithError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
