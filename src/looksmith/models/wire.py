"""Protocol buffers off the wire: field numbers and values, without a schema, nothing allocated beyond the bytes."""

from __future__ import annotations

from collections.abc import Iterator

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5

Value = int | memoryview


class WireError(ValueError):
    """Bytes that are no message."""


def fields(message: memoryview) -> Iterator[tuple[int, int, Value]]:
    """Number, wire type and value of each field, in order: whole numbers, or a view of the bytes.

    Raises:
        WireError: the message is cut short or malformed.
    """
    place, end = 0, len(message)
    while place < end:
        key, place = _varint(message, place)
        number, kind = key >> 3, key & 7
        if number == 0:
            raise WireError("field 0")
        if kind == VARINT:
            value, place = _varint(message, place)
            yield number, kind, value
            continue
        if kind == BYTES:
            length, place = _varint(message, place)
        elif kind in (FIXED64, FIXED32):
            length = 8 if kind == FIXED64 else 4
        else:
            raise WireError(f"wire type {kind}")
        if length > end - place:
            raise WireError("a field is longer than the message")
        yield number, kind, message[place : place + length]
        place += length


def numbers(kind: int, value: Value) -> list[int]:
    """A repeated whole number, packed or not, as signed 64-bit."""
    if isinstance(value, int):
        return [_signed(value)]
    if kind != BYTES:
        raise WireError("not a whole number")
    found, place = [], 0
    while place < len(value):
        number, place = _varint(value, place)
        found.append(_signed(number))
    return found


def text(value: Value, longest: int = 1 << 20) -> str:
    """A string.

    Raises:
        WireError: it is none, or too long.
    """
    if isinstance(value, int) or len(value) > longest:
        raise WireError("not a text")
    try:
        return bytes(value).decode("utf-8")
    except UnicodeDecodeError as error:
        raise WireError("not UTF-8") from error


def message(value: Value) -> memoryview:
    """A message within a message."""
    if isinstance(value, int):
        raise WireError("not a message")
    return value


def _varint(data: memoryview, place: int) -> tuple[int, int]:
    result = 0
    for shift in range(0, 70, 7):
        if place >= len(data):
            raise WireError("cut short")
        byte = data[place]
        place += 1
        result |= (byte & 0x7F) << shift
        if byte < 0x80:
            return result & (1 << 64) - 1, place
    raise WireError("a number is too long")


def _signed(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value
