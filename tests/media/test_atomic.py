"""A file appears whole or not at all, whatever goes wrong; faults are injected."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import numpy as np
import pytest

from looksmith.errors import LooksmithError
from looksmith.media.atomic import atomic_file, write_bytes
from looksmith.media.read import photo_from_array
from looksmith.media.write import write_photo


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_and_replaced(tmp_path: Path) -> None:
    target = tmp_path / "图片 é.bin"
    write_bytes(target, b"one")
    write_bytes(target, b"two")
    assert target.read_bytes() == b"two"
    assert names(tmp_path) == [target.name]


@pytest.mark.parametrize("fault", [KeyboardInterrupt, SystemExit, MemoryError, ValueError])
@pytest.mark.parametrize("before", [None, b"as it was"])
def test_a_fault_midway_leaves_what_stood_there(
    tmp_path: Path, fault: type[BaseException], before: bytes | None
) -> None:
    target = tmp_path / "a.bin"
    if before is not None:
        target.write_bytes(before)
    with pytest.raises(fault), atomic_file(target) as stream:
        stream.write(b"half")
        stream.flush()
        assert len(names(tmp_path)) == (1 if before is None else 2)
        raise fault
    assert names(tmp_path) == ([] if before is None else ["a.bin"])
    assert before is None or target.read_bytes() == before


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_a_full_or_failing_disk_is_told_and_cleaned_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    target = tmp_path / "out.png"
    target.write_bytes(b"as it was")

    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(*((os, "fsync") if call == "fsync" else (Path, "replace")), fail)
    photo = photo_from_array(np.zeros((4, 4, 3), np.uint8))
    with pytest.raises(LooksmithError, match=os.strerror(code)) as caught:
        write_photo(photo, target)
    assert str(target) in str(caught.value) and caught.value.hint
    assert target.read_bytes() == b"as it was"
    assert names(tmp_path) == ["out.png"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
def test_a_disk_that_is_really_full_is_told() -> None:
    with pytest.raises(LooksmithError, match="No space left"):
        write_bytes("/dev/full", b"x" * 100_000)


def test_interrupting_the_write_itself_cleans_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_photo(photo_from_array(np.zeros((4, 4, 3), np.uint8)), tmp_path / "out.png")
    assert names(tmp_path) == []


def test_a_missing_folder_and_a_folder_as_target_are_told(tmp_path: Path) -> None:
    with pytest.raises(LooksmithError, match="mkdir -p"):
        write_bytes(tmp_path / "none" / "a.png", b"x")
    with pytest.raises(LooksmithError, match="a folder"):
        write_bytes(tmp_path, b"x")
    with pytest.raises(LooksmithError, match="shorter name"):
        write_bytes(tmp_path / ("n" * 300), b"x")


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions and links")
def test_permissions_follow_the_umask_or_the_file_replaced_and_links_are_written_through(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_bytes(tmp_path / "new", b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640
    (tmp_path / "new").chmod(0o604)
    (tmp_path / "link").symlink_to("new")
    write_bytes(tmp_path / "link", b"y")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "new").read_bytes() == b"y"
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o604
