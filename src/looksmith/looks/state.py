"""A facet's state as bytes and back: safetensors with the plain fields as JSON in its metadata, or JSON alone.

Reading trusts nothing: the header is checked against what the facet declares before an array is made.
"""

from __future__ import annotations

import dataclasses
import math
import struct
from collections.abc import Mapping
from typing import Any, get_type_hints

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from looksmith.errors import LooksmithError, UnreadableError
from looksmith.rights.canonical import canonical_json, parse_json

Array = NDArray[Any]

LARGEST = 1e9
"""Largest magnitude of a number in a state."""

LONGEST = 65536
"""Longest free axis of an array when the state's class does not say."""

_DTYPES = {
    "F16": "float16", "F32": "float32", "F64": "float64", "U8": "uint8", "I8": "int8", "U16": "uint16",
    "I16": "int16", "U32": "uint32", "I32": "int32", "U64": "uint64", "I64": "int64", "BOOL": "bool",
}  # fmt: skip


def state_to_bytes(state: Any) -> tuple[str, bytes]:
    """Write a state.

    Returns:
        the suffix of the member (``safetensors`` or ``json``) and its bytes, the same for the same state.

    Raises:
        LooksmithError: the state does not keep to what its class declares.
    """
    declared: Mapping[str, Any] = getattr(type(state), "ARRAYS", {})
    values: dict[str, Any] = {}
    arrays: dict[str, Array] = {}
    for field in dataclasses.fields(state):
        value = getattr(state, field.name)
        if field.name in declared:
            dtype, shape = declared[field.name]
            _check_array(field.name, str(value.dtype), value.shape, dtype, shape, type(state), type(state).__name__)
            arrays[field.name] = np.ascontiguousarray(value)
        else:
            values[field.name] = value
    try:
        text = canonical_json(values)
    except (TypeError, ValueError) as error:
        raise LooksmithError(
            "a state holds what cannot be written", where=type(state).__name__, got=str(error)
        ) from error
    _check_values(arrays, type(state).__name__)
    if not arrays:
        return "json", text
    return "safetensors", save_tensors(arrays, {"state": text.decode()})


def state_from_bytes(kind: type[Any], suffix: str, data: bytes, where: object) -> Any:
    """Read a state of a facet.

    Args:
        kind: the facet's ``STATE``, a frozen dataclass with ``ARRAYS``.
        suffix: ``safetensors`` or ``json``.
        data: the member's bytes; nothing larger than they are is ever made.
        where: what to name in an error.

    Raises:
        UnreadableError: fields, dtypes, shapes or numbers are not those that the class declares.
    """
    declared: Mapping[str, tuple[str, tuple[int | None, ...]]] = getattr(kind, "ARRAYS", {})
    if suffix == "json":
        values, arrays = parse_json(data, where), {}
        if declared:
            raise UnreadableError("the state has no arrays", where=where, expected=", ".join(sorted(declared)))
    else:
        values, header = _header(data, where)
        _same_names(set(header), set(declared), "arrays", where)
        for name, (dtype, shape) in header.items():
            _check_array(name, dtype, shape, *declared[name], kind, where)
        try:
            arrays = load_tensors(data)
        except (SafetensorError, ValueError, KeyError, TypeError, OverflowError) as error:
            raise UnreadableError("the arrays cannot be read", where=where, got=str(error)[:120]) from error
        for name, array in arrays.items():  # what was made must be what was checked
            _check_array(name, str(array.dtype), array.shape, *declared[name], kind, where)
        _check_values(arrays, where)
    return _build(kind, values, arrays, where)


