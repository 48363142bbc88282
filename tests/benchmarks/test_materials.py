"""What is counted of what was planted: copies in pairs, reasons apart, own pictures that were lost."""

from __future__ import annotations

import numpy as np
from benchmarks.found_material import score
from benchmarks.materials import rows
from benchmarks.planted_material import COPIES, SPOILT, Item, corrupt, near_duplicate, plant
from PIL import Image
from skimage import data

from looksmith.errors import LooksmithError
from looksmith.materials.material import Collected, Reject
from looksmith.media.read import read_photo


def collected(*rejects: Reject) -> Collected:
    return Collected((), (), (), (), (), rejects, {}, "known", (), 1, True)


def test_of_a_picture_and_its_copy_either_may_go_and_a_lost_picture_counts_against_precision() -> None:
    items = [Item("a.jpg", "own"), Item("b.jpg", "own"), Item("c.jpg", "near-duplicate", "smaller", "a.jpg"),
             Item("d.jpg", "near-duplicate", "cropped", "b.jpg"), Item("e.jpg", "blurred", "moved"),
             Item("f.jpg", "screenshot")]  # fmt: skip
    told = score(items, collected(
        Reject("x/a.jpg", None, "duplicate", "x/c.jpg"), Reject("x/d.jpg", None, "duplicate", "x/a.jpg"),
        Reject("x/b.jpg", None, "meme"), Reject("x/f.jpg", None, "meme"),
    ))  # fmt: skip
    copies = told["kinds"]["near-duplicate"]
    assert (copies["right"], copies["told"], copies["caught"]) == (1, 2, 1)
    assert told["kinds"]["screenshot"]["caught"] == 0 and told["kinds"]["screenshot"]["precision"] is None
    assert told["all"]["told"] == 4 and told["all"]["right"] == 2  # f is rightly gone, if for a wrong reason
    assert told["wrongly left out"] == ["b.jpg own: meme", "d.jpg near-duplicate: duplicate"]
    assert any("d.jpg" in line for line in told["missed"]) and any("e.jpg" in line for line in told["missed"])
    table = rows({"planted": told})
    assert table[0]["value"] == "50.0 % / 50.0 %" and "–" in table[2]["value"]


def test_what_is_planted_is_what_it_says(tmp_path) -> None:  # type: ignore[no-untyped-def]
    photo, draw = Image.fromarray(data.coffee()), np.random.default_rng(0)
    for how in COPIES:
        assert read_photo(near_duplicate(draw, photo, how)).width > 100
    for how in SPOILT:
        try:
            read_photo(corrupt(draw, photo, how))
        except LooksmithError:
            continue
        raise AssertionError(how)
    spare = [Image.fromarray(p) for p in (data.astronaut(), data.chelsea(), data.rocket(), data.coffee())]
    counts = {"near-duplicate": 1, "blurred": 2, "screenshot": 1, "collage": 1, "meme": 1, "corrupt": 1}
    items = plant([photo], spare[:1], spare, tmp_path, counts, seed=3)
    assert len(items) == len({item.name for item in items}) == 9 == len(list(tmp_path.iterdir()))
    again = plant([photo], spare[:1], spare, tmp_path / "again", counts, seed=3)
    assert again == items
    assert all((tmp_path / "again" / i.name).read_bytes() == (tmp_path / i.name).read_bytes() for i in items)
