"""Zips: hostile until read within limits.  Nothing is unpacked to a name that a zip chose."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, cast

from looksmith.errors import UnreadableError

MEMBERS = 200_000
"""Most members of a zip."""
TOTAL = 1 << 36
"""Most bytes of all members unpacked, 64 GiB by what the zip says; each is held to what it said when it is read."""
RATIO = 200
"""How many times larger than packed a member over :data:`SMALL` may be; pictures and clips hardly shrink at all."""
SMALL = 1 << 22
IN_MEMORY = 1 << 25
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Member:
    """One file in a zip.

    Attributes:
        number: its place in the zip's list.
        name: with ``/`` between folders; GBK of Chinese Windows and UTF-8 without its mark are understood.
        size: bytes unpacked, as the zip says.
        checksum: CRC-32, as the zip says.
        refused: why it is not read, in words; empty when it may be.
    """

    number: int
    name: str
    size: int
    checksum: int
    refused: str = ""


def members(path: Path) -> list[Member]:
    """The files in a zip, by name.  Folders, hidden files and what macOS adds are left out.

    Raises:
        UnreadableError: it is no zip, damaged, or past a limit.
    """
    with _explained(path), zipfile.ZipFile(path) as archive:
        listed = archive.infolist()
        if len(listed) > MEMBERS:
            raise UnreadableError("too many files in the zip", where=path, expected=f"at most {MEMBERS}",
                                  got=len(listed))  # fmt: skip
        total = sum(info.file_size for info in listed)
        if total > TOTAL:
            raise UnreadableError("the zip would unpack to too much", where=path, expected=f"at most {TOTAL} bytes",
                                  got=f"{total} bytes")  # fmt: skip
        found = []
        for number, info in enumerate(listed):
            name = _name(info)
            parts = name.split("/")
            if info.is_dir() or any(part.startswith(".") or part == "__MACOSX" for part in parts) or not name:
                continue
            found.append(Member(number, name, info.file_size, info.CRC, _refused(info)))
    return sorted(found, key=lambda member: (member.name, member.number))


@contextmanager
def opened(path: Path, number: int, *, limit: int) -> Iterator[BinaryIO]:
    """One member, unpacked into memory or into a nameless file, seekable.

    Args:
        number: its place in the zip's list.
        limit: most bytes that are unpacked.

    Raises:
        UnreadableError: it is damaged, or more comes out than the limit.
    """
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as place:
        with _explained(path):
            archive = _archive(path, path.stat().st_mtime_ns)
            written = 0
            with archive.open(archive.infolist()[number]) as packed:
                while chunk := packed.read(_CHUNK):
                    written += len(chunk)
                    if written > limit:
                        raise UnreadableError("more comes out of the zip than it says", where=path,
                                              expected=f"{limit} bytes")  # fmt: skip
                    place.write(chunk)
        place.seek(0)
        yield cast(BinaryIO, place)


@lru_cache(maxsize=4)
def _archive(path: Path, modified: int) -> zipfile.ZipFile:
    """A zip, its list read once and not for every member."""
    return zipfile.ZipFile(path)


def _refused(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & 1:
        return "the file in the zip is encrypted"
    if info.file_size > SMALL and info.file_size > RATIO * max(1, info.compress_size):
        return "the file in the zip unpacks to far more than any picture would"
    if info.filename.lower().endswith(".zip"):
        return "a zip inside a zip is not opened"
    return ""


def _name(info: zipfile.ZipInfo) -> str:
    """The name as its maker wrote it (APPNOTE 6.3.10, appendix D: without bit 11 it is of no known encoding)."""
    name = info.filename
    if not info.flag_bits & 0x800:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    name = "".join(letter if letter.isprintable() else "_" for letter in name)
    return "/".join(part for part in name.replace("\\", "/").split("/") if part not in ("", ".", ".."))


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise UnreadableError("the zip cannot be read", where=path, expected="a whole zip file",
                              got=str(error)[:200] or type(error).__name__,
                              hint="download it again, or unpack it and name the folder") from error  # fmt: skip
