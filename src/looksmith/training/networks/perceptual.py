"""``perceptual``: a narrow VGG distilled from the teacher, small enough to ship (0.48 M parameters)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from looksmith.training.networks.vgg import TAPS

WIDTHS = (16, 32, 64, 128)
TEACHER_WIDTHS = (64, 128, 256, 512)
_DEPTHS = (2, 2, 3, 3)


class Perceptual(nn.Module):
    """Four blocks of 3x3 convolutions; the same taps and strides as VGG-16 up to ``relu4_3``.

    Input: RGB, float, N x 3 x H x W in [0, 1].  Output: the four tapped feature maps by name.
    """

    def __init__(self) -> None:
        super().__init__()
        self.blocks = nn.ModuleList()
        channels = 3
        for width, depth in zip(WIDTHS, _DEPTHS, strict=True):
            block = nn.ModuleList()
            for _ in range(depth):
                conv = nn.Conv2d(channels, width, 3, padding=1)
                nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")
                conv.bias = nn.Parameter(torch.zeros(width))
                block.append(conv)
                channels = width
            self.blocks.append(block)

    def forward(self, rgb: Tensor) -> dict[str, Tensor]:
        features: dict[str, Tensor] = {}
        x = (rgb - 0.45) * 4.0
        for b, block in enumerate(self.blocks):
            if b:
                x = nn.functional.max_pool2d(x, 2)
            assert isinstance(block, nn.ModuleList)
            for conv in block:
                x = torch.relu(conv(x))
            features[TAPS[b]] = x
        return features


class Adaptors(nn.Module):
    """1x1 maps from the student's taps to the teacher's; used for distillation only."""

    def __init__(self) -> None:
        super().__init__()
        self.maps = nn.ModuleDict(
            {tap: nn.Conv2d(narrow, wide, 1) for tap, narrow, wide in zip(TAPS, WIDTHS, TEACHER_WIDTHS, strict=True)}
        )

    def forward(self, features: dict[str, Tensor]) -> dict[str, Tensor]:
        return {tap: self.maps[tap](x) for tap, x in features.items()}


def shipped_perceptual() -> Perceptual:
    """The network with the weights of the shipped ONNX file (needs the train extra's ``onnx``)."""
    import onnx
    from onnx import numpy_helper

    from looksmith.models.load import model_bytes

    graph = onnx.load_from_string(model_bytes("perceptual")).graph
    stored = {t.name.removesuffix("_half"): numpy_helper.to_array(t) for t in graph.initializer}
    network = Perceptual()
    network.load_state_dict({k: torch.from_numpy(stored[k].astype("float32")) for k in network.state_dict()})
    return network.eval()
