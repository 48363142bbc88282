"""XMP packets edited as text: orientation, position, thumbnails (XMP Specification part 1 and 2)."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

_NAME = rb"[A-Za-z_][\w.-]*"
_ORIENTATION = re.compile(rb"([\s<]" + _NAME + rb":Orientation(?:\s*=\s*[\"']|\s*>\s*))[1-8](?=\s*[\"'<])")
_POSITION = rb"GPS\w*"
_DEVICE = (
    rb"Make|Model|HostComputer|Software|Lens|LensID|LensInfo|LensMake|LensModel|LensSerialNumber|SerialNumber"
    rb"|BodySerialNumber|InternalSerialNumber|CameraSerialNumber|CameraOwnerName|OwnerName|ImageUniqueID|Firmware"
)
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
    left = _without(packet, _POSITION)
    return None if left is None or _ANY_POSITION.search(left) else left


def without_device(packet: bytes) -> bytes | None:
    """The packet without what tells the device and its owner; None when an element is never closed."""
    return _without(packet, _DEVICE)


def without_properties(packet: bytes, names: Sequence[str]) -> bytes | None:
    """The packet without the simple properties of these names, whatever their prefix; None when one is never closed."""
    return _without(packet, b"|".join(re.escape(name.encode()) for name in names))


def property_of(packet: bytes, name: str, prefix: str | None = None) -> str | None:
    """The value of a simple property, be it an attribute or an element; None when there is none.

    Args:
        packet: the packet.
        name: of the property, without its prefix.
        prefix: of its namespace; default whatever it is.
    """
    full = (_NAME if prefix is None else prefix.encode()) + rb":" + re.escape(name.encode())
    found = re.search(
        rb"<" + full + rb"(?:\s[^<>]*)?>([^<]*)</|\s" + full + rb"\s*=\s*(?:\"([^\"<]*)\"|'([^'<]*)')", packet
    )
    if found is None:
        return None
    value = next(group for group in found.groups() if group is not None)
    return html.unescape(value.decode("utf-8", "replace"))


def without_thumbnails(packet: bytes) -> bytes | None:
    """The packet without ``xmp:Thumbnails``, which would show the picture as it was, and without a pointer to an
    extended packet (those are not kept).

    Returns:
        None when an element is never closed, so that nobody can tell where it ends.
    """
    return _without(packet, rb"Thumbnails|HasExtendedXMP")


def _without(packet: bytes, name: bytes) -> bytes | None:
    """The packet without the properties of this name (a pattern), whatever their prefix, be they attributes or
    elements; None when an element is never closed.  Takes time in proportion to the packet, however it is made."""
    full = _NAME + rb":(?:" + name + rb")"
    attribute = re.compile(rb"\s" + full + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')")
    opening = re.compile(
        rb"<(" + _NAME + rb":(?:" + name + rb"))(?:\s[^<>]*)?>|<(" + _NAME + rb":(?:" + name + rb"))/>"
    )
    packet = attribute.sub(b"", packet)
    kept, position = [], 0
    while found := opening.search(packet, position):
        kept.append(packet[position : found.start()])
        position = found.end()
        if found[1] and not found[0].endswith(b"/>"):
            closing = b"</" + found[1]
            start = packet.find(closing, position)
            end = packet.find(b">", start)
            if start < 0 or packet[start + len(closing) : end].strip():
                return None
            position = end + 1
    return b"".join([*kept, packet[position:]])
