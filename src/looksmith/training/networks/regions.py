"""The network that takes people into parts: a square of 256 pixels becomes parts at 128."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn

from looksmith.errors import LooksmithError
from looksmith.faces.parts import PARTS

LAST_SCALE = "at_fine.3.body.4.weight"
"""What the last block's change is multiplied by."""


class Block(nn.Module):
    """relu(x + f(x)): two 3 x 3 convolutions with batch normalisation (He et al. 2016)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels),
        )

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.body(x))


def _step(inward: int, outward: int, stride: int = 1, side: int = 3) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inward, outward, side, stride, side // 2, bias=False), nn.BatchNorm2d(outward), nn.ReLU(inplace=True)
    )


class RegionNetwork(nn.Module):
    """Down to 8 x 8 and up again, with what was seen on the way added (Ronneberger et al. 2015).

    Blocks of 4 x 4 pixels come in as channels and blocks of 2 x 2 parts go out as channels, so that no convolution
    runs on more than 64 x 64.

    Args:
        widths: channels at 64, 32, 16 and 8.
    """

    def __init__(self, widths: tuple[int, int, int, int] = (40, 64, 96, 128)) -> None:
        super().__init__()
        a, b, c, d = widths
        self.widths = widths
        self.fine = _step(48, a, side=1)
        self.down_half = nn.Sequential(_step(48, b, 2), Block(b))
        self.down_quarter = nn.Sequential(_step(b, c, 2), Block(c), Block(c))
        self.down_eighth = nn.Sequential(_step(c, d, 2), Block(d))
        self.whole = nn.Linear(d, d)
        self.to_quarter, self.at_quarter = nn.Conv2d(d, c, 1), Block(c)
        self.to_half, self.at_half = nn.Conv2d(c, b, 1), Block(b)
        self.to_fine, self.at_fine = nn.Conv2d(b, a, 1), nn.Sequential(*_step(a, a), Block(a))
        self.out = nn.Conv2d(a, 4 * len(PARTS), 1)

    def forward(self, square: Tensor) -> Tensor:
        """N x 3 x 256 x 256 RGB in [0, 1] to logits N x parts x 128 x 128."""
        return F.pixel_shuffle(self.packed(square), 2)

    def packed(self, square: Tensor) -> Tensor:
        """The same before blocks of 2 x 2 are laid out: N x 4 parts x 64 x 64, the four of a part together."""
        pixels = F.pixel_unshuffle(2 * square - 1, 4)
        half = self.down_half(pixels)
        quarter = self.down_quarter(half)
        eighth = self.down_eighth(quarter)
        eighth = eighth + self.whole(eighth.mean(dim=(2, 3)))[:, :, None, None]
        quarter = self.at_quarter(quarter + _twice(self.to_quarter(eighth)))
        half = self.at_half(half + _twice(self.to_half(quarter)))
        fine = self.at_fine(self.fine(pixels) + _twice(self.to_fine(half)))
        packed: Tensor = self.out(fine)
        return packed


class Probabilities(nn.Module):
    """What is exported: the parts' probabilities instead of logits."""

    def __init__(self, network: RegionNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, square: Tensor) -> Tensor:
        return torch.softmax(self.network(square), dim=1)


def widen(network: RegionNetwork, narrower: Mapping[str, Tensor]) -> None:
    """Begin where a narrower network stopped, in place: what comes out stays the same, the new channels are free.

    Chen, Goodfellow & Shlens (2016), "Net2Net", with new channels that start at random but are not yet listened to;
    neither is a block that the narrower one had not.

    Args:
        network: at least as wide, perhaps with the last block that the other lacks.
        narrower: its state.
    """
    held = network.state_dict()
    if LAST_SCALE not in narrower:
        held[LAST_SCALE][:] = 0
    for name, value in narrower.items():
        mine = held[name]
        if value.ndim < 2:
            mine[tuple(slice(0, size) for size in value.shape)] = value
            continue
        rows, columns = value.shape[:2]
        mine[:rows, :columns] = value
        mine[:rows, columns:] = 0
    network.load_state_dict(held)


def restore(network: RegionNetwork, path: Path, squares: Tensor) -> None:
    """Begin where an exported file stands, in place.

    In the file batch normalisation is folded into the convolutions.  Here it gets the mean and the variance that the
    squares show, and the scale and shift that undo them, so that what comes out is the file's.

    Args:
        network: as wide as the file's.
        path: ``faces-regions.onnx``.
        squares: N x 3 x 256 x 256 RGB in [0, 1], a batch as for training.

    Raises:
        LooksmithError: the file holds another network.
    """
    layers: list[tuple[nn.Module, nn.Module | None]] = []

    def seen(layer: nn.Module, _: tuple[Tensor, ...]) -> None:
        if isinstance(layer, nn.BatchNorm2d):
            layers[-1] = (layers[-1][0], layer)
        else:
            layers.append((layer, None))

    kinds = (nn.Conv2d, nn.Linear, nn.BatchNorm2d)
    hooks = [m.register_forward_pre_hook(seen) for m in network.modules() if isinstance(m, kinds)]
    was_training = network.training
    network.eval()
    with torch.no_grad():
        network.packed(squares)
        for hook in hooks:
            hook.remove()
        held = _folded_weights(path)
        wanted = [tuple(getattr(layer, "weight").shape) for layer, _ in layers]  # noqa: B009  (not all modules have it)
        if wanted != [weight.shape for weight, _ in held]:
            raise LooksmithError(
                "the file holds another network",
                where=path,
                expected=f"{len(wanted)} layers of widths {network.widths}",
                got=f"{len(held)} layers",
            )
        hooks = []
        for (layer, norm), (weight, bias) in zip(layers, held, strict=True):
            layer.get_parameter("weight").copy_(torch.from_numpy(weight.astype(np.float32)))
            shift = torch.from_numpy(bias.astype(np.float32))
            if norm is None:
                layer.get_parameter("bias").copy_(shift)
            else:
                assert isinstance(norm, nn.BatchNorm2d)
                hooks.append(norm.register_forward_pre_hook(_settled(shift)))
        network.packed(squares)
        for hook in hooks:
            hook.remove()
    network.train(was_training)


def _settled(shift: Tensor) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
    """Makes a batch normalisation add ``shift`` and nothing else, by the mean and variance of what comes in."""

    def settle(norm: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        assert isinstance(norm, nn.BatchNorm2d) and norm.running_mean is not None and norm.running_var is not None
        norm.running_mean.copy_(inputs[0].mean(dim=(0, 2, 3)))
        norm.running_var.copy_(inputs[0].var(dim=(0, 2, 3)))
        norm.weight.copy_((norm.running_var + norm.eps).sqrt())
        norm.bias.copy_(norm.running_mean + shift)

    return settle


def _folded_weights(path: Path) -> list[tuple[NDArray[np.floating], NDArray[np.floating]]]:
    """Weight and bias of every convolution and linear layer of a file, in the order in which they run."""
    graph = onnx.load(path).graph
    stored = {tensor.name.removesuffix("_half"): numpy_helper.to_array(tensor) for tensor in graph.initializer}
    layers = [node for node in graph.node if node.op_type in ("Conv", "Gemm")]
    return [(stored[node.input[1]], stored[node.input[2]]) for node in layers]


def _twice(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
