"""States become the same bytes every time and come back equal; hostile bytes are refused before they cost memory."""

from __future__ import annotations

import json
import struct
import tracemalloc
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from looksmith.errors import LooksmithError, UnreadableError
from looksmith.looks.state import state_from_bytes, state_to_bytes


@dataclass(frozen=True)
class Full:
    """One field of every kind that a state may have."""

    vector: np.ndarray[Any, Any]
    points: np.ndarray[Any, Any]
    amount: float = 0.5
    count: int = 3
    mode: Literal["a", "b"] = "a"
    words: str = "言葉"
    curve: tuple[float, ...] = (0.0, 1.0)
    pair: tuple[int, str] = (1, "x")
    maybe: float | None = None
    flag: bool = True

    ARRAYS: ClassVar[dict[str, tuple[str, tuple[int | None, ...]]]] = {
        "vector": ("float32", (4,)),
        "points": ("uint8", (None, 2)),
    }
    LONGEST: ClassVar[int] = 10


@dataclass(frozen=True)
class Plain:
    """No arrays; refuses some numbers itself."""

    amount: float = 0.5
    names: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError("amount is negative")


def full(**changes: Any) -> Full:
    return Full(**{"vector": np.arange(4, dtype=np.float32), "points": np.ones((3, 2), np.uint8), **changes})


def tensors(header: Any, data: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


@given(
    hnp.arrays(np.float32, 4, elements=st.floats(-1e6, 1e6, width=32)),
    hnp.arrays(np.uint8, st.tuples(st.integers(0, 10), st.just(2))),
    st.floats(-1e9, 1e9),
    st.text(st.characters(codec="utf-8")),
    st.lists(st.floats(-1e9, 1e9)),
)
def test_state_comes_back_equal(vector: Any, points: Any, amount: float, words: str, curve: list[float]) -> None:
    state = full(vector=vector, points=points, amount=amount, words=words, curve=tuple(curve))
    suffix, data = state_to_bytes(state)
    back = state_from_bytes(Full, suffix, data, "here")
    assert suffix == "safetensors" and state_to_bytes(back) == (suffix, data)
    assert back.vector.dtype == np.float32 and np.array_equal(back.vector, vector)
    assert np.array_equal(back.points, points) and back.points.shape == points.shape
    assert (back.amount, back.words, back.curve, back.pair) == (amount, words, tuple(curve), (1, "x"))


def test_state_without_arrays_is_json() -> None:
    suffix, data = state_to_bytes(Plain(0.25, ("a", "b")))
    assert (suffix, data) == ("json", b'{"amount":0.25,"names":["a","b"]}')
    assert state_from_bytes(Plain, suffix, data, "here") == Plain(0.25, ("a", "b"))


@pytest.mark.parametrize(
    "changes",
    [
        {"vector": np.zeros(5, np.float32)},
        {"vector": np.zeros(4)},
        {"vector": np.array([0, 1, np.nan, 0], np.float32)},
        {"points": np.zeros((11, 2), np.uint8)},
        {"amount": float("inf")},
        {"words": {1, 2}},
    ],
)
def test_state_that_breaks_its_declaration_is_not_written(changes: dict[str, Any]) -> None:
    with pytest.raises(LooksmithError):
        state_to_bytes(full(**changes))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b'{"amount":0.5}',
        b'{"amount":0.5,"names":[],"more":1}',
        b'{"amount":"0.5","names":[]}',
        b'{"amount":NaN,"names":[]}',
        b'{"amount":1e999,"names":[]}',
        b'{"amount":1e300,"names":[]}',
        b'{"amount":true,"names":[]}',
        b'{"amount":-1,"names":[]}',
        b'{"amount":1,"amount":1,"names":[]}',
        b'{"amount":1,"names":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"amount":' + b"9" * 5000 + b',"names":[]}',
        b'{"amount":1,"names":[1]}',
        b"\xff\xfe",
        b'{"amount":1,"names":["\\ud800"]}',
    ],
)
def test_hostile_json_is_refused(text: bytes) -> None:
    with pytest.raises(UnreadableError):
        state_from_bytes(Plain, "json", text, "here")


