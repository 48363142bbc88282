"""Export of the ``texture`` networks to ONNX, with a parity check.

Three files.  ``texture-encoder``: style picture -> style vector.  ``texture-mapping``: style vector and colours of the
style -> every weight and bias of a painter, as named outputs.  ``texture-painter``: the painter's graph over 2x2 pixel
blocks, uint8 in and out, whose weights are *external* under those same names: whoever makes a session of it hands
over what the mapping wrote for a look.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import torch
from torch import Tensor, nn

from looksmith.training.export import halved, quantised, to_onnx, with_external_weights
from looksmith.training.networks.texture import (
    GRID,
    STYLE_SIZE,
    Mapping,
    StyleEncoder,
    Weights,
    paint,
    paint_blocks,
    white_noise,
)

ROUNDED = ("bases", "shared", "left", "right", "terms", "swing", "gains")
"""Parts of the mapping that are kept as int8: all that is large."""


class _Writer(nn.Module):
    """The mapping with a flat tuple of outputs, in the order of :func:`weight_names`."""

    def __init__(self, mapping: Mapping) -> None:
        super().__init__()
        self.mapping = mapping

    def forward(self, style: Tensor, mean: Tensor, covariance: Tensor) -> tuple[Tensor, ...]:
        weights = self.mapping(style, mean, covariance)
        return tuple(t for pair in weights.values() for t in pair if t is not None)


class _Painter(nn.Module):
    """The painter as it runs: colour match, painting, rounding."""

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        self.stored = nn.ParameterDict(
            {
                f"{name}_{part}": nn.Parameter(torch.randn_like(tensor))  # equal ones would be exported as one
                for name, pair in weights.items()
                for part, tensor in zip(("weight", "bias"), pair, strict=True)
                if tensor is not None
            }
        )
        self.names = list(weights)

    def forward(self, blocks: Tensor, matrix: Tensor, offset: Tensor, noise1: Tensor, noise2: Tensor) -> Tensor:
        stored = self.stored
        weights: Weights = {n: (stored[f"{n}_weight"], stored.get(f"{n}_bias")) for n in self.names}
        matched = torch.clamp(nn.functional.conv2d(blocks.float(), matrix, offset), 0.0, 1.0)
        painted = paint_blocks(matched, (noise1, noise2), weights)
        return (painted * 255.0 + 0.5).to(torch.uint8)


def weight_names(weights: Weights) -> list[str]:
    """Names of the mapping's outputs, which are those of the painter's weights: "enter.weight", "enter.bias", …"""
    return [
        f"{name}.{part}"
        for name, pair in weights.items()
        for part, t in zip(("weight", "bias"), pair, strict=True)
        if t is not None
    ]


def export_texture(encoder: StyleEncoder, mapping: Mapping, out: Path) -> dict[str, Path]:
    """Write the three ONNX files into ``out``; return the paths by name."""
    out.mkdir(parents=True, exist_ok=True)
    encoder, mapping = encoder.eval().float(), mapping.eval().float()
    paths = {name: out / f"{name}.onnx" for name in ("texture-encoder", "texture-mapping", "texture-painter")}
    many = {"picture": {0: "n"}, "style": {0: "n"}}
    picture = torch.rand(1, 3, 256, 256)
    onnx.save(halved(to_onnx(encoder, (picture,), ["picture"], ["style"], many)), paths["texture-encoder"])

    colours = (torch.rand(3), 0.05 * torch.eye(3))
    weights = mapping(torch.zeros(STYLE_SIZE), *colours)
    names = weight_names(weights)
    graph = to_onnx(_Writer(mapping), (torch.rand(STYLE_SIZE), *colours), ["style", "mean", "covariance"], names, {})
    onnx.save(halved(quantised(graph, *ROUNDED)), paths["texture-mapping"])

    free = {2: "h", 3: "w"}
    side = 8 * GRID
    axes = {"blocks": free, "painted": free, "noise1": {2: "h1", 3: "w1"}, "noise2": {2: "h2", 3: "w2"}}
    blocks = torch.zeros(1, 12, side // 2, side // 2, dtype=torch.uint8)
    graph = to_onnx(
        _Painter(weights),
        (blocks, torch.rand(12, 12, 1, 1), torch.rand(12), *white_noise(1, side, side)),
        ["blocks", "matrix", "offset", "noise1", "noise2"],
        ["painted"],
        axes,
    )
    renamed = {f"stored.{name.replace('.', '_')}": name for name in names}
    onnx.save(with_external_weights(graph, renamed), paths["texture-painter"])
    return paths


@dataclass(frozen=True)
class Parity:
    """Largest differences between PyTorch and ONNX Runtime.

    Attributes:
        style: of the style vector, relative to its largest number.
        weights: of a convolution's weights, root mean square, relative to the weights'.
        painting: mean over the painted bytes, in 1/255: what quantising the mapping costs.
    """

    style: float
    weights: float
    painting: float


@torch.no_grad()
def check_parity(encoder: StyleEncoder, mapping: Mapping, folder: Path, limit: float = 1.0) -> Parity:
    """Run what :func:`export_texture` wrote beside the modules that it came from, on random pictures.

    Raises:
        RuntimeError: a picture differs by more than ``limit``/255 in the mean, the style vector by more than 1 % or
            weights by more than 3 %.
    """

    def run(name: str, inputs: dict[str, Tensor], options: Any = None) -> list[Any]:
        session = ort.InferenceSession(folder / f"{name}.onnx", options)
        return list(session.run(None, {key: value.numpy() for key, value in inputs.items()}))

    encoder, mapping = encoder.eval(), mapping.eval()
    generator = torch.Generator().manual_seed(0)
    side = 16 * GRID
    picture = nn.functional.avg_pool2d(torch.rand(1, 3, 1024, 1024, generator=generator), 4).sub(0.5).mul(6).sigmoid()
    style = encoder(picture)
    style_gap = np.abs(run("texture-encoder", {"picture": picture})[0] - style.numpy()).max() / style.abs().max()
    colours = {"mean": torch.full((3,), 0.5), "covariance": 0.04 * torch.eye(3)}
    weights = mapping(style[0], *colours.values())
    names = weight_names(weights)
    written = run("texture-mapping", {"style": style[0], **colours})
    tensors = [t for pair in weights.values() for t in pair if t is not None]
    weight_gap = max(
        float(np.sqrt(np.mean((a - b.numpy()) ** 2)) / (b.square().mean().sqrt() + 1e-9))
        for a, b, name in zip(written, tensors, names, strict=True)
        if name.endswith("weight")
    )
    options = ort.SessionOptions()
    options.add_external_initializers(names, [ort.OrtValue.ortvalue_from_numpy(w) for w in written])
    photo = (255 * nn.functional.interpolate(picture, (side, side), mode="area")).to(torch.uint8)
    noise = white_noise(1, side, side, generator)
    inputs = {
        "blocks": nn.functional.pixel_unshuffle(photo, 2),
        "matrix": torch.eye(12)[:, :, None, None] / 255.0,
        "offset": torch.zeros(12),
        "noise1": noise[0],
        "noise2": noise[1],
    }
    painted = run("texture-painter", inputs, options)[0].astype(np.float32)
    wanted = 255.0 * paint(photo.float() / 255.0, noise, weights)
    painting_gap = np.abs(painted - nn.functional.pixel_unshuffle(wanted, 2).numpy()).mean()
    found = Parity(float(style_gap), weight_gap, float(painting_gap))
    if found.style > 0.01 or found.weights > 0.03 or found.painting > limit:
        raise RuntimeError(f"the exported files do not compute what was trained: {found}; at most 1 %, 3 %, {limit}")
    return found
