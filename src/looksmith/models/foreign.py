"""An ONNX file of somebody else's: looked through before anything runs it.

The file is read by its bytes alone (``wire.py``): only operators on the list, no control flow, no functions, no files
outside, sizes within limits.  What a shape comes to at run time cannot be known beforehand; every operator here is
linear in what it is given, and shapes that are written into the file are bounded.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from looksmith.errors import UnreadableError
from looksmith.models.wire import WireError, fields, message, numbers, text

METADATA = "looksmith"
"""Key of the metadata entry that ``looksmith export`` writes: JSON, see :class:`Described`."""

MOST_BYTES = 300 << 20
MOST_NODES = 20_000
MOST_VALUES = 1 << 28
"""Values of one tensor."""
LARGEST_SIDE = 1 << 24
"""Of a shape, a repeat or a padding that the file writes out."""

_OPERATORS = """
Abs Add And AveragePool BatchNormalization Cast Ceil Clip Concat Constant ConstantOfShape Conv ConvTranspose Cos
DepthToSpace DequantizeLinear Div Dropout Elu Equal Erf Exp Expand Flatten Floor Gather Gelu Gemm GlobalAveragePool
Greater GreaterOrEqual GroupNormalization HardSigmoid HardSwish Identity InstanceNormalization LayerNormalization
LeakyRelu Less LessOrEqual Log MatMul Max MaxPool Mean Min Mod Mul Neg Not Or PRelu Pad Pow QuantizeLinear Range
Reciprocal ReduceL2 ReduceMax ReduceMean ReduceMin ReduceSum Relu Reshape Resize Round Shape Sigmoid Sign Sin Slice
Softmax Softplus SpaceToDepth Split Sqrt Squeeze Sub Sum Tanh Tile Transpose Unsqueeze Where
"""
ALLOWED = frozenset(_OPERATORS.split())
_GROWS = {"ConstantOfShape": 0, "Expand": 1, "Tile": 1, "Pad": 1, "Range": 1, "Reshape": 1}
"""Operators whose output is as large as one of their inputs says, and which."""


class Condition(BaseModel):
    """A further input: its width, what it is when a person names nothing, and the labels that its numbers stand for."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
    default: Annotated[list[Annotated[float, Field(ge=-1e6, le=1e6)]], Field(min_length=1, max_length=1 << 20)]
    entries: Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=1024)] = []


