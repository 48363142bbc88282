"""Which format a file has, from its first bytes (never from its name)."""

from __future__ import annotations

from looksmith.errors import UnreadableError

READABLE = ("JPEG", "PNG", "WEBP", "AVIF", "HEIF", "TIFF")
"""The formats of ``Photo.format``."""

_AVIF_BRANDS = {b"avif", b"avis"}
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}

_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"GIF8", "a GIF"),
    (b"BM", "a BMP"),
    (b"%PDF", "a PDF"),
    (b"8BPS", "a Photoshop file"),
    (b"II+\0", "a BigTIFF"),
    (b"MM\0+", "a BigTIFF"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000"),
    (b"\xff\x0a", "a JPEG XL"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL"),
    (b"PK\x03\x04", "a zip file (a .look file, perhaps)"),
    (b"<svg", "an SVG"),
    (b"<?xml", "an XML or SVG"),
    (b"<!DOCTYPE", "a web page"),
    (b"<html", "a web page"),
    (b"\x1aE\xdf\xa3", "a video"),
    (b"RIFF", "a sound or video"),
)


def sniff(data: bytes, *, where: object) -> str:
    """The format of ``data``: one of ``READABLE``.

    Args:
        data: the file's bytes (the first 64 or more).
        where: the file, for the message.

    Raises:
        UnreadableError: it is no picture that Looksmith reads; the message says what it looks like instead.
    """
    if data[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[:4] in (b"II*\0", b"MM\0*"):
        return "TIFF"
    if data[4:8] == b"ftyp":
        brands = _brands(data)
        if brands & _AVIF_BRANDS:
            return "AVIF"
        if brands & _HEIF_BRANDS:
            return "HEIF"
        raise _wrong("a video", where)
    for start, name in _OTHERS:
        if data.startswith(start):
            raise _wrong(name, where)
    raise _wrong("text" if _is_text(data[:512]) else "something else", where)


def _brands(data: bytes) -> set[bytes]:
    """Major and compatible brands of the first box of an ISO base media file (ISO/IEC 14496-12, 4.3)."""
    end = min(int.from_bytes(data[:4], "big"), len(data), 512)
    return {data[8:12]} | {data[i : i + 4] for i in range(16, end - 3, 4)}


def _is_text(head: bytes) -> bool:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:
            return False
    return all(byte >= 32 or byte in (9, 10, 13) for byte in head)


def _wrong(got: str, where: object) -> UnreadableError:
    return UnreadableError(
        "this is not a picture that can be read",
        where=where,
        expected="JPEG, PNG, WebP, AVIF, HEIC or TIFF",
        got=got,
        hint="convert it to PNG or JPEG first",
    )
