"""EXIF edited in place: orientation, size, position and thumbnail, with every other byte kept.

EXIF is a TIFF structure (Exif 2.32, section 4.5; TIFF 6.0, section 2).  Editing in place, rather than parsing and
writing anew, keeps maker notes readable, as those hold offsets into the block.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
"""Bytes of one value of each TIFF field type."""

ORIENTATION = 0x0112
_EXIF_IFD = 0x8769
_GPS_IFD = 0x8825
_PIXEL_WIDTH = 0xA002
_PIXEL_HEIGHT = 0xA003
_MAKER_NOTE = 0x927C
_THUMBNAIL_OFFSET = 0x0201
_THUMBNAIL_LENGTH = 0x0202
_STRIP_OFFSETS = 0x0111
_STRIP_LENGTHS = 0x0117


_DEVICE = frozenset(
    {
        0x010F, 0x0110, 0x0131, 0x013C,  # Make, Model, Software (a phone's system version), HostComputer
        0x927C, 0xA420, 0xA430, 0xA431, 0xA432, 0xA433, 0xA434, 0xA435,  # MakerNote, ImageUniqueID, owner, body, lens
        0xC614, 0xC62F,  # UniqueCameraModel, CameraSerialNumber (DNG)
    }
)  # fmt: skip


class MalformedExifError(ValueError):
    """The block is no valid TIFF structure."""


@dataclass(frozen=True)
class _Entry:
    tag: int
    kind: int
    count: int
    position: int
    """Of the 12-byte entry."""
    value: int
    """Position of the value's first byte."""

    @property
    def size(self) -> int:
        return _SIZES.get(self.kind, 0) * self.count


class _Block:
    """A TIFF structure over bytes that can be changed."""

    def __init__(self, data: bytes) -> None:
        self.data = bytearray(data)
        if data[:4] not in (b"II*\0", b"MM\0*"):
            raise MalformedExifError("no TIFF header")
        self.order = "<" if data[:2] == b"II" else ">"
        self.first = self.number(4, 4)

    def number(self, position: int, size: int) -> int:
        if position < 0 or position + size > len(self.data):
            raise MalformedExifError("offset outside the block")
        value: int = struct.unpack_from(self.order + {2: "H", 4: "I"}[size], self.data, position)[0]
        return value

    def store(self, position: int, size: int, value: int) -> None:
        self.number(position, size)
        struct.pack_into(self.order + {2: "H", 4: "I"}[size], self.data, position, value)

    def entries(self, directory: int) -> Iterator[_Entry]:
        for i in range(self.number(directory, 2)):
            position = directory + 2 + 12 * i
            tag, kind, count = self.number(position, 2), self.number(position + 2, 2), self.number(position + 4, 4)
            size = _SIZES.get(kind, 0) * count
            value = position + 8 if size <= 4 else self.number(position + 8, 4)
            self.number(position + 8, 4)
            yield _Entry(tag, kind, count, position, value)

    def next_directory(self, directory: int) -> int:
        """Position of the pointer to the directory that follows."""
        return directory + 2 + 12 * self.number(directory, 2)

    def integer(self, entry: _Entry) -> int | None:
        size = {3: 2, 4: 4, 13: 4}.get(entry.kind)
        return None if size is None or entry.count < 1 else self.number(entry.value, size)

    def blank(self, start: int, size: int) -> None:
        end = min(start + size, len(self.data))
        if 0 <= start < end:
            self.data[start:end] = bytes(end - start)

    def blank_values(self, directory: int) -> None:
        """Overwrite a directory's values and the directory itself with zeros."""
        listed = list(self.entries(directory))
        for entry in listed:
            if entry.size > 4:
                self.blank(entry.value, entry.size)
        self.blank(directory, 2 + 12 * len(listed) + 4)

    def remove(self, directory: int, tag: int) -> None:
        """Take the entries of ``tag`` out of a directory; those behind move up."""
        while entry := next((e for e in self.entries(directory) if e.tag == tag), None):
            end = self.next_directory(directory) + 4
            self.number(end - 4, 4)
            self.data[entry.position : end] = self.data[entry.position + 12 : end] + bytes(12)
            self.store(directory, 2, self.number(directory, 2) - 1)


def bare(exif: bytes | None) -> bytes | None:
    """The TIFF structure without the ``Exif\\0\\0`` that JPEG puts before it; None when there is none."""
    if not exif:
        return None
    exif = exif[6:] if exif[:6] == b"Exif\0\0" else exif
    return exif if exif[:4] in (b"II*\0", b"MM\0*") else None


