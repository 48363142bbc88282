"""Export of the ``texture`` networks to ONNX, with a parity check.

Three files: ``texture-encoder`` (style picture -> style vector), ``texture-statistics`` (thumbnail and
style vector -> one scale and shift a channel for every site), ``texture-painter`` (plain convolutions
over 2x2 pixel blocks, uint8 in and out) with a JSON layout that says where each tensor lies, so that
scales and shifts can be folded into the weights without an ONNX library.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import torch
from torch import Tensor, nn

from looksmith.training.export import halved, to_onnx
from looksmith.training.networks.texture import FRAME, GRID, STYLE_SIZE, Painter, StyleEncoder, trimmed, white_noise

THROUGH = {"noise1": "down1", "noise2": "down2"}
"""Sites whose output is added before another site: that site's scale applies to them too."""


class _Statistics(nn.Module):
    def __init__(self, painter: Painter) -> None:
        super().__init__()
        self.painter = painter

    def forward(self, thumbnail: Tensor, style: Tensor, noise1: Tensor, noise2: Tensor) -> tuple[Tensor, Tensor]:
        affines: dict[str, tuple[Tensor, Tensor]] = {}
        painted = self.painter.run(thumbnail, (noise1, noise2), style, affines)
        flat = [torch.cat([affines[n][0].flatten(), affines[n][1].flatten()]) for n in site_order(self.painter)]
        return torch.cat(flat), painted


class _FoldedPainter(nn.Module):
    """The painter with unit affines, the colour match and the skip as 1x1 convolutions, on uint8 blocks."""

    def __init__(self, painter: Painter) -> None:
        super().__init__()
        self.painter = painter
        self.match = nn.Conv2d(12, 12, 1)
        self.skip = nn.Conv2d(12, 12, 1)
        nn.init.normal_(self.match.weight)  # random, so that its bytes are found; always written over
        self.match.bias = nn.Parameter(torch.randn(12))
        self.skip.weight.data = 4.0 * torch.eye(12)[:, :, None, None]
        self.skip.bias = nn.Parameter(torch.full((12,), -2.0))

    def forward(self, blocks: Tensor, noise1: Tensor, noise2: Tensor) -> Tensor:
        p = self.painter
        x = torch.clamp(self.match(blocks.float()), 0.0, 1.0)
        fine = torch.relu(p.enter(x))
        middle = self._level(0, torch.relu(p.down1(fine) + p.noise1(noise1)))
        y = p.up2(self._level(1, torch.relu(p.down2(middle) + p.noise2(noise2))))
        y = torch.relu(nn.functional.interpolate(y, scale_factor=2.0, mode="nearest") + middle)
        y = p.up1(self._level(2, y))
        y = torch.relu(nn.functional.interpolate(y, scale_factor=2.0, mode="nearest") + fine)
        y = torch.sigmoid(p.leave(torch.relu(p.refine(y))) + self.skip(x))
        return (y * 255.0 + 0.5).to(torch.uint8)

    def _level(self, level: int, x: Tensor) -> Tensor:
        layers = self.painter.residual[level]
        assert isinstance(layers, nn.ModuleList)
        reach = len(layers) if level == 1 else 0
        if level == 1:
            ring = FRAME // GRID
            x = nn.functional.pad(trimmed(x, ring), (reach + ring,) * 4, mode="replicate")
        for k in range(0, len(layers), 2):
            x = x + layers[k + 1](torch.relu(layers[k](x)))
        return trimmed(x, reach)


def site_order(painter: Painter) -> list[str]:
    """The sites in the order in which statistics are written."""
    return list(painter.sites)


