"""Export of the network that takes makeup off: ONNX with float16 storage."""

from __future__ import annotations

import copy
from pathlib import Path

import torch
from torch import nn

from looksmith.facets.makeup.window import SIDE
from looksmith.training.export import to_onnx
from looksmith.training.export_people import written
from looksmith.training.networks.makeup import Bare, MakeupNetwork


def export_makeup(network: nn.Module, out: Path) -> dict[str, Path]:
    """Write ``makeup-bare.onnx``: ``texture`` N x 3 x 128 x 128 sRGB in [0, 1] to ``change``, what is added to it."""
    assert isinstance(network, MakeupNetwork)
    plain = copy.deepcopy(network).float().cpu().to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    graph = to_onnx(
        Bare(plain), (torch.rand(2, 3, SIDE, SIDE),), ["texture"], ["change"], {"texture": {0: "n"}, "change": {0: "n"}}
    )
    return {"makeup-bare": written(graph, out / "makeup-bare.onnx", {})}
