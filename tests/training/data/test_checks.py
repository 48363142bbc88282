"""Checks of a set: each fault is found, a clean set has none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from skimage import data as samples

from looksmith.media.perceptual_hash import perceptual_hash
from looksmith.training.data.checks import Finding, check_pictures, duplicates
from looksmith.training.data.references import find_references

from .conftest import Rgb

Save = Callable[[Path, Rgb], Path]


def _found(folder: Path, size: int = 32) -> dict[str, Finding]:
    return {finding.kind: finding for finding in check_pictures(find_references([folder]), size, enough=20)}


def test_a_clean_set_has_nothing_wrong(folder: Path) -> None:
    found = _found(folder)
    assert set(found) == {"count", "sizes"} and all(f.level == "good" for f in found.values())
    assert "40 pictures" in found["count"].words["en"] and "40" in found["count"].words["zh"]


def test_every_fault_is_named(folder: Path, draw: Callable[..., Rgb], save: Save) -> None:
    save(folder / "tiny.png", draw(900, 12, 16))
    save(folder / "black.png", np.zeros((48, 64, 3), np.uint8))
    save(folder / "nearly.png", np.random.default_rng(0).integers(98, 102, (48, 64, 3)).astype(np.uint8))
    (folder / "broken.jpg").write_bytes(b"\xff\xd8 nothing")
    again = np.clip(draw(4).astype(int) + 3, 0, 255).astype(np.uint8)
    save(folder / "again.jpg", cv2.resize(again, (128, 96)))
    found = _found(folder)
    assert found["small"].names == ("tiny.png",)
    assert set(found["flat"].names) == {"black.png", "nearly.png"}
    assert found["unreadable"].names == ("broken.jpg",) and "broken.jpg" in found["unreadable"].words["en"]
    assert found["duplicates"].names in (("again.jpg",), ("b b/004.png",))
    assert _found(folder, 64)["small"].level == "warning"


def test_too_few_is_said(tmp_path: Path, draw: Callable[..., Rgb], save: Save) -> None:
    save(tmp_path / "one.png", draw(1))
    assert _found(tmp_path)["count"].level == "warning"


@pytest.mark.parametrize("name", ["astronaut", "coffee", "chelsea", "rocket"])
def test_the_hash_knows_a_picture_again(name: str) -> None:
    picture = getattr(samples, name)()
    reference = perceptual_hash(picture)
    small = cv2.resize(picture, None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA)
    saved = cv2.imdecode(cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 50])[1], 1)[..., ::-1]
    for other in (small, np.ascontiguousarray(saved), (picture * 0.9).astype(np.uint8)):
        assert (perceptual_hash(other) ^ reference).bit_count() <= 5
    assert (perceptual_hash(np.ascontiguousarray(picture[:, ::-1])) ^ reference).bit_count() > 12


def test_duplicates_agree_with_comparing_all() -> None:
    rng = np.random.default_rng(0)
    hashes = {f"{n}": int(rng.integers(0, 2**63)) for n in range(300)}
    for n in range(0, 300, 10):
        flipped = hashes[f"{n}"]
        for bit in rng.choice(64, int(rng.integers(0, 9)), replace=False):
            flipped ^= 1 << int(bit)
        hashes[f"{n} again"] = flipped
    near = {frozenset((a, b)) for a in hashes for b in hashes if a < b and (hashes[a] ^ hashes[b]).bit_count() <= 5}
    assert 10 < len(near) < 30
    assert {frozenset(group) for group in duplicates(hashes)} == near