def export_texture(encoder: StyleEncoder, painter: Painter, out: Path) -> dict[str, Path]:
    """Write the three ONNX files and the painter's layout into ``out``; return the paths by name."""
    out.mkdir(parents=True, exist_ok=True)
    encoder, painter = encoder.eval().float(), painter.eval().float()
    paths = {name: out / f"{name}.onnx" for name in ("texture-encoder", "texture-statistics", "texture-painter")}
    many = {"picture": {0: "n"}, "style": {0: "n"}}
    onnx.save(
        halved(to_onnx(encoder, (torch.rand(1, 3, 256, 256),), ["picture"], ["style"], many)), paths["texture-encoder"]
    )
    free = {2: "h", 3: "w"}
    noise_axes = {"noise1": {2: "h1", 3: "w1"}, "noise2": {2: "h2", 3: "w2"}}
    side = 8 * GRID
    noise = white_noise(1, side, side)
    statistics = to_onnx(
        _Statistics(painter),
        (torch.rand(1, 3, side, side), torch.rand(1, STYLE_SIZE), *noise),
        ["thumbnail", "style", "noise1", "noise2"],
        ["affines", "painted"],
        {"thumbnail": free, "painted": free, **noise_axes},
    )
    onnx.save(halved(statistics), paths["texture-statistics"])
    folded = _FoldedPainter(painter)
    graph = to_onnx(
        folded,
        (torch.zeros(1, 12, side // 2, side // 2, dtype=torch.uint8), *noise),
        ["blocks", "noise1", "noise2"],
        ["painted"],
        {"blocks": free, "painted": free, **noise_axes},
    )
    data = graph.SerializeToString()
    paths["texture-painter"].write_bytes(data)
    layout = json.dumps(_layout(folded, data), indent=1) + "\n"
    (out / "texture-painter.json").write_text(layout)
    return paths


@dataclass(frozen=True)
class Parity:
    """Largest differences between PyTorch and ONNX Runtime.

    Attributes:
        style: of the style vector, relative to its largest number.
        thumbnail: of a painted thumbnail, in 1/255.
        painting: of the folded painter's bytes, in 1/255.
    """

    style: float
    thumbnail: float
    painting: float


@torch.no_grad()
def check_parity(encoder: StyleEncoder, painter: Painter, folder: Path, limit: float = 2.0) -> Parity:
    """Run what :func:`export_texture` wrote beside the modules that it came from, on random pictures.

    Raises:
        RuntimeError: a picture differs by more than ``limit``/255, or the style vector by more than 1 %.
    """

    def run(name: str, inputs: dict[str, Tensor]) -> list[Any]:
        session = ort.InferenceSession(folder / f"{name}.onnx")
        return list(session.run(None, {key: value.numpy() for key, value in inputs.items()}))

    encoder, painter = encoder.eval(), painter.eval()
    generator = torch.Generator().manual_seed(0)
    side = 16 * GRID
    picture = torch.rand(1, 3, 256, 256, generator=generator)
    style = encoder(picture)
    style_gap = np.abs(run("texture-encoder", {"picture": picture})[0] - style.numpy()).max() / style.abs().max()
    thumbnail = nn.functional.interpolate(picture, (side, side), mode="area")
    noise = white_noise(1, side, side, generator)
    affines: dict[str, tuple[Tensor, Tensor]] = {}
    wanted = painter.run(thumbnail, noise, style, affines)
    inputs = {"thumbnail": thumbnail, "style": style, "noise1": noise[0], "noise2": noise[1]}
    thumbnail_gap = 255 * np.abs(run("texture-statistics", inputs)[1] - wanted.numpy()).max()
    folded = _FoldedPainter(painter)
    blocks = (255 * nn.functional.pixel_unshuffle(thumbnail, 2)).to(torch.uint8)
    layout = json.loads((folder / "texture-painter.json").read_text())
    stored = (folder / "texture-painter.onnx").read_bytes()
    for tensor, place in ((folded.match.weight, "weight"), (folded.match.bias, "bias")):
        at = layout["match"][place]
        values = np.frombuffer(stored, "<f4", tensor.numel() if tensor is not None else 0, at["offset"])
        if tensor is not None:
            tensor.copy_(torch.from_numpy(values.copy()).view(tensor.shape))
    painted = run("texture-painter", {"blocks": blocks, "noise1": noise[0], "noise2": noise[1]})[0]
    painting_gap = np.abs(painted.astype(int) - folded(blocks, *noise).numpy().astype(int)).max()
    found = Parity(float(style_gap), float(thumbnail_gap), float(painting_gap))
    if found.style > 0.01 or max(found.thumbnail, found.painting) > limit:
        raise RuntimeError(f"the exported files do not compute what was trained: {found}; at most {limit}/255 and 1 %")
    return found


def _layout(folded: _FoldedPainter, data: bytes) -> dict[str, object]:
    def place(tensor: Tensor) -> dict[str, object]:
        raw = tensor.detach().numpy().astype("<f4").tobytes()
        offset = data.find(raw)
        if offset < 0 or data.find(raw, offset + 1) >= 0:
            raise RuntimeError("a tensor of the painter was not found exactly once in its ONNX file")
        return {"offset": offset, "shape": list(tensor.shape)}

    def conv(module: nn.Module) -> dict[str, object]:
        assert isinstance(module, nn.Conv2d) and module.bias is not None
        return {"weight": place(module.weight), "bias": place(module.bias)}

    painter = folded.painter
    sites = []
    for name in site_order(painter):
        if name.startswith("residual"):
            level, k = name.removeprefix("residual").split("_")
            module = painter.residual[int(level)][int(k)].pointwise  # type: ignore[index]
        else:
            module = folded.skip if name == "skip" else getattr(painter, name)
        site: dict[str, object] = {"name": name, "channels": painter.sites[name].channels, **conv(module)}
        if name in THROUGH:
            site["through"] = THROUGH[name]
        sites.append(site)
    return {"sites": sites, "match": conv(folded.match), "grid": GRID}
