"""XMP packets edited as text: orientation, position, thumbnails (XMP Specification part 1 and 2)."""

from __future__ import annotations

import re

_NAME = rb"[A-Za-z_][\w.-]*"
_ORIENTATION = re.compile(rb"(" + _NAME + rb":Orientation(?:\s*=\s*[\"']|\s*>\s*))[1-8](?=\s*[\"'<])")


def _property(name: bytes) -> re.Pattern[bytes]:
    """Finds a property as an attribute or as an element, whatever its namespace prefix."""
    attribute = rb"\s" + _NAME + rb":" + name + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')"
    element = rb"<(" + _NAME + rb":" + name + rb")(?:\s[^<>]*)?(?:/>|>(?:.*?)</\1\s*>)"
    return re.compile(attribute + rb"|" + element, re.DOTALL)


_POSITION = _property(rb"GPS\w*")
_THUMBNAILS = _property(rb"Thumbnails")
_EXTENDED = _property(rb"HasExtendedXMP")
_ANY_POSITION = re.compile(rb":GPS\w")


def upright(packet: bytes) -> bytes:
    """The packet with ``tiff:Orientation`` 1, if it had one."""
    return _ORIENTATION.sub(rb"\g<1>1", packet)


def without_position(packet: bytes) -> bytes | None:
    """The packet without its ``exif:GPS...`` properties.

    Returns:
        None when the packet cannot be searched (not UTF-8) or something is left after all: it must not be written.
    """
    if b"\0" in packet.rstrip(b"\0"):
        return None
    packet = _POSITION.sub(b"", packet)
    return None if _ANY_POSITION.search(packet) else packet


def without_thumbnails(packet: bytes) -> bytes:
    """The packet without ``xmp:Thumbnails``, which would show the picture as it was, and without a pointer to an
    extended packet (those are not kept)."""
    return _EXTENDED.sub(b"", _THUMBNAILS.sub(b"", packet))
