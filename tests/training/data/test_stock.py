"""Broken files are named and passed over; memory is bounded; what comes at an index is a function of the files."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from looksmith.errors import LooksmithError
from looksmith.training.data.decode import UndecodableError, decode
from looksmith.training.data.references import find_references
from looksmith.training.data.stock import Stock, open_stock, split_sources

from .conftest import Rgb


def test_pictures_come_as_they_are(folder: Path) -> None:
    stock = Stock(find_references([folder]))
    for reference, rgb in zip(stock.references, stock, strict=True):
        assert np.array_equal(rgb, np.asarray(Image.open(reference.path).convert("RGB")))
    small = Stock(stock.references, short_side=24)
    assert small[0].shape == (24, 32, 3)


def test_broken_files_are_named_and_passed_over(folder: Path) -> None:
    names = [r.name for r in find_references([folder])]
    whole = (folder / names[5]).read_bytes()
    (folder / names[5]).write_bytes(whole[: len(whole) // 2])
    (folder / names[6]).write_bytes(b"not a picture")
    (folder / names[7]).write_bytes(b"")
    stock = Stock(find_references([folder]))
    assert stock.get(5)[0] == 8 and np.array_equal(stock[5], stock[8])
    stock.warm()
    assert set(stock.unreadable) == set(names[5:8])
    assert stock.unreadable[names[5]] == "the file is cut off or damaged"
    assert stock.unreadable[names[7]] == "the file is empty"
    (folder / names[9]).unlink()
    assert stock[9].shape == (48, 64, 3), "kept in memory"
    assert Stock(stock.references)[9].shape == (48, 64, 3), "a file that went away is passed over too"


def test_nothing_readable_is_told(tmp_path: Path) -> None:
    for n in range(3):
        (tmp_path / f"{n}.jpg").write_bytes(b"broken")
    with pytest.raises(LooksmithError, match="none of the pictures can be read"):
        Stock(find_references([tmp_path]))[0]


def test_memory_is_bounded(folder: Path) -> None:
    one = 48 * 64 * 3
    stock = Stock(find_references([folder]), keep_bytes=5 * one)
    everything = [rgb.copy() for rgb in stock]
    assert len(stock._kept) == 5 and stock._bytes == 5 * one
    assert all(np.array_equal(a, b) for a, b in zip(everything, stock, strict=True))


def test_parts_do_not_overlap_and_an_empty_set_is_told(folder: Path, tmp_path: Path) -> None:
    parts = split_sources([folder])
    assert len(open_stock([folder])) == len(parts.train) >= 30
    assert not set(parts.train) & {*parts.val, *parts.test}
    (tmp_path / "empty").mkdir()
    with pytest.raises(LooksmithError, match="no picture to train on"):
        open_stock([tmp_path / "empty"])


def test_orientation_profile_depth_and_grey(tmp_path: Path, draw: Callable[..., Rgb]) -> None:
    rgb = draw(1)
    exif = Image.Exif()
    exif[0x0112] = 6
    held = io.BytesIO()
    Image.fromarray(rgb).save(held, "PNG", exif=exif)
    assert np.array_equal(decode(held.getvalue()), np.rot90(rgb, -1))
    held = io.BytesIO()
    Image.fromarray(rgb[..., 0].astype(np.uint16) * 257).save(held, "PNG")
    deep = decode(held.getvalue())
    assert np.array_equal(deep[..., 1], rgb[..., 0])
    held = io.BytesIO()
    Image.fromarray(rgb[..., 0]).save(held, "PNG")
    assert np.array_equal(decode(held.getvalue())[..., 2], rgb[..., 0])


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    held = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(held, "PNG")
    with pytest.raises(UndecodableError, match=r"too large|exceeds limit"):
        decode(held.getvalue())