ENTRY = {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}
META = {"state": json.dumps({})}


@dataclass(frozen=True)
class One:
    vector: np.ndarray[Any, Any]

    ARRAYS: ClassVar[dict[str, tuple[str, tuple[int | None, ...]]]] = {"vector": ("float32", (4,))}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 7,
        b"\xff" * 8,
        struct.pack("<Q", 2**63) + b"{}",
        tensors({}),
        tensors([]),
        tensors(b"{"),
        tensors({"__metadata__": META}),
        tensors({"vector": ENTRY}, b"\0" * 16),
        tensors({"__metadata__": {"state": 1}, "vector": ENTRY}, b"\0" * 16),
        tensors({"__metadata__": {"state": "{}", "more": "x"}, "vector": ENTRY}, b"\0" * 16),
        tensors({"__metadata__": META, "vector": {**ENTRY, "shape": [5]}}, b"\0" * 20),
        tensors({"__metadata__": META, "vector": {**ENTRY, "shape": [2**40]}}, b"\0" * 16),
        tensors({"__metadata__": META, "vector": {**ENTRY, "shape": [2**40, 0]}}, b"\0" * 16),
        tensors({"__metadata__": META, "vector": {**ENTRY, "shape": [-4]}}, b"\0" * 16),
        tensors({"__metadata__": META, "vector": {**ENTRY, "shape": [4.0]}}, b"\0" * 16),
        tensors({"__metadata__": META, "vector": {**ENTRY, "shape": [True]}}, b"\0" * 16),
        tensors({"__metadata__": META, "vector": {**ENTRY, "shape": "4"}}, b"\0" * 16),
        tensors({"__metadata__": META, "vector": {**ENTRY, "dtype": "F64"}}, b"\0" * 32),
        tensors({"__metadata__": META, "vector": {**ENTRY, "dtype": ["F32"]}}, b"\0" * 16),
        tensors({"__metadata__": META, "vector": {**ENTRY, "dtype": "BF16"}}, b"\0" * 16),
        tensors({"__metadata__": META, "vector": {**ENTRY, "data_offsets": [0, 2**40]}}, b"\0" * 16),
        tensors({"__metadata__": META, "vector": {**ENTRY, "data_offsets": [8, 24]}}, b"\0" * 24),
        tensors({"__metadata__": META, "vector": ENTRY}, b"\0" * 15),
        tensors({"__metadata__": META, "vector": ENTRY}, b"\0" * 17),
        tensors({"__metadata__": META, "vector": ENTRY}, np.array([1, 2, 3, np.inf], np.float32).tobytes()),
        tensors({"__metadata__": META, "vector": ENTRY}, np.array([1, 2, 3, 1e30], np.float32).tobytes()),
        tensors({"__metadata__": META, "vector": ENTRY, "more": {**ENTRY, "data_offsets": [16, 32]}}, b"\0" * 32),
        tensors({"__metadata__": {"state": '{"x":1}'}, "vector": ENTRY}, b"\0" * 16),
    ],
)
def test_hostile_tensors_are_refused(data: bytes) -> None:
    tracemalloc.start()
    with pytest.raises(UnreadableError):
        state_from_bytes(One, "safetensors", data, "here")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4_000_000


def test_the_valid_neighbour_of_those_is_read() -> None:
    data = tensors({"__metadata__": META, "vector": ENTRY}, np.array([1, 2, 3, 4], np.float32).tobytes())
    assert state_from_bytes(One, "safetensors", data, "here").vector.tolist() == [1, 2, 3, 4]


@given(st.binary(max_size=300), st.integers(0, 2**20), st.integers(1, 255))
def test_any_bytes_are_read_or_refused(junk: bytes, place: int, change: int) -> None:
    data = bytearray(state_to_bytes(full())[1])
    data[place % len(data)] ^= change
    for kind, suffix, candidate in (
        (Full, "safetensors", bytes(data)),
        (One, "safetensors", junk),
        (Plain, "json", junk),
    ):
        with suppress(UnreadableError):
            state_from_bytes(kind, suffix, candidate, "here")
