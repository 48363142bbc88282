"""An ONNX file of somebody else's is looked through before anything runs it."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from looksmith.errors import UnreadableError
from looksmith.models.foreign import METADATA, Described, check_network, metadata_text

onnx = pytest.importorskip("onnx", reason="needs the train extra to make files with")
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

DESCRIBED = Described(name="tint", kind="picture", size=64, multiple=2, recipe="pix2pix")
SHAPE = [1, 3, "h", "w"]


def network(
    nodes: list[Any] | None = None, tensors: list[Any] | None = None, about: str | None = metadata_text(DESCRIBED)
) -> Any:
    nodes = nodes or [helper.make_node("Relu", ["picture"], ["made"])]
    picture, made = (helper.make_tensor_value_info(name, TensorProto.FLOAT, SHAPE) for name in ("picture", "made"))
    graph = helper.make_graph(nodes, "g", [picture], [made], tensors or [])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    if about is not None:
        entry = model.metadata_props.add()
        entry.key, entry.value = METADATA, about
    return model


def test_a_good_file_is_let_in() -> None:
    weight = numpy_helper.from_array(np.zeros((3, 3, 3, 3), np.float32), "w")
    nodes = [helper.make_node("Conv", ["picture", "w"], ["x"], pads=[1] * 4), helper.make_node("Tanh", ["x"], ["made"])]
    assert check_network(network(nodes, [weight]).SerializeToString(), "x") == DESCRIBED


def _outside() -> Any:
    tensor = TensorProto(name="w", data_type=1, dims=[3], data_location=TensorProto.EXTERNAL)
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "../../etc/passwd"
    return network(tensors=[tensor])


def _loop() -> Any:
    body = helper.make_graph([helper.make_node("Identity", ["a"], ["b"])], "body", [], [])
    return network([helper.make_node("Loop", ["picture"], ["made"], body=body)])


def _hidden_graph() -> Any:
    body = helper.make_graph([helper.make_node("Identity", ["a"], ["b"])], "body", [], [])
    return network([helper.make_node("Relu", ["picture"], ["made"], body=body)])


def _bomb() -> Any:
    shape = numpy_helper.from_array(np.array([1 << 20, 1 << 20], np.int64), "shape")
    return network([helper.make_node("ConstantOfShape", ["shape"], ["made"])], [shape])


def _constant_bomb() -> Any:
    value = numpy_helper.from_array(np.array([1, 1, 1 << 15, 1 << 15], np.int64))
    return network(
        [helper.make_node("Constant", [], ["by"], value=value), helper.make_node("Tile", ["picture", "by"], ["made"])]
    )


def _function() -> Any:
    model = network()
    node = helper.make_node("Relu", ["a"], ["b"])
    model.functions.append(helper.make_function("own", "f", ["a"], ["b"], [node], [helper.make_opsetid("", 17)]))
    return model


def _custom() -> Any:
    model = network([helper.make_node("Run", ["picture"], ["made"], domain="evil")])
    model.opset_import.append(helper.make_opsetid("evil", 1))
    return model


def _more_inputs() -> Any:
    model = network()
    model.graph.input.append(helper.make_tensor_value_info("more", TensorProto.FLOAT, [1]))
    return model


def _about(**changes: Any) -> Any:
    return network(about=json.dumps({**DESCRIBED.model_dump(), **changes}))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (_outside, "another file"),
        (_loop, "Loop"),
        (_hidden_graph, "a graph within"),
        (_bomb, "ConstantOfShape"),
        (_constant_bomb, "Tile"),
        (_function, "functions"),
        (_custom, "evil"),
        (_more_inputs, "inputs"),
        (lambda: network(about=None), "does not say how"),
        (lambda: network(about="{"), "description is damaged"),
        (lambda: network(about="[" * 100_000), "description is damaged"),
        (lambda: _about(size=10**9), "description is damaged"),
        (lambda: _about(name="../../x"), "description is damaged"),
        (lambda: _about(kind="shell"), "description is damaged"),
        (lambda: network([helper.make_node("RandomNormalLike", ["picture"], ["made"])]), "RandomNormalLike"),
    ],
)
def test_a_hostile_file_is_refused(make: Callable[[], Any], words: str) -> None:
    with pytest.raises(UnreadableError) as told:
        check_network(make().SerializeToString(), "x.onnx")
    assert words in told.value.message()


@pytest.mark.parametrize("data", [b"", b"hello", b"\x89PNG\r\n\x1a\n" * 40, bytes(1000), b"\x3a\xff\xff\xff\xff\x0f"])
def test_other_bytes_are_no_network(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        check_network(data, "x")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_files_are_told_and_never_crash(data: st.DataObject) -> None:
    whole = bytearray(network().SerializeToString())
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    with suppress(UnreadableError):
        check_network(cut, "x")


def test_the_description_is_the_same_bytes() -> None:
    assert metadata_text(DESCRIBED) == metadata_text(Described.model_validate(json.loads(metadata_text(DESCRIBED))))