class Described(BaseModel):
    """What the workshop wrote into the file about how it is to be run.

    Attributes:
        kind: what goes in first: a ``picture`` or ``noise``.
        size: side of the pictures that it was trained on.
        multiple: height and width must be multiples of this.
        reach: pixels around a pixel that can change it; None when the whole picture can.
        fixed: it runs at ``size`` x ``size`` alone.
        noise: width of the noise.
        recipe: that it was trained with.
        int8: whether it is quantised.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    format: Literal[1] = 1
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
    kind: Literal["picture", "noise"]
    size: Annotated[int, Field(ge=8, le=4096)]
    multiple: Annotated[int, Field(ge=1, le=1024)] = 1
    reach: Annotated[int, Field(ge=0, le=4096)] | None = None
    fixed: bool = False
    conditions: Annotated[list[Condition], Field(max_length=8)] = []
    noise: Annotated[int, Field(ge=0, le=65536)] = 0
    recipe: Annotated[str, Field(max_length=64)] = ""
    version: Annotated[str, Field(max_length=48)] = ""
    int8: bool = False


@dataclass
class _Found:
    nodes: int = 0
    opsets: dict[str, int] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    written: dict[str, list[int]] = field(default_factory=dict)
    """Whole numbers of small tensors, by name."""
    growing: list[tuple[str, str]] = field(default_factory=list)
    inputs: list[str] = field(default_factory=list)
    initialised: set[str] = field(default_factory=set)


def check_network(data: bytes, where: object) -> Described:
    """Look a file through; nothing in it is run.

    Args:
        data: of the ONNX file.
        where: what to name in an error.

    Returns:
        how it is to be run.

    Raises:
        UnreadableError: it is no ONNX file, breaks a limit, or was not exported by looksmith.
    """
    if len(data) > MOST_BYTES:
        raise UnreadableError(
            "the network is too large",
            where=where,
            expected=f"at most {MOST_BYTES >> 20} MiB",
            got=f"{len(data) >> 20} MiB",
        )
    found = _Found()
    try:
        _model(memoryview(data), found)
    except WireError as error:
        raise UnreadableError("this is not an ONNX file", where=where, got=str(error) or "other bytes") from error
    except _RefusedError as error:
        raise UnreadableError("the network is refused", where=where, expected=error.expected, got=error.got) from error
    if not found.nodes:
        raise UnreadableError("this is not an ONNX file", where=where, got="no operator in it")
    for operator, name in found.growing:
        values = found.written.get(name, [])
        if (
            any(abs(value) > LARGEST_SIDE for value in values)
            or math.prod(max(1, abs(v)) for v in values) > MOST_VALUES
        ):
            raise UnreadableError(
                "the network is refused", where=where, expected="shapes of sane size", got=f"{operator} of {values[:8]}"
            )
    described = _described(found.metadata, where)
    wanted = ["noise" if described.kind == "noise" else "picture", *(c.name for c in described.conditions)]
    given = [name for name in found.inputs if name not in found.initialised]
    if given != wanted:
        raise UnreadableError(
            "the inputs of the network are not those that it declares",
            where=where,
            expected=", ".join(wanted),
            got=", ".join(name[:40] for name in given[:10]) or "none",
        )
    return described


class _RefusedError(Exception):
    def __init__(self, expected: str, got: str) -> None:
        super().__init__(got)
        self.expected, self.got = expected, got


def _described(metadata: Mapping[str, str], where: object) -> Described:
    if METADATA not in metadata:
        raise UnreadableError(
            "the network does not say how it is to be run",
            where=where,
            expected="an ONNX file that looksmith export wrote",
            hint="looksmith export RUN",
        )
    try:
        return Described.model_validate(json.loads(metadata[METADATA]))
    except (ValueError, RecursionError, ValidationError) as error:
        got = str(error).splitlines()[0][:120]
        raise UnreadableError("the network's description is damaged", where=where, got=got) from error


def _model(data: memoryview, found: _Found) -> None:
    graphs = 0
    for number, _kind, value in fields(data):
        if number == 7:
            graphs += 1
            _graph(message(value), found)
        elif number == 8:
            domain = "".join(text(v) for n, _, v in fields(message(value)) if n == 1)
            if domain not in ("", "ai.onnx"):
                raise _RefusedError("standard operators alone", f"operators of {domain[:40]!r}")
        elif number == 14:
            entry = {n: text(v) for n, _, v in fields(message(value)) if n in (1, 2)}
            found.metadata[entry.get(1, "")] = entry.get(2, "")
        elif number in (20, 25):
            raise _RefusedError("a plain graph", "functions or training information")
    if graphs > 1:
        raise _RefusedError("one graph", f"{graphs}")


def _graph(data: memoryview, found: _Found) -> None:
    for number, _kind, value in fields(data):
        if number == 1:
            _node(message(value), found)
        elif number == 5:
            found.initialised.add(_tensor(message(value), found))
        elif number == 11:
            found.inputs += [text(v) for n, _, v in fields(message(value)) if n == 1]
        elif number == 15:
            raise _RefusedError("dense tensors", "a sparse one")


def _node(data: memoryview, found: _Found) -> None:
    found.nodes += 1
    if found.nodes > MOST_NODES:
        raise _RefusedError(f"at most {MOST_NODES} operators", "more")
    operator, domain, inputs, outputs, attributes = "", "", [], [], []
    for number, _kind, value in fields(data):
        if number == 1:
            inputs.append(text(value))
        elif number == 2:
            outputs.append(text(value))
        elif number == 4:
            operator = text(value)
        elif number == 5:
            attributes.append(message(value))
        elif number == 7:
            domain = text(value)
    if operator not in ALLOWED or domain not in ("", "ai.onnx"):
        raise _RefusedError("operators that pictures need", f"{domain + '.' if domain else ''}{operator}"[:60])
    for attribute in attributes:
        for number, kind, value in fields(attribute):
            if number in (6, 11, 22, 23):
                raise _RefusedError("no control flow", f"a graph within {operator}")
            if number in (5, 10):
                _tensor(message(value), found, outputs[0] if outputs else "")
            elif number == 8 and operator == "Constant":
                found.written.setdefault(outputs[0] if outputs else "", []).extend(numbers(kind, value))
    place = _GROWS.get(operator)
    if place is not None and len(inputs) > place:
        found.growing.append((operator, inputs[place]))


def _tensor(data: memoryview, found: _Found, called: str = "") -> str:
    dims: list[int] = []
    kind_of, raw, values, name = 0, memoryview(b""), [], called
    for number, kind, value in fields(data):
        if number == 1:
            dims += numbers(kind, value)
        elif number == 2 and isinstance(value, int):
            kind_of = value
        elif number == 7:
            values += numbers(kind, value)
        elif number == 8 and not called:
            name = text(value)
        elif number == 9:
            raw = message(value)
        elif number == 13 or (number == 14 and value != 0):
            raise _RefusedError("weights in the file itself", "a tensor that lies in another file")
    if any(d < 0 for d in dims) or math.prod(dims) > MOST_VALUES:
        raise _RefusedError(f"tensors of at most {MOST_VALUES} values", f"one of {dims[:8]}")
    if kind_of == 7 and len(raw) <= 512:
        values = [int.from_bytes(raw[k : k + 8], "little", signed=True) for k in range(0, len(raw) - 7, 8)] or values
        found.written[name] = values
    return name


def metadata_text(described: Described) -> str:
    """The entry that :func:`check_network` reads, the same bytes for the same description."""
    plain: dict[str, Any] = described.model_dump()
    return json.dumps(plain, sort_keys=True, separators=(",", ":"))
