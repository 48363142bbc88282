"""PNG: chunks checked and read before decoding, and whole files written (PNG specification, 3rd edition).

Pillow is given only the chunks that make the picture; profile, EXIF, XMP and text are read here, so that 8 and 16 bits
behave alike and every block has a limit on its size after decompression.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import PngImagePlugin

from looksmith.errors import UnreadableError
from looksmith.media.deep import read_samples
from looksmith.media.limits import MAX_METADATA
from looksmith.media.metadata import Metadata

SIGNATURE = b"\x89PNG\r\n\x1a\n"
XMP_KEYWORD = "XML:com.adobe.xmp"
_GREY, _RGB, _GREY_ALPHA, _RGB_ALPHA = 0, 2, 4, 6
_FILTER_SUB = 1
_STRIP_BYTES = 1 << 20
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


def decode_deep(parsed: Png) -> tuple[NDArray[np.uint16], NDArray[np.uint16] | None]:
    """Pixels (H x W x 3, RGB, or H x W when grey) and alpha (H x W) of a 16-bit PNG.

    Args:
        parsed: as from ``parse``, of depth 16.
    """
    kind = parsed.picture[25]
    if kind == _GREY_ALPHA:  # four bytes a pixel, as 8-bit RGBA has, and filtered alike
        with PngImagePlugin.PngImageFile(io.BytesIO(_relabelled(parsed.picture, depth=8, kind=_RGB_ALPHA))) as image:
            pairs = np.asarray(image).view(">u2").astype(np.uint16)
        return np.ascontiguousarray(pairs[..., 0]), np.ascontiguousarray(pairs[..., 1])
    with PngImagePlugin.PngImageFile(io.BytesIO(parsed.picture)) as image:
        clear = image.info.get("transparency")
        if kind == _GREY:
            samples = np.asarray(image).astype(np.uint16)
        else:
            samples = read_samples(lambda: PngImagePlugin.PngImageFile(io.BytesIO(parsed.picture)), big_endian=True)
    if kind == _RGB_ALPHA:
        return np.ascontiguousarray(samples[..., :3]), np.ascontiguousarray(samples[..., 3])
    if clear is None:
        return samples, None
    hidden = samples == clear if kind == _GREY else (samples == np.array(clear)).all(axis=-1)
    return samples, np.where(hidden, np.uint16(0), np.uint16(65535))


def encode(values: NDArray[np.uint8] | NDArray[np.uint16], metadata: Metadata) -> bytes:
    """A PNG file.  Differences to the pixel on the left, and runs of them, pack a photo nearly as tightly as the best
    of PNG's filters and deflate's longest search would, in a fourth of the time.

    Args:
        values: H x W x 3 or 4 (RGB, then alpha that is not multiplied in).
        metadata: what to put in beside the pixels.
    """
    height, width, channels = values.shape
    kind = _RGB_ALPHA if channels == 4 else _RGB
    header = struct.pack(">IIBBBBB", width, height, 8 * values.itemsize, kind, 0, 0, 0)
    pixel, line = channels * values.itemsize, width * channels * values.itemsize
    stream = zlib.compressobj(level=1, memLevel=9, strategy=zlib.Z_RLE)
    packed = []
    rows = max(1, _STRIP_BYTES // line)
    for top in range(0, height, rows):
        strip = np.ascontiguousarray(values[top : top + rows], values.dtype.newbyteorder(">")).view(np.uint8)
        strip = strip.reshape(-1, line)
        filtered = np.empty((len(strip), 1 + line), np.uint8)
        filtered[:, 0] = _FILTER_SUB
        filtered[:, 1 : 1 + pixel] = strip[:, :pixel]
        np.subtract(strip[:, pixel:], strip[:, :-pixel], out=filtered[:, 1 + pixel :])
        packed.append(stream.compress(filtered.data))
    packed.append(stream.flush())
    picture = [_chunk(b"IDAT", part) for part in packed if part]
    return b"".join([SIGNATURE, _chunk(b"IHDR", header), *_metadata_chunks(metadata), *picture, _chunk(b"IEND", b"")])


def _metadata_chunks(metadata: Metadata) -> list[bytes]:
    chunks = []
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
    return chunks


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


def _relabelled(picture: bytes, *, depth: int, kind: int) -> bytes:
    """The same file with another depth and colour type in its header."""
    start = len(SIGNATURE) + 8
    header = bytearray(picture[start : start + 13])
    header[8:10] = depth, kind
    return SIGNATURE + _chunk(b"IHDR", bytes(header)) + picture[start + 17 :]


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(body, zlib.crc32(kind)))


def _damaged(where: object, expected: str, got: str) -> UnreadableError:
    return UnreadableError(
        "the PNG file is damaged", where=where, expected=expected, got=got, hint="copy or download it again"
    )
