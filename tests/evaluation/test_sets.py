"""A set against a set: numbers of the right names, what they mean, features kept, and sets that are too small."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage.data import astronaut, coffee

from looksmith.errors import LooksmithError
from looksmith.evaluation import sets
from looksmith.evaluation.features import pooled, shipped
from looksmith.evaluation.metrics.artfid import artfid
from looksmith.evaluation.metrics.frechet_distance import frechet_distance
from looksmith.evaluation.notebook import Notebook


def rows(count: int, seed: int, shift: float = 0.0, scale: float = 1.0) -> np.ndarray:
    return np.random.default_rng(seed).normal(shift, scale, (count, 5))


def kinds(found: dict[str, sets.SetNumber], generated: int, real: int) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for finding in sets.verdict_of_sets(found, generated, real):
        told.setdefault(finding.about, []).append(finding.kind)
    return told


def test_sets_of_one_kind() -> None:
    found = sets.compare_sets(rows(150, 0), rows(150, 1), "net")
    assert set(found) == {
        f"{kind}[net]" for kind in ("frechet-distance", "kernel-distance", "precision", "recall", "density", "coverage",
                                    "diversity", "vendi-score", "diversity-of-real", "vendi-score-of-real")
    }  # fmt: skip
    assert not any("fid" in name.lower() for name in found), "only Inception's may be called so"
    kernel, frechet = found["kernel-distance[net]"], found["frechet-distance[net]"]
    assert kernel.low <= (kernel.floor or 0) <= kernel.high
    assert frechet.low <= (frechet.floor or 0) <= frechet.high
    assert found["precision[net]"].low < found["precision[net]"].value <= found["precision[net]"].high
    assert kinds(found, 150, 150) == {"real": ["good"], "varied": ["good"]}
    assert repr(found) == repr(sets.compare_sets(rows(150, 0), rows(150, 1), "net")), "one seed, one answer"


def test_a_strange_set_and_a_narrow_one() -> None:
    strange = sets.compare_sets(rows(60, 0, shift=5), rows(60, 1), "net")
    assert kinds(strange, 60, 60) == {"real": ["wrong", "wrong"], "varied": ["wrong", "good"], "sure": ["note"]}
    narrow = sets.compare_sets(rows(60, 0, scale=0.2), rows(60, 1), "net")
    assert "wrong" in kinds(narrow, 60, 60)["varied"]


def test_the_artfid_form() -> None:
    a, b, content = rows(40, 0), rows(40, 1), np.full(40, 0.3)
    found = sets.compare_sets(a, b, "net", content=content)["artfid-form[net]"]
    assert found.value == pytest.approx(artfid(0.3, frechet_distance(a, b))) and not found.higher_is_better


def test_too_few() -> None:
    with pytest.raises(LooksmithError, match="12 pictures or more"):
        sets.compare_sets(rows(11, 0), rows(40, 1), "net")


def test_features_are_kept_and_broken_pictures_left_out(tmp_path: Path) -> None:
    pictures = []
    for name, rgb in (("a", astronaut()), ("c", coffee())):
        Image.fromarray(rgb[:64, 200:264]).save(tmp_path / f"{name}.png")
        pictures.append(tmp_path / f"{name}.png")
    (tmp_path / "b.png").write_bytes(b"no picture")
    Image.fromarray(astronaut()[:8, :8]).save(tmp_path / "tiny.png")
    paths = [pictures[0], tmp_path / "b.png", tmp_path / "tiny.png", pictures[1]]
    told: list[Path] = []
    steps: list[int] = []
    with Notebook(tmp_path / "n.jsonl") as book:
        found, kept = sets.features_of(
            paths, shipped(), notebook=book, on_done=steps.append, on_mistake=lambda path, error: told.append(path)
        )
    assert kept == pictures and told == paths[1:3] and steps == [1, 2, 3, 4]
    assert np.array_equal(found[0], pooled(shipped()(astronaut()[:64, 200:264])))
    with Notebook(tmp_path / "n.jsonl") as book:

        class Refuses:
            name = shipped().name

            def __call__(self, rgb: object) -> object:
                raise AssertionError("measured again")

        again, _ = sets.features_of(pictures, Refuses(), notebook=book)  # type: ignore[arg-type]
    assert np.array_equal(again, found)


def test_distances_to_the_photos(tmp_path: Path) -> None:
    Image.fromarray(astronaut()[:64, :64]).save(tmp_path / "a.png")
    Image.fromarray(coffee()[:64, :64]).save(tmp_path / "b.png")
    Image.fromarray(coffee()[:64, :80]).save(tmp_path / "wide.png")
    a, b, wide = (tmp_path / name for name in ("a.png", "b.png", "wide.png"))
    found = sets.content_distances([(a, a), (a, b)], shipped(), notebook=Notebook())
    assert found[0] == 0 and found[1] > 0.1
    with pytest.raises(LooksmithError, match="80 x 64"):
        sets.content_distances([(a, wide)], shipped(), notebook=Notebook())
