"""Pages to look at: six faces of all skin tones in six makeups, and folders for the blind page.

    python -m benchmarks.makeup_pages --data FOLDER --out PAGES [--pairs 24]

Writes ``PAGES/sheet.png``, the makeups of the first row on the faces of the first column, people and makeups held out;
and ``PAGES/blind``: the same bare faces and makeups by each method, to be compared by people who are not told which is
which:

    looksmith evaluate rate PAGES/blind/looksmith PAGES/blind/reinhard PAGES/blind/histograms \\
        --photos PAGES/blind/photos --style PAGES/blind/makeups -o makeup.votes

The pictures are of real people: look at them, and keep them to yourself.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.makeup import (
    Rgb,
    _tone,
    bare_faces,
    by_region,
    held_out_pairs,
    histograms,
    of_all_tones,
    people_of,
    reinhard,
)
from looksmith.faces.face import Face
from looksmith.faces.people import People
from looksmith.faces.skin_tone import TONES
from looksmith.facets.makeup.facet import Makeup
from looksmith.facets.protocol import Material
from looksmith.media.photo import Photo
from looksmith.media.read import read_photo
from looksmith.media.resize import resize
from looksmith.media.write import write_photo
from looksmith.training.data.made_up_faces import makeup_held_out

CELL = 240


def page(faces: Sequence[People], makeups: Sequence[People]) -> Rgb:
    """Faces down, makeups across."""
    states = [Makeup().learn(Material((one.photo,))) for one in makeups]
    blank = np.full((CELL, CELL, 3), 255, np.uint8)
    rows = [np.hstack([blank, *(_cell(one.rgb, one.faces[0]) for one in makeups)])]
    for people in faces:
        facet, face = Makeup(people=people), people.faces[0]
        worn = (_cell(facet.apply(people.photo, state).pixels, face) for state in states)
        rows.append(np.hstack([_cell(people.rgb, face), *worn]))
    return np.vstack(rows)


def _cell(rgb: Rgb, face: Face) -> Rgb:
    """A square round a face."""
    half = 0.72 * face.size
    x, y = face.centre
    top, left = max(0, round(y - half)), max(0, round(x - half))
    part = rgb[top : round(y + half), left : round(x + half)]
    side = min(part.shape[:2])
    down, right = (part.shape[0] - side) // 2, (part.shape[1] - side) // 2
    return resize(np.ascontiguousarray(part[down : down + side, right : right + side]), CELL, CELL)


def one_of_each_tone(faces: Sequence[People]) -> list[People]:
    """The largest face of every group of skin tones."""
    found: dict[str, People] = {}
    for people in faces:
        tone = _tone(people)
        if tone not in found or people.faces[0].size > found[tone].faces[0].size:
            found[tone] = people
    return [found[tone] for tone in TONES if tone in found]


def blind(data: Path, out: Path, count: int) -> int:
    """The folders for ``looksmith evaluate rate``; returns how many faces there are in each."""
    done = 0
    for name, bare, reference, _ in held_out_pairs(data, count):
        made = {
            "photos": bare.rgb,
            "makeups": reference.rgb,
            "looksmith": Makeup(people=bare).apply(bare.photo, Makeup().learn(Material((reference.photo,)))).pixels,
            "reinhard": by_region(reinhard, bare, reference),
            "histograms": by_region(histograms, bare, reference),
        }
        for folder, picture in made.items():
            (out / folder).mkdir(parents=True, exist_ok=True)
            write_photo(Photo(np.ascontiguousarray(picture)), out / folder / f"{name}.png")
        done += 1
    return done


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pairs", type=int, default=24)
    given = parser.parse_args()
    references = (path for path in sorted((given.data / "makeup/references").glob("*.jpg")))
    found = (people_of(read_photo(path).pixels) for path in references if makeup_held_out(path.stem))
    makeups = [people for people in found if people is not None][:6]
    given.out.mkdir(parents=True, exist_ok=True)
    faces = one_of_each_tone(of_all_tones(given.data, bare_faces(given.data, 18), 2))
    write_photo(Photo(page(faces, makeups)), given.out / "sheet.png")
    print(f"{given.out / 'sheet.png'}, and {blind(given.data, given.out / 'blind', given.pairs)} faces to compare")


if __name__ == "__main__":
    main()
