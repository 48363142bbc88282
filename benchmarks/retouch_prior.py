"""What portraits look like before and after retouching: the table that amounts of retouching are told by.

    python -m benchmarks.retouch_prior --data FOLDER [--pictures 60]

Portraits of the sets below that are not held out, as they are and with each slider at 1, measured by
``facets.retouch.measure``.  Nobody knows which of them were retouched before: medians are taken, and sets in which most
were not.  Writes ``src/looksmith/facets/retouch/prior.json``: medians over all faces, and how many there were; no
picture and no measure of a single one.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from looksmith.faces.people import People
from looksmith.facets.retouch.facet import Retouch
from looksmith.facets.retouch.measure import MEASURES, measured
from looksmith.facets.retouch.sliders import RetouchState
from looksmith.media.atomic import write_bytes
from looksmith.media.photo import Photo
from looksmith.media.read import read_photo
from looksmith.training.data.pictures import held_out

SETS = ("makeup/bare", "faces/rated", "faces/landmarks68", "faces/ages")
TABLE = Path(__file__).parents[1] / "src/looksmith/facets/retouch/prior.json"


def portraits(data: Path, each: int, *, held: bool) -> Iterator[Photo]:
    """Pictures of every set, evenly spread, of one side of the split."""
    for name in SETS:
        files = sorted(p for p in (data / name).rglob("*") if p.suffix in (".jpg", ".png") and held_out(p) == held)
        for file in files[:: max(1, len(files) // each)][:each]:
            yield read_photo(file)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--pictures", type=int, default=60, help="of each set at most")
    chosen = parser.parse_args(arguments)
    plain: dict[str, list[float]] = {name: [] for name in MEASURES}
    full: dict[str, list[float]] = {name: [] for name in MEASURES}
    whole = RetouchState(**dict.fromkeys(MEASURES, 1.0), blemish=1.0)
    faces = 0
    for photo in portraits(chosen.data, chosen.pictures, held=False):
        people = People(photo)
        if not people.faces:
            continue
        face = people.faces[0]
        before = measured(photo, people, face)
        if not before:
            continue
        made = Retouch(people=people).apply(photo, whole)
        after = measured(made, people, face)
        faces += 1
        for name in MEASURES:
            if name in before and name in after:
                plain[name].append(before[name])
                full[name].append(after[name])
    table: dict[str, object] = {"recipe": "python -m benchmarks.retouch_prior", "sets": list(SETS), "faces": faces}
    for name in MEASURES:
        table[name] = {
            "plain": round(float(np.median(plain[name])), 5),
            "full": round(float(np.median(full[name])), 5),
            "faces": len(plain[name]),
        }
    write_bytes(TABLE, (json.dumps(table, indent=2) + "\n").encode())
    print(json.dumps(table, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