def _build(kind: type[Any], values: Any, arrays: Mapping[str, Array], where: object) -> Any:
    hints = get_type_hints(kind)
    plain = {field.name for field in dataclasses.fields(kind)} - set(arrays)
    if not isinstance(values, dict):
        raise UnreadableError("the state's fields are not an object", where=where)
    _same_names(set(values), plain, "fields", where)
    checked: dict[str, Any] = dict(arrays)
    for name in plain:
        _check_numbers(values[name], f"{where}: {name}")
        try:
            checked[name] = TypeAdapter(hints[name]).validate_json(canonical_json(values[name]), strict=True)
        except (ValidationError, ValueError) as error:
            raise UnreadableError(
                "a field has the wrong type",
                where=f"{where}: {name}",
                expected=hints[name],
                got=repr(values[name])[:60],
            ) from error
    try:
        return kind(**checked)
    except UnreadableError:
        raise
    except (ValueError, TypeError, LooksmithError) as error:
        raise UnreadableError("the state is refused", where=where, got=str(error)[:200]) from error


def _header(data: bytes, where: object) -> tuple[Any, dict[str, tuple[str, tuple[int, ...]]]]:
    """The plain fields, and dtype and shape of every array, of safetensors bytes; nothing is allocated."""
    if len(data) < 8:
        raise UnreadableError("the state is cut short", where=where, got=f"{len(data)} bytes")
    (length,) = struct.unpack("<Q", data[:8])
    if length > len(data) - 8:
        raise UnreadableError("the header is longer than the file", where=where, got=length)
    header = parse_json(data[8 : 8 + length], where)
    if not isinstance(header, dict):
        raise UnreadableError("the header is not an object", where=where)
    metadata = header.pop("__metadata__", None)
    if not isinstance(metadata, dict) or set(metadata) != {"state"} or not isinstance(metadata["state"], str):
        raise UnreadableError("the header has no fields of the state", where=where)
    room, arrays = len(data) - 8 - length, {}
    for name, entry in header.items():
        if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
            raise UnreadableError("an array is not described", where=f"{where}: {name}")
        dtype, shape = entry["dtype"], entry["shape"]
        if not isinstance(dtype, str) or dtype not in _DTYPES:
            raise UnreadableError("an array has an unknown dtype", where=f"{where}: {name}", got=repr(dtype)[:40])
        if not isinstance(shape, list) or len(shape) > 8 or not all(type(n) is int and n >= 0 for n in shape):
            raise UnreadableError("an array has no shape", where=f"{where}: {name}", got=repr(shape)[:60])
        if math.prod(shape) * np.dtype(_DTYPES[dtype]).itemsize > room:
            raise UnreadableError("an array is larger than the file", where=f"{where}: {name}", got=repr(shape)[:60])
        arrays[name] = (_DTYPES[dtype], tuple(shape))
    return parse_json(metadata["state"].encode(), where), arrays


def _check_array(
    name: str,
    dtype: str,
    shape: tuple[int, ...],
    wanted: str,
    declared: tuple[int | None, ...],
    kind: Any,
    where: object,
) -> None:
    longest = getattr(kind, "LONGEST", LONGEST)
    fits = len(shape) == len(declared) and all(
        have <= longest if want is None else have == want for have, want in zip(shape, declared, strict=True)
    )
    if dtype != wanted or not fits:
        raise UnreadableError(
            "an array is not as declared",
            where=f"{where}: {name}",
            expected=f"{wanted} {declared}",
            got=f"{dtype} {shape}",
        )


def _check_values(arrays: Mapping[str, Array], where: object) -> None:
    for name, array in arrays.items():
        if array.dtype.kind == "f" and not (np.abs(array) <= LARGEST).all():
            raise UnreadableError("an array holds numbers that are not finite or too large", where=f"{where}: {name}")


def _check_numbers(value: Any, where: object) -> None:
    if isinstance(value, list):
        for item in value:
            _check_numbers(item, where)
    elif isinstance(value, dict):
        for item in value.values():
            _check_numbers(item, where)
    elif isinstance(value, int | float) and abs(value) > LARGEST:
        raise UnreadableError("a number is too large", where=where, expected=f"at most {LARGEST:g}")


def _same_names(got: set[str], expected: set[str], what: str, where: object) -> None:
    if got != expected:
        raise UnreadableError(
            f"the {what} of the state are not those of its facet",
            where=where,
            expected=", ".join(sorted(expected)) or "none",
            got=", ".join(sorted(repr(name)[:40] for name in got))[:300] or "none",
        )
