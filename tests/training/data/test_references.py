"""Folders, lists and shards give the same pictures; what is wrong is said."""

from __future__ import annotations

import gzip
import tarfile
from pathlib import Path

import pytest

from looksmith.errors import LooksmithError
from looksmith.training.data.references import Reference, find_references
from looksmith.training.data.shards import members, pack
from looksmith.training.data.splits import split


def _contents(references: list[Reference]) -> dict[str, bytes]:
    return {r.name: r.read() for r in references}


def test_folder_list_and_shards_hold_the_same(folder: Path, tmp_path: Path) -> None:
    found = find_references([folder])
    assert len(found) == 40 and found == sorted(found)
    listed = tmp_path / "set" / "all.txt"
    listed.write_text("# a comment\n" + "".join(f"{r.name}\n" for r in found) + "\n")
    assert _contents(find_references([listed])) == _contents(found)
    (tmp_path / "shards").mkdir()
    shards = pack(((r.name, r.read()) for r in found), tmp_path / "shards" / "t-{:03d}.tar", per_shard=15)
    assert [s.name for s in shards] == ["t-000.tar", "t-001.tar", "t-002.tar"]
    for source in (tmp_path / "shards", tmp_path / "shards" / "t-{000..002}.tar"):
        again = find_references([source])
        assert _contents(again) == _contents(found)
        assert split(again, lambda r: r.name).val == tuple(
            a for a, f in zip(again, found, strict=True) if f in split(found, lambda r: r.name).val
        )


def test_a_shard_written_by_tar_itself_can_be_read(folder: Path, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "by-tar.tar", "w", format=tarfile.GNU_FORMAT) as tar:
        tar.add(folder, arcname=".")
    assert _contents(find_references([tmp_path / "by-tar.tar"])) == _contents(find_references([folder]))


def test_a_link_out_of_a_shard_is_not_followed(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "x.tar", "w") as tar:
        entry = tarfile.TarInfo("secret.jpg")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(entry)
    assert members(tmp_path / "x.tar") == ()


def test_a_sample_is_never_torn_between_shards(tmp_path: Path) -> None:
    files = [(f"{n:02d}.{part}", b"x") for n in range(9) for part in ("input.jpg", "target.jpg", "json")]
    shards = pack(files, tmp_path / "p-{}.tar", per_shard=4)
    for shard in shards:
        keys = [m.name.partition(".")[0] for m in members(shard)]
        assert all(keys.count(key) == 3 for key in keys)
    assert sum(len(members(s)) for s in shards) == 27
    first = shards[0].read_bytes()
    assert pack(files, tmp_path / "p-{}.tar", per_shard=4)[0].read_bytes() == first


def test_mistakes_are_told(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(LooksmithError, match="no training pictures here"):
        find_references([tmp_path / "nothing"])
    pack([("a.jpg", b"123")], tmp_path / "s-{}.tar")
    shard = (tmp_path / "s-0.tar").read_bytes()
    (tmp_path / "s.tar.gz").write_bytes(gzip.compress(shard))
    with pytest.raises(LooksmithError, match="gunzip"):
        find_references([tmp_path / "s.tar.gz"])
    (tmp_path / "cut.tar").write_bytes(shard[:514])
    with pytest.raises(LooksmithError, match=r"cut off|cannot be read"):
        find_references([tmp_path / "cut.tar"])
    (tmp_path / "noise.tar").write_bytes(b"no tar at all" * 100)
    with pytest.raises(LooksmithError, match="cannot be read"):
        find_references([tmp_path / "noise.tar"])


def test_keys_and_fields() -> None:
    reference = Reference("a/017.input.jpg", Path("x"))
    assert (reference.key, reference.field) == ("a/017", "input")
    assert (Reference("017.jpg", Path("x")).key, Reference("017.jpg", Path("x")).field) == ("017", "")
