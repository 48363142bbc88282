"""Export of networks to ONNX: opset 17, free picture sizes, float16 storage, records for the registry."""

from __future__ import annotations

import hashlib
import io
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
        )
    return "\n".join(entries)
