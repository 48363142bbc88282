"""Export of the networks that know people and their parts: ONNX with float16 storage, limits and names inside."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import onnx
import torch
from torch import nn

from looksmith.training.export import halved, to_onnx


def export_identity(network: nn.Module, out: Path, thresholds: Mapping[str, float] | None = None) -> dict[str, Path]:
    """Write ``faces-identity.onnx``: ``face`` N x 3 x 112 x 112 RGB in [0, 1] to ``embedding`` N x 128 of length 1.

    Args:
        network: trained.
        out: folder.
        thresholds: ``same`` and ``different``, and what they were found on, which go into the file's metadata.
    """
    from looksmith.training.networks.identity import SIDE

    graph = to_onnx(
        copy.deepcopy(network).float().cpu().to(memory_format=torch.contiguous_format),  # type: ignore[call-overload]
        (torch.rand(2, 3, SIDE, SIDE),),
        ["face"],
        ["embedding"],
        {"face": {0: "n"}, "embedding": {0: "n"}},
    )
    return {"faces-identity": written(graph, out / "faces-identity.onnx", {"thresholds": thresholds or {}})}


def written(graph: onnx.ModelProto, path: Path, notes: Mapping[str, Any]) -> Path:
    """The graph in a file, weights halved, with notes as JSON in its metadata."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = halved(graph)
    onnx.helper.set_model_props(made, {name: json.dumps(value, sort_keys=True) for name, value in notes.items()})
    onnx.save(made, path)
    return path


def export_regions(network: nn.Module, out: Path) -> dict[str, Path]:
    """Write ``faces-regions.onnx``: ``square`` N x 3 x 256 x 256 RGB in [0, 1] to ``parts`` N x parts x 128 x 128."""
    from looksmith.faces.parts import CROP, PARTS
    from looksmith.training.networks.regions import Probabilities, RegionNetwork

    assert isinstance(network, RegionNetwork)
    plain = copy.deepcopy(network).float().cpu().to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    graph = to_onnx(
        Probabilities(plain),
        (torch.rand(2, 3, CROP, CROP),),
        ["square"],
        ["parts"],
        {"square": {0: "n"}, "parts": {0: "n"}},
    )
    return {"faces-regions": written(graph, out / "faces-regions.onnx", {"parts": list(PARTS)})}
