"""PNG chunks: checked and read before decoding, and written around encoded pixels (PNG specification, 3rd edition).

The decoders are given only the chunks that make the picture; profile, EXIF, XMP and text are read here, so that 8 and
16 bits behave alike and every block has a limit on its size after decompression.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from looksmith.errors import UnreadableError
from looksmith.media.limits import MAX_METADATA
from looksmith.media.metadata import Metadata

SIGNATURE = b"\x89PNG\r\n\x1a\n"
XMP_KEYWORD = "XML:com.adobe.xmp"
_PICTURE = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}


@dataclass
class Png:
    """What the chunks say.

    Attributes:
        width, height: pixels.
        depth: bits of one sample, 1 to 16.
        picture: a PNG of the picture's own chunks alone.
        metadata: profile, EXIF, XMP, text.
    """

    width: int
    height: int
    depth: int
    picture: bytes
    metadata: Metadata = field(default_factory=lambda: Metadata(None, None, None, {}))


def size(data: bytes, *, where: object) -> tuple[int, int]:
    """Width and height from the header.

    Raises:
        UnreadableError: there is no header.
    """
    if len(data) < 33 or data[12:16] != b"IHDR":
        raise _damaged(where, "a whole header", f"{len(data)} bytes")
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def parse(data: bytes, *, where: object) -> Png:
    """Read the chunks of a PNG file, and check each one's checksum.

    Args:
        data: the file.
        where: the file's name, for messages.

    Raises:
        UnreadableError: the file is cut off or damaged.
    """
    width, height = size(data, where=where)
    picture = [SIGNATURE]
    icc = exif = xmp = None
    text: dict[str, str] = {}
    room = MAX_METADATA
    for kind, body, whole in _chunks(data, where):
        if kind in _PICTURE:
            picture.append(whole)
        elif kind == b"iCCP" and icc is None:
            icc = _inflate(body.partition(b"\0")[2][1:], room)
        elif kind == b"eXIf" and exif is None:
            exif = body
        elif kind in (b"tEXt", b"zTXt", b"iTXt"):
            found = _text(kind, body, room)
            if found is None:
                continue
            keyword, value = found
            room -= len(value)
            if keyword == XMP_KEYWORD:
                xmp = xmp or value
            elif not keyword.lower().startswith("raw profile type"):
                text.setdefault(keyword, value.decode("utf-8" if kind == b"iTXt" else "latin-1", "replace"))
    return Png(width, height, data[24], b"".join(picture), Metadata(icc, exif, xmp, text))


def with_metadata(png: bytes, metadata: Metadata) -> bytes:
    """The encoded picture with metadata chunks put after its header.

    Args:
        png: an encoded PNG without metadata.
        metadata: what to put in.
    """
    head = len(SIGNATURE) + 25
    chunks = [png[:head]]
    if metadata.icc:
        chunks.append(_chunk(b"iCCP", b"ICC profile\0\0" + zlib.compress(metadata.icc)))
    if metadata.exif:
        chunks.append(_chunk(b"eXIf", metadata.exif))
    if metadata.xmp:
        chunks.append(_chunk(b"iTXt", XMP_KEYWORD.encode() + b"\0\0\0\0\0" + metadata.xmp))
    for keyword, value in metadata.text.items():
        try:
            name = keyword.encode("latin-1")
        except UnicodeEncodeError:
            continue
        if not 1 <= len(name) <= 79 or b"\0" in name or "\0" in value:
            continue
        try:
            chunks.append(_chunk(b"tEXt", name + b"\0" + value.encode("latin-1")))
        except UnicodeEncodeError:
            chunks.append(_chunk(b"iTXt", name + b"\0\0\0\0\0" + value.encode("utf-8", "replace")))
    chunks.append(png[head:])
    return b"".join(chunks)


def _chunks(data: bytes, where: object) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Kind, body and the whole of each chunk up to IEND."""
    position = len(SIGNATURE)
    while True:
        if position + 12 > len(data):
            raise _damaged(where, "a PNG that ends with IEND", f"{len(data)} bytes without it (cut off?)")
        length = int.from_bytes(data[position : position + 4], "big")
        end = position + 12 + length
        if end > len(data):
            raise _damaged(where, f"{end} bytes or more", f"{len(data)} bytes (cut off?)")
        kind, body = data[position + 4 : position + 8], data[position + 8 : end - 4]
        if zlib.crc32(body, zlib.crc32(kind)) != int.from_bytes(data[end - 4 : end], "big"):
            raise _damaged(where, "chunks whose checksum holds", f"a damaged {kind!r} chunk at byte {position}")
        yield kind, body, data[position:end]
        if kind == b"IEND":
            return
        position = end


def _text(kind: bytes, body: bytes, room: int) -> tuple[str, bytes] | None:
    """Keyword and value of a text chunk; None when it is malformed or too long."""
    keyword, _, rest = body.partition(b"\0")
    value: bytes | None = rest
    if kind == b"zTXt":
        value = _inflate(rest[1:], room)
    elif kind == b"iTXt":
        compressed = rest[:1] == b"\1"
        value = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
        if compressed:
            value = _inflate(value, room)
    if value is None or len(value) > room:
        return None
    return keyword.decode("latin-1"), value


def _inflate(data: bytes, room: int) -> bytes | None:
    """Decompressed ``data``, or None when it is damaged or longer than ``room``."""
    stream = zlib.decompressobj()
    try:
        out = stream.decompress(data, max(room, 1))
    except zlib.error:
        return None
    return out if stream.eof else None


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(body, zlib.crc32(kind)))


def _damaged(where: object, expected: str, got: str) -> UnreadableError:
    return UnreadableError(
        "the PNG file is damaged", where=where, expected=expected, got=got, hint="copy or download it again"
    )
