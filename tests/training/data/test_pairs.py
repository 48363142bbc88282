"""Pairs by folder, by word, by name that goes on, side by side, and in shards."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from looksmith.errors import LooksmithError
from looksmith.training.data.pairs import PairStock, find_pairs
from looksmith.training.data.shards import pack
from looksmith.training.data.splits import split

from .conftest import Rgb

Save = Callable[[Path, Rgb], Path]
Draw = Callable[..., Rgb]


@pytest.fixture
def pairs(tmp_path: Path, draw: Draw, save: Save) -> Path:
    for n in range(12):
        part = "test" if n > 8 else "train"
        save(tmp_path / "set" / part / "photo" / f"f-{n:02d}.png", draw(n))
        save(tmp_path / "set" / part / "sketch" / f"f-{n:02d}-sz1.png", 255 - draw(n))
    return tmp_path / "set"


def _are_negatives(stock: PairStock) -> bool:
    return all(np.array_equal(255 - one, two) for one, two in stock)


def test_two_words_in_one_tree(pairs: Path) -> None:
    found, alone = find_pairs([pairs], input="photo", target="sketch")
    assert len(found) == 12 and alone == []
    assert _are_negatives(PairStock(found))
    assert len(split(found, lambda p: p.name).test) == 3


def test_two_folders(pairs: Path) -> None:
    (pairs / "train" / "sketch" / "f-03-sz1.png").unlink()
    found, alone = find_pairs([pairs / "train" / "photo"], targets=[pairs / "train" / "sketch"])
    assert len(found) == 8 and alone == ["f-03.png"]
    assert _are_negatives(PairStock(found))


def test_a_name_that_could_belong_to_two_is_left_alone(tmp_path: Path, draw: Draw, save: Save) -> None:
    save(tmp_path / "a" / "7.png", draw(7))
    save(tmp_path / "b" / "7-one.png", draw(7))
    save(tmp_path / "b" / "7-two.png", draw(7))
    save(tmp_path / "a" / "8.png", draw(8))
    save(tmp_path / "b" / "8.png", draw(8))
    save(tmp_path / "b" / "80.png", draw(80))
    found, alone = find_pairs([tmp_path / "a"], targets=[tmp_path / "b"])
    assert [p.name for p in found] == ["8"] and len(alone) == 4


def test_words_that_begin_alike_and_the_same_numbers(tmp_path: Path, draw: Draw, save: Save) -> None:
    for n, (one, two) in enumerate(
        [("f-005-01", "F2-005-01-sz1"), ("m-005-01", "M2-005-01-sz1"), ("m1-007-01", "m1-007-01-sz1"), ("m-7", "m-70")]
    ):
        save(tmp_path / "a" / f"{one}.png", draw(n))
        save(tmp_path / "b" / f"{two}.png", 255 - draw(n))
    found, alone = find_pairs([tmp_path / "a"], targets=[tmp_path / "b"])
    assert len(found) == 3 and _are_negatives(PairStock(found)) and alone == ["m-7.png", "m-70.png"]


@pytest.mark.parametrize("side", ["left", "right"])
def test_side_by_side(tmp_path: Path, draw: Draw, save: Save, side: str) -> None:
    for n in range(3):
        halves = [draw(n, 32, 32), 255 - draw(n, 32, 32)]
        save(tmp_path / f"{n}.png", np.hstack(halves if side == "left" else halves[::-1]))
    found, _ = find_pairs([tmp_path], side=side)  # type: ignore[arg-type]
    one, two = PairStock(found)[1]
    assert np.array_equal(one, draw(1, 32, 32)) and np.array_equal(two, 255 - draw(1, 32, 32))


def test_shards(tmp_path: Path, pairs: Path) -> None:
    files = []
    for n in range(8):
        files.append((f"{n:03d}.photo.png", (pairs / "train" / "photo" / f"f-{n:02d}.png").read_bytes()))
        files.append((f"{n:03d}.sketch.png", (pairs / "train" / "sketch" / f"f-{n:02d}-sz1.png").read_bytes()))
    pack(files, tmp_path / "p-{}.tar", per_shard=4)
    found, alone = find_pairs([tmp_path / "p-{0..3}.tar"], input="photo", target="sketch")
    assert len(found) == 8 and not alone and _are_negatives(PairStock(found))


def test_a_pair_with_a_broken_half_is_passed_over(pairs: Path) -> None:
    (pairs / "train" / "sketch" / "f-02-sz1.png").write_bytes(b"broken")
    found, _ = find_pairs([pairs / "train"], input="photo", target="sketch")
    stock = PairStock(found)
    assert np.array_equal(stock[2][0], stock[3][0]) and _are_negatives(stock)
    assert list(stock.unreadable) == ["f-02-sz1.png"]


def test_no_pairs_is_told(folder: Path) -> None:
    with pytest.raises(LooksmithError, match="there are no pairs"):
        find_pairs([folder], input="photo", target="sketch")
