"""Limits that hold before a single pixel is decoded, against decompression bombs and endless streams."""

from __future__ import annotations

from looksmith.errors import UnreadableError

MAX_PIXELS = 200_000_000
"""Most pixels (width x height) of a picture; a 200-megapixel phone camera just passes."""

MAX_BYTES = 1 << 30
"""Most bytes of a picture file, 1 GiB: 200 megapixels of uncompressed 8-bit RGB is 0.6 GB."""

MAX_METADATA = 16 << 20
"""Most bytes of one metadata block (profile, XMP packet, text) after decompression, 16 MiB."""

MAX_SIDE = 1 << 20
"""Longest side in pixels."""


def check_size(width: int, height: int, *, where: object, max_pixels: int = MAX_PIXELS) -> None:
    """Refuse a picture whose header promises no pixels or too many.

    Args:
        width, height: pixels, as the header says.
        where: the file, for the message.
        max_pixels: most pixels allowed.

    Raises:
        UnreadableError: a side is 0 or over ``MAX_SIDE``, or there are more than ``max_pixels`` pixels.
    """
    if width < 1 or height < 1:
        raise UnreadableError(
            "the picture has no pixels",
            where=where,
            expected="at least 1 x 1",
            got=f"{width} x {height}",
            hint="export the picture again from the program that made it",
        )
    if width * height > max_pixels or max(width, height) > MAX_SIDE:
        raise UnreadableError(
            "the picture is too large",
            where=where,
            expected=f"at most {max_pixels / 1e6:g} megapixels",
            got=f"{width} x {height} = {width * height / 1e6:.4g} megapixels",
            hint="make it smaller first, or pass max_pixels=... to read_photo for a file that you trust",
        )


def check_bytes(size: int, *, where: object) -> None:
    """Refuse a file that is empty or longer than ``MAX_BYTES``.

    Raises:
        UnreadableError: as said.
    """
    if size == 0:
        raise UnreadableError(
            "the file is empty", where=where, expected="a picture", got="0 bytes", hint="copy or download it again"
        )
    if size > MAX_BYTES:
        raise UnreadableError(
            "the file is too large",
            where=where,
            expected=f"at most {MAX_BYTES >> 20} MiB",
            got=f"more than {MAX_BYTES >> 20} MiB",
            hint="make the picture smaller, or save it compressed",
        )