def orientation(exif: bytes | None) -> int:
    """The orientation 1 to 8 (Exif 2.32, tag 0x0112); 1 when there is none or it makes no sense."""
    try:
        block = _Block(exif or b"")
        for entry in block.entries(block.first):
            if entry.tag == ORIENTATION:
                value = block.integer(entry)
                return value if value is not None and 1 <= value <= 8 else 1
    except MalformedExifError:
        pass
    return 1


def names_camera(exif: bytes | None) -> bool:
    """Whether the block names the maker or the model of a camera (tags 0x010F and 0x0110)."""
    block = Image.Exif()
    try:
        block.load(exif or b"")
        return any(str(block.get(tag, "")).strip() for tag in (0x010F, 0x0110))
    except Exception:  # metadata are a hint only; damaged ones are none
        return False


def upright(exif: bytes, *, width: int | None = None, height: int | None = None) -> bytes | None:
    """The block with orientation 1 and, where it tells the picture's size, this size.

    Returns:
        The block, of the same length, or None when it is malformed and so cannot be trusted.
    """
    try:
        block = _Block(exif)
        for entry in block.entries(block.first):
            if entry.tag == ORIENTATION and entry.kind == 3:
                block.store(entry.value, 2, 1)
            elif entry.tag == _EXIF_IFD and width and height:
                for inner in block.entries(block.number(entry.value, 4)):
                    size = {3: 2, 4: 4}.get(inner.kind)
                    value = {_PIXEL_WIDTH: width, _PIXEL_HEIGHT: height}.get(inner.tag)
                    if size and value and value < 1 << (8 * size):
                        block.store(inner.value, size, value)
        return bytes(block.data)
    except MalformedExifError:
        return None


def without_position(exif: bytes) -> bytes | None:
    """The block without its GPS directory; the directory's bytes are overwritten with zeros.

    Returns:
        The block, of the same length, or None when it is malformed (then it must not be written at all).
    """
    try:
        block = _Block(exif)
        directories = [block.first]
        directories += [block.number(e.value, 4) for e in block.entries(block.first) if e.tag == _EXIF_IFD]
        for directory in directories:
            for entry in [e for e in block.entries(directory) if e.tag == _GPS_IFD]:
                block.blank_values(block.number(entry.value, 4))
            block.remove(directory, _GPS_IFD)
        return bytes(block.data)
    except MalformedExifError:
        return None


def without_device(exif: bytes) -> bytes | None:
    """The block without what tells the device and its owner: make, model, software, serial numbers, lens, notes.

    Returns:
        The block, of the same length with the values' bytes zeroed, or None when it is malformed.
    """
    try:
        block = _Block(exif)
        directories = [block.first]
        directories += [block.number(e.value, 4) for e in block.entries(block.first) if e.tag == _EXIF_IFD]
        for directory in directories:
            for entry in [e for e in block.entries(directory) if e.tag in _DEVICE]:
                if entry.size > 4:
                    block.blank(entry.value, entry.size)
            for tag in _DEVICE:
                block.remove(directory, tag)
        return bytes(block.data)
    except MalformedExifError:
        return None


def without_thumbnail(exif: bytes) -> bytes | None:
    """The block without its thumbnail, which would show the picture as it was before.

    Returns:
        The block, shorter when the thumbnail stood last, or None when it is malformed.
    """
    try:
        block = _Block(exif)
        pointer = block.next_directory(block.first)
        second = block.number(pointer, 4) if pointer + 4 <= len(block.data) else 0
        if not second:
            return exif
        values = {entry.tag: block.integer(entry) for entry in block.entries(second)}
        start = values.get(_THUMBNAIL_OFFSET) or values.get(_STRIP_OFFSETS) or 0
        size = values.get(_THUMBNAIL_LENGTH) or values.get(_STRIP_LENGTHS) or 0
        block.blank_values(second)
        block.store(pointer, 4, 0)
        if start > second and start + size >= len(block.data):
            del block.data[start:]
        else:
            block.blank(start, size)
        return bytes(block.data)
    except MalformedExifError:
        return None


def without_maker_note(exif: bytes) -> bytes | None:
    """The block, written anew, without the camera maker's own notes (they can be large), or None when it is malformed.

    Nothing else in a block refers to positions that a new writing moves.
    """
    block = Image.Exif()
    try:
        block.load(exif)
        inner = block.get_ifd(_EXIF_IFD)
        inner.pop(_MAKER_NOTE, None)
        return bare(block.tobytes())
    except (struct.error, ValueError, TypeError, AttributeError, OverflowError, IndexError, KeyError, SyntaxError):
        return None
