"""WebDataset-style tar shards: what is in them, and packing a folder into them.

The files of one sample share a key and follow each other: ``017.input.jpg 017.target.jpg 017.json``.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from looksmith.errors import LooksmithError, UnreadableError
from looksmith.media.atomic import atomic_file


@dataclass(frozen=True)
class Member:
    """A file in a shard: its name, and where its bytes begin and how many there are."""

    name: str
    offset: int
    size: int


def members(shard: Path) -> tuple[Member, ...]:
    """The files in an uncompressed tar file, in order; only headers are read.  Links and devices are left out.

    Raises:
        UnreadableError: the shard is compressed, damaged or cut off.
    """
    stat = shard.stat()
    return _members(shard, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=4096)
def _members(shard: Path, _changed: int, size: int) -> tuple[Member, ...]:
    if shard.suffix.lower() != ".tar":
        raise UnreadableError(
            "a compressed shard cannot be read at random",
            where=shard,
            expected="an uncompressed .tar (pictures are compressed already)",
            got=shard.suffix,
            hint=f"gunzip '{shard}'",
        )
    found = []
    try:
        with tarfile.open(shard, "r:") as tar:
            for entry in tar:
                if entry.isreg():
                    found.append(Member(entry.name.removeprefix("./"), entry.offset_data, entry.size))
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise UnreadableError("the shard cannot be read", where=shard, expected="a tar file", got=str(error)) from error
    if found and found[-1].offset + found[-1].size > size:
        raise UnreadableError("the shard is cut off", where=shard, hint="copy or make it again")
    return tuple(found)


def pack(files: Iterable[tuple[str, bytes]], pattern: Path, *, per_shard: int = 1000) -> list[Path]:
    """Write shards.

    Args:
        files: name and bytes of each; those of one sample side by side.
        pattern: such as ``train-{:04d}.tar``, in a folder that exists.
        per_shard: files in a shard.  A sample is never torn: a shard ends where the key changes.

    Returns:
        the shards, each written whole or not at all, with the same bytes for the same input.

    Raises:
        LooksmithError: the pattern has no place for a number, or the disk is full.
    """
    if pattern.name.format(0) == pattern.name.format(1):
        raise LooksmithError("the name of the shards needs a number", where=pattern, expected="such as a-{:04d}.tar")
    written: list[Path] = []
    held: list[tuple[str, bytes]] = []

    def close() -> None:
        if held:
            path = pattern.with_name(pattern.name.format(len(written)))
            with atomic_file(path) as stream, tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar:
                for name, data in held:
                    entry = tarfile.TarInfo(name)
                    entry.size = len(data)
                    tar.addfile(entry, io.BytesIO(data))
            written.append(path)
            held.clear()

    for name, data in files:
        if len(held) >= per_shard and _key(name) != _key(held[-1][0]):
            close()
        held.append((name, data))
    close()
    return written


def _key(name: str) -> str:
    folder, _, file = name.rpartition("/")
    return f"{folder}/{file.partition('.')[0]}"
