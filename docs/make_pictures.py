"""Make the pictures of README and docs with the product itself: ``make pictures``."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from looksmith.cli.demo import portrait
from looksmith.faces.people import People
from looksmith.facets.makeup import Makeup
from looksmith.facets.makeup.layers import edited, empty
from looksmith.looks.sheet import sheet
from looksmith.looks.shelf import entries
from looksmith.media.photo import Photo
from looksmith.media.read import read_photo
from looksmith.media.resize import resize
from looksmith.media.write import write_photo


def main(folder: Path = Path(__file__).parent / "pictures") -> None:
    """Write ``sheet.jpg``: one portrait in every built-in look."""
    folder.mkdir(parents=True, exist_ok=True)
    looks = [entry.load() for entry in entries() if entry.built_in]
    page = sheet(read_photo(portrait()), looks, cell=300, columns=6)
    write_photo(page, folder / "sheet.jpg", quality=88)
    write_photo(makeups(), folder / "makeup.jpg", quality=88)


MAKEUPS = (
    {"lipstick.shade": "#b11b3c", "lipstick.opacity": 0.75, "eyeliner.shade": "#1c1418", "eyeliner.opacity": 0.5},
    {"lipstick.shade": "#c0706a", "lipstick.opacity": 0.5, "eyes.shade": "#4a3230", "eyes.opacity": 0.45},
    {"lipstick.shade": "#d87860", "lipstick.opacity": 0.5, "lipstick.finish": "gloss", "blush.shade": "#e08868",
     "blush.opacity": 0.35, "eyeshadow-1.shade": "#c88858", "eyeshadow-1.opacity": 0.45},
    {"lipstick.shade": "#6a2440", "lipstick.opacity": 0.7, "lipstick.finish": "matte", "eyeshadow.shade": "#6a3a68",
     "eyeshadow.opacity": 0.4},
    {"lipstick.shade": "#8a4a3c", "lipstick.opacity": 0.65, "eyeshadow.shade": "#7a5038", "eyeshadow.opacity": 0.45,
     "contour.shade": "#7a5040", "contour.opacity": 0.3},
    {"lipstick.shade": "#d86a90", "lipstick.opacity": 0.5, "blush.shade": "#d86a80", "blush.opacity": 0.25,
     "eyeshadow-1.shade": "#3c6a9c", "eyeshadow-1.opacity": 0.5, "eyeliner.shade": "#182038", "eyeliner.opacity": 0.5},
)  # fmt: skip
"""Of numbers, as ``looksmith makeup show --set`` takes them."""


def makeups() -> Photo:
    """One portrait bare and in six makeups."""
    photo = read_photo(portrait())
    people = People(photo)
    x0, y0, x1, y1 = people.faces[0].box
    side = int(1.25 * max(x1 - x0, y1 - y0))
    left, top = max(0, int((x0 + x1 - side) / 2)), max(0, int((y0 + y1) / 2 - 0.56 * side))
    facet = Makeup(people=people)
    made = [photo, *(facet.apply(photo, edited(empty(), values)) for values in MAKEUPS)]
    cells = [resize(np.ascontiguousarray(one.pixels[top : top + side, left : left + side]), 260, 260) for one in made]
    blank = np.full_like(cells[0], 255)
    return Photo(np.vstack([np.hstack(row) for row in (cells[:4], [blank, *cells[4:]])]))


if __name__ == "__main__":
    main()
