"""Export of the networks of faces to ONNX, checked against the trained ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from looksmith.errors import LooksmithError
from looksmith.models.load import session_of
from looksmith.training.export import halved, to_onnx
from looksmith.training.networks.face_detector import FaceDetector
from looksmith.training.networks.face_mesh import FaceMesh

TOLERANCE = 1e-2
"""Largest difference of an exported value, of full scale: what storing weights as float16 costs."""


def export_face_mesh(network: FaceMesh, out: Path) -> Path:
    """Write ``faces-mesh.onnx``: ``crop`` N x 3 x S x S, RGB in [0, 1], to ``mesh`` N x 478 x 3 and ``presence`` N.

    Raises:
        LooksmithError: the exported network does not make what the trained one makes.
    """

    class _Sure(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, crop: Tensor) -> tuple[Tensor, Tensor]:
            mesh, presence = self.network(crop)
            return mesh, torch.sigmoid(presence)

    example = torch.rand(2, 3, network.size, network.size, generator=torch.Generator().manual_seed(1))
    names = ["mesh", "presence"]
    graph = to_onnx(_Sure(), (example,), ["crop"], names, {name: {0: "n"} for name in ("crop", *names)})
    return write_checked(graph, _Sure(), "crop", example, out / "faces-mesh.onnx")


def export_face_detector(network: FaceDetector, out: Path) -> Path:
    """Write ``faces-detector.onnx``: ``picture`` N x 3 x H x W, RGB in [0, 1], to ``map`` N x 15 x H/8 x W/8.

    The score, first of the 15, is in [0, 1]; the others are those of the network.

    Raises:
        LooksmithError: the exported network does not make what the trained one makes.
    """

    class _Scored(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, picture: Tensor) -> Tensor:
            made = self.network(picture)
            return torch.cat([torch.sigmoid(made[:, :1]), made[:, 1:]], dim=1)

    example = torch.rand(1, 3, 64, 96, generator=torch.Generator().manual_seed(1))
    axes = {"picture": {0: "n", 2: "h", 3: "w"}, "map": {0: "n", 2: "rows", 3: "columns"}}
    graph = to_onnx(_Scored(), (example,), ["picture"], ["map"], axes)
    return write_checked(graph, _Scored(), "picture", example, out / "faces-detector.onnx")


def write_checked(graph: onnx.ModelProto, module: nn.Module, name: str, example: Tensor, path: Path) -> Path:
    """Store weights as float16, compare all outputs on an example, write the file.

    Raises:
        LooksmithError: they differ by more than ``TOLERANCE``.
    """
    data = halved(graph).SerializeToString()
    with torch.no_grad():
        held = module.eval()(example)
    wanted = held if isinstance(held, tuple) else (held,)
    made = session_of(data).run(None, {name: example.numpy()})
    worst = max(float(np.abs(a.numpy() - np.asarray(b)).max()) for a, b in zip(wanted, made, strict=True))
    if worst > TOLERANCE:
        raise LooksmithError(
            "the exported network differs from the trained one", where=path.name, expected=TOLERANCE, got=worst
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path
