"""Export of networks to ONNX: opset 17, free picture sizes, float16 storage, records for the registry."""

from __future__ import annotations

import hashlib
import io
import math
import warnings
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

OPSET = 17


def to_onnx(
    module: nn.Module, inputs: tuple[Tensor, ...], names: list[str], outputs: list[str], axes: dict[str, dict[int, str]]
) -> onnx.ModelProto:
    """A module in evaluation mode as an ONNX graph with named inputs, outputs and free axes."""
    held = io.BytesIO()
    with warnings.catch_warnings():  # the tracing exporter keeps weights and names as they are; torch calls it legacy
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module.eval(),
            inputs,
            held,  # type: ignore[arg-type]
            dynamo=False,
            opset_version=OPSET,
            input_names=names,
            output_names=outputs,
            dynamic_axes=axes,
        )
    return onnx.load_from_string(held.getvalue())


def halved(model: onnx.ModelProto) -> onnx.ModelProto:
    """Keep large weights as float16 with a Cast behind each: half the file, folded again at load."""
    nodes = []
    for tensor in list(model.graph.initializer):
        if tensor.data_type != onnx.TensorProto.FLOAT or np.prod(tensor.dims) < 256:
            continue
        values = numpy_helper.to_array(tensor).astype(np.float16)
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(values, name + "_half"))
        nodes.append(onnx.helper.make_node("Cast", [name + "_half"], [name], to=onnx.TensorProto.FLOAT))
    for node in reversed(nodes):
        model.graph.node.insert(0, node)
    onnx.checker.check_model(model)
    return model


def quantised(model: onnx.ModelProto, *marked: str) -> onnx.ModelProto:
    """Keep the float weights with one of ``marked`` in their name as int8.

    There is one scale for each index of the first axis, or of all but the last three where there are more: one for each
    output channel of a convolution.

    A DequantizeLinear behind each gives the float weights back; runtimes fold it at load.
    """
    nodes = []
    for tensor in list(model.graph.initializer):
        chosen = any(mark in tensor.name for mark in marked)
        if not chosen or tensor.data_type != onnx.TensorProto.FLOAT or len(tensor.dims) < 2:
            continue
        name, values = tensor.name, numpy_helper.to_array(tensor)
        rows = values.reshape(math.prod(values.shape[: max(1, values.ndim - 3)]), -1)
        scale = np.maximum(np.abs(rows).max(axis=1) / 127, 1e-8).astype(np.float32)
        tensor.CopyFrom(numpy_helper.from_array(np.rint(rows / scale[:, None]).astype(np.int8), name + "_int8"))
        extra = {
            "scale": scale,
            "zero": np.zeros(len(scale), np.int8),
            "shape": np.array(values.shape, np.int64),
        }
        model.graph.initializer.extend(numpy_helper.from_array(v, f"{name}_{key}") for key, v in extra.items())
        parts = [f"{name}_int8", f"{name}_scale", f"{name}_zero"]
        nodes.append(onnx.helper.make_node("DequantizeLinear", parts, [name + "_rows"], axis=0))
        nodes.append(onnx.helper.make_node("Reshape", [name + "_rows", name + "_shape"], [name]))
    for node in reversed(nodes):
        model.graph.node.insert(0, node)
    onnx.checker.check_model(model)
    return model


def with_external_weights(model: onnx.ModelProto, names: Mapping[str, str]) -> onnx.ModelProto:
    """A graph without the weights in ``names``, which are given their new names and expected from outside.

    A session takes them by ``SessionOptions.add_external_initializers``.

    Raises:
        RuntimeError: the graph has no such weight.
    """
    held = {tensor.name: tensor for tensor in model.graph.initializer}
    for old, new in names.items():
        if old not in held:
            raise RuntimeError(f"the graph has no weight {old}; it has {', '.join(sorted(held))}")
        tensor = held[old]
        place = {"location": "weights", "offset": "0", "length": str(4 * int(np.prod(tensor.dims)))}
        outside = onnx.TensorProto(name=new, data_type=tensor.data_type, dims=tensor.dims)
        outside.data_location = onnx.TensorProto.EXTERNAL
        for key, value in place.items():
            outside.external_data.add(key=key, value=value)
        tensor.CopyFrom(outside)
    for node in model.graph.node:
        for k, used in enumerate(node.input):
            node.input[k] = names.get(used, used)
    return model


def export_perceptual(network: nn.Module, out: Path) -> dict[str, Path]:
    """Write ``perceptual.onnx`` (float16 storage): RGB in [0, 1] to the four tapped feature maps."""
    from looksmith.training.networks.vgg import TAPS

    class _Taps(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.blocks = network.blocks
            self.network = network

        def forward(self, picture: Tensor) -> tuple[Tensor, ...]:
            features = self.network(picture)
            return tuple(features[tap] for tap in TAPS)

    out.mkdir(parents=True, exist_ok=True)
    names = [tap.replace("_", "-") for tap in TAPS]
    axes = {"picture": {0: "n", 2: "h", 3: "w"}} | {name: {0: "n"} for name in names}
    graph = to_onnx(_Taps(), (torch.rand(1, 3, 64, 64),), ["picture"], names, axes)
    path = out / "perceptual.onnx"
    onnx.save(halved(graph), path)
    return {"perceptual": path}


def record_toml(
    paths: Mapping[str, Path],
    parameters: Mapping[str, int],
    *,
    recipe: str,
    data: list[str],
    research_data: bool,
    weights_from: Mapping[str, str] | None = None,
) -> str:
    """Registry entries for exported files, ready to be put into ``models/registry.toml``."""
    entries = []
    for name, path in paths.items():
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        sets = ", ".join(f'"{d}"' for d in data)
        entries.append(
            f'["{name}"]\nfile = "{path.name}"\nsha256 = "{digest}"\nparameters = {parameters[name]}\n'
            f'licence = "Apache-2.0"\ndata = [{sets}]\nresearch_data = {str(research_data).lower()}\n'
            f'card = "docs/models/{recipe}.md"\nrecipe = "{recipe}"\n'
            + (f'weights_from = "{weights_from[name]}"\n' if weights_from and name in weights_from else "")
        )
    return "\n".join(entries)
