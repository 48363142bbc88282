"""The container of a look: a zip in exactly one form, with limits that are checked before anything is unpacked.

One content has one file: members are stored (not compressed), in a fixed order, with a fixed time and no
extras, so that the bytes do not depend on a compressor's version.  Reading refuses every other form; with the
signature over the content this means that no byte of a look file can change unnoticed.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

from looksmith.errors import LooksmithError, TamperedError, UnreadableError

SUFFIX = ".look"
LIMIT = 1_000_000
"""Largest look file in bytes."""

MOST_MEMBERS = 24
MANIFEST = "look.json"
CARD = "card.md"
PREVIEWS = {"preview.jpg": "JPEG", "preview.png": "PNG", "preview.webp": "WEBP"}
"""Names of a preview and the format that each one holds."""

FACET = re.compile(r"facets/([a-z][a-z0-9_-]{0,31})\.(safetensors|json)")
"""The name of a facet's member: the facet, and the suffix of its form."""

_TIME = (1980, 1, 1, 0, 0, 0)
_DEFECTS = (
    zipfile.BadZipFile, zipfile.LargeZipFile, struct.error, ValueError, OSError, EOFError, NotImplementedError,
    RuntimeError, OverflowError, KeyError, IndexError,
)  # fmt: skip


def is_member(name: str) -> bool:
    """Whether a look may hold a member of this name."""
    return name in (MANIFEST, CARD) or name in PREVIEWS or FACET.fullmatch(name) is not None


def pack(members: Mapping[str, bytes]) -> bytes:
    """Members as a look file: always the same bytes for the same members.

    Raises:
        LooksmithError: the file would be larger than :data:`LIMIT`.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED, allowZip64=False) as archive:
        for name in sorted(members, key=lambda name: (name != MANIFEST, name)):
            if not is_member(name):
                raise LooksmithError("a look cannot hold this member", where=name)
            info = zipfile.ZipInfo(name, _TIME)
            info.create_system = 3
            info.external_attr = 0o644 << 16
            archive.writestr(info, members[name])
    data = buffer.getvalue()
    if len(data) > LIMIT:
        largest = max(members, key=lambda name: len(members[name]))
        raise LooksmithError(
            "the look is too large",
            where=largest,
            expected=f"at most {LIMIT} bytes in all",
            got=f"{len(data)} bytes",
        )
    return data


def read_bytes(path: Path) -> bytes:
    """The bytes of a look file, at most :data:`LIMIT` of them.

    Raises:
        UnreadableError: there is no such file, it cannot be read, or it is too large.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LIMIT + 1)
    except OSError as error:
        raise UnreadableError(
            "the look cannot be read", where=path, got=error.strerror, hint="looksmith looks"
        ) from error
    except ValueError as error:  # a path with a null byte
        raise UnreadableError("this is not a path", where=repr(path), got=str(error)) from error
    return data


def unpack(data: bytes, where: object) -> dict[str, bytes]:
    """The members of a look file.

    Args:
        data: the whole file.
        where: what to name in an error.

    Raises:
        UnreadableError: it is no look file, or breaks a limit.
        TamperedError: a member was damaged, or the file was repacked by another program.
    """
    if len(data) > LIMIT:
        raise UnreadableError("the look is too large", where=where, expected=f"at most {LIMIT} bytes")
    if not data.startswith(b"PK\x03\x04"):
        raise UnreadableError(
            "this is not a look file",
            where=where,
            expected="a zip with look.json",
            got=f"{len(data)} bytes that begin {data[:4]!r}" if data else "an empty file",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _members(archive, where)
    except LooksmithError:
        raise
    except _DEFECTS as error:
        raise UnreadableError("the look file is damaged", where=where, got=str(error)[:120]) from error


def check_form(data: bytes, members: Mapping[str, bytes], where: object) -> None:
    """Check that a file is the one form of its members.

    Raises:
        TamperedError: it holds other bytes too.
    """
    if pack(members) != data:
        raise TamperedError(
            "the file was repacked or has bytes that are not its own",
            where=where,
            hint="ask the creator for the file as it was saved",
        )


def _members(archive: zipfile.ZipFile, where: object) -> dict[str, bytes]:
    infos = archive.infolist()
    if len(infos) > MOST_MEMBERS:
        raise UnreadableError("too many members", where=where, expected=f"at most {MOST_MEMBERS}", got=len(infos))
    names = [info.filename for info in infos]
    for name in names:
        if not is_member(name):
            raise UnreadableError("a look cannot hold this member", where=where, got=repr(name)[:80])
    if len(set(names)) != len(names):
        raise UnreadableError("a member is given twice", where=where)
    if MANIFEST not in names:
        raise UnreadableError("there is no manifest", where=where, expected=MANIFEST)
    if sum(info.file_size for info in infos) > LIMIT:
        raise UnreadableError("the members are too large", where=where, expected=f"at most {LIMIT} bytes")
    if any(i.compress_type != zipfile.ZIP_STORED or i.compress_size != i.file_size or i.flag_bits & 1 for i in infos):
        raise TamperedError(
            "the file was repacked: its members are compressed or encrypted",
            where=where,
            hint="ask the creator for the file as it was saved",
        )
    members = {}
    for info in infos:
        try:
            members[info.filename] = archive.read(info)
        except zipfile.BadZipFile as error:
            raise TamperedError("a member is damaged", where=f"{where}: {info.filename}", got=str(error)) from error
    return members
