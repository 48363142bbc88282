"""JSON for what is signed and for what may be hostile: one form when written, strict limits when read."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from looksmith.errors import UnreadableError

DEPTH = 16
"""Deepest JSON that is read."""

LONGEST = 256_000
"""Longest JSON that is read, in bytes."""

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")


def canonical_json(value: object) -> bytes:
    """JSON in exactly one form: sorted keys, no spaces, UTF-8, finite numbers only."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def parse_json(data: bytes, where: object) -> Any:
    """Read JSON that may be hostile: bounded length and depth, no doubled keys, finite numbers only.

    Raises:
        UnreadableError: it is not such JSON.
    """
    if len(data) > LONGEST:
        raise UnreadableError("JSON is too long", where=where, expected=f"at most {LONGEST} bytes", got=len(data))
    depth = 0
    for bracket in _BRACKET.finditer(_STRING.sub(b"", data)):
        depth += 1 if bracket[0] in b"[{" else -1
        if depth > DEPTH:
            raise UnreadableError("JSON is nested too deeply", where=where, expected=f"at most {DEPTH} levels")
    try:
        return json.loads(
            data.decode("utf-8"), object_pairs_hook=_no_doubles, parse_float=_finite, parse_constant=_finite
        )
    except (ValueError, RecursionError) as error:
        raise UnreadableError("this is not readable JSON", where=where, got=str(error)[:120]) from error


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key is given twice")
    return made


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"the number {text[:20]} is not finite")
    return number
