"""A network in whole numbers: static quantisation by ONNX Runtime, with pictures of the run's data to calibrate on."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

Feeds = Mapping[str, NDArray[np.float32]]
KINDS = ("Conv", "ConvTranspose", "Gemm", "MatMul")
"""Operators that are quantised; norms and activation functions stay float."""
SMALL = 256
"""Weights with fewer numbers stay in floats where weights alone are rounded."""


@dataclass(frozen=True)
class Plan:
    """What becomes whole numbers.

    Attributes:
        words: for people.
        ends: so many of the first convolutions, and as many of the last, stay in floats: they see and paint the pixels
            themselves, where rounding shows.
        depthwise: whether convolutions of single channels are taken too; they have few weights and wide ranges.
        activations: whether what flows between the layers is rounded too, not only the weights.
    """

    words: str
    ends: int = 1
    depthwise: bool = True
    activations: bool = True


PLANS = (
    Plan("weights and activations"),
    Plan("weights and activations, but for depthwise and outer convolutions", 2, depthwise=False),
    Plan("weights alone", 0, activations=False),
)
"""From the quickest file to the most faithful."""


def in_whole_numbers(model: onnx.ModelProto, calibration: list[Feeds], plan: Plan = PLANS[0]) -> onnx.ModelProto:
    """Weights as int8 with a scale a channel, activations as uint8 with scales from the calibration pictures.

    Args:
        model: in floats; not changed.
        calibration: inputs by name, one picture each.
        plan: what is left in floats.
    """
    if not plan.activations:
        return _weights_alone(model)
    from onnxruntime.quantization import (
        CalibrationDataReader,
        CalibrationMethod,
        QuantFormat,
        QuantType,
        quantize_static,
    )
    from onnxruntime.quantization.shape_inference import quant_pre_process

    class Reader(CalibrationDataReader):  # type: ignore[misc]
        def __init__(self) -> None:
            self._rest: Iterator[Feeds] = iter(calibration)

        def get_next(self) -> Any:
            return next(self._rest, None)

    with tempfile.TemporaryDirectory() as folder:
        given, prepared, made = (Path(folder) / f"{name}.onnx" for name in ("given", "prepared", "made"))
        onnx.save(model, given)  # a model in memory is changed by what follows
        quant_pre_process(str(given), str(prepared), skip_symbolic_shape=True)
        quantize_static(
            str(prepared),
            str(made),
            Reader(),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=list(KINDS),
            per_channel=True,
            weight_type=QuantType.QInt8,
            activation_type=QuantType.QUInt8,
            nodes_to_exclude=_in_floats(onnx.load(prepared), plan),
            calibrate_method=CalibrationMethod.MinMax,
        )
        found = onnx.load(made)
    del found.metadata_props[:]
    used = {node.domain for node in found.graph.node}
    domains = [
        entry for entry in found.opset_import if entry.domain in used
    ]  # the quantiser names some it does not use
    del found.opset_import[:]
    found.opset_import.extend(domains)
    return found


def _in_floats(model: onnx.ModelProto, plan: Plan) -> list[str]:
    """Names of the convolutions that the plan leaves in floats."""
    nodes = [node for node in model.graph.node if node.op_type in ("Conv", "ConvTranspose")]
    names = [node.name for node in nodes]
    kept = {*names[: plan.ends], *names[len(names) - plan.ends :]} if plan.ends else set()
    if not plan.depthwise:
        kept |= {node.name for node in nodes if any(a.name == "group" and a.i > 1 for a in node.attribute)}
    return sorted(kept)


def _weights_alone(model: onnx.ModelProto) -> onnx.ModelProto:
    """Large weights as int8, a scale for each output channel, and a DequantizeLinear behind each."""
    made = onnx.ModelProto()
    made.CopyFrom(model)
    axes = {n.input[1]: 1 if n.op_type == "ConvTranspose" else 0 for n in made.graph.node if n.op_type in KINDS}
    for tensor in list(made.graph.initializer):
        if tensor.name not in axes or tensor.data_type != onnx.TensorProto.FLOAT or np.prod(tensor.dims) < SMALL:
            continue
        values, axis, name = numpy_helper.to_array(tensor), axes[tensor.name], tensor.name
        others = tuple(k for k in range(values.ndim) if k != axis)
        scale = np.maximum(np.abs(values).max(axis=others, keepdims=True) / 127, 1e-12).astype(np.float32)
        whole = np.rint(values / scale).astype(np.int8)
        parts = {"whole": whole, "scale": scale.reshape(-1), "zero": np.zeros(scale.size, np.int8)}
        made.graph.initializer.remove(tensor)
        made.graph.initializer.extend(numpy_helper.from_array(value, f"{name}_{key}") for key, value in parts.items())
        node = onnx.helper.make_node("DequantizeLinear", [f"{name}_{key}" for key in parts], [name], axis=axis)
        made.graph.node.insert(0, node)
    return made
