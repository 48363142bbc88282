"""The teacher of identity: dlib's face ResNet, read from the file of the package ``face_recognition_models``.

King (2017), "High quality face recognition with deep metric learning": 29 convolutions, 128 numbers a face, 99.4 % on
Labeled Faces in the Wild; two faces are usually one person's up to a distance of 0.6.  In torch it runs some twenty
times faster than in dlib on one core and agrees with it to 1e-6.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

FILE = "dlib_face_recognition_resnet_model_v1.dat"
SIDE = 150
MEAN = (122.782, 117.001, 104.298)
STAGES = ((32, 3, False), (64, 4, True), (128, 3, True), (256, 3, True), (256, 1, True))
"""Channels, residual blocks, and whether the first of them halves the maps."""

SHAPE = np.array(
    [
        (0.8595674595992, 0.2134981538014),
        (0.6460604764104, 0.2289674387677),
        (0.1205750620789, 0.2137274526848),
        (0.3340850613712, 0.2290642403242),
        (0.4901123135679, 0.6277975316475),
    ]
)
"""Where dlib puts five points of a face in its chips, without padding: outer and inner corner of the left eye (the
person's own), of the right eye, and under the nose."""
MESH = (263, 362, 33, 133, 2)
"""The same five in the mesh."""
CHIP = SIDE * (0.25 + SHAPE) / 1.5
"""The same in pixels of a chip, with dlib's padding of a quarter."""


class _Tensors:
    """The tensors of a dlib file in order: each is a 2, four sizes, and raw little-endian floats."""

    def __init__(self, data: bytes) -> None:
        self.data, self.place = data, 0

    def take(self, *sizes: int) -> NDArray[np.float32]:
        wanted = [*sizes, *(1 for _ in range(4 - len(sizes)))]
        mark = b"\x01\x02" + b"".join(_packed(size) for size in wanted)
        found = self.data.find(mark, self.place)
        count = int(np.prod(wanted))
        if found < 0 or found + len(mark) + 4 * count > len(self.data):
            raise RuntimeError(f"{FILE}: no tensor of size {wanted} behind byte {self.place}")
        self.place = found + len(mark) + 4 * count
        return np.frombuffer(self.data, "<f4", count, found + len(mark)).astype(np.float32)


def _packed(number: int) -> bytes:
    """A whole number as dlib writes it: how many bytes, then the bytes, lowest first."""
    held = number.to_bytes((number.bit_length() + 7) // 8, "little")
    return bytes([len(held)]) + held


def _convolution(tensors: _Tensors, inward: int, outward: int, side: int, stride: int, padding: int) -> nn.Conv2d:
    """A convolution with the scale and shift behind it folded in."""
    weights, affine = tensors.take(inward * outward * side * side + outward), tensors.take(2 * outward)
    scale, shift = affine[:outward], affine[outward:]
    made = nn.Conv2d(inward, outward, side, stride, padding)
    kernel = weights[:-outward].reshape(outward, inward, side, side) * scale[:, None, None, None]
    made.weight.data = torch.from_numpy(kernel)
    made.bias = nn.Parameter(torch.from_numpy(weights[-outward:] * scale + shift))
    return made


class _Block(nn.Module):
    def __init__(self, tensors: _Tensors, inward: int, outward: int, down: bool) -> None:
        super().__init__()
        self.down = down
        self.first = _convolution(tensors, inward, outward, 3, 2 if down else 1, 0 if down else 1)
        self.second = _convolution(tensors, outward, outward, 3, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = self.second(F.relu(self.first(x)))
        if self.down:
            x = F.avg_pool2d(x, 2, 2)
            sizes = [max(a, b) for a, b in zip(x.shape[1:], y.shape[1:], strict=True)]
            x, y = _grown(x, sizes), _grown(y, sizes)
        return F.relu(x + y)


def _grown(x: Tensor, sizes: list[int]) -> Tensor:
    """Zeros behind the last channel, row and column: dlib adds maps of different sizes so."""
    channels, height, width = (size - have for size, have in zip(sizes, x.shape[1:], strict=True))
    return F.pad(x, (0, width, 0, height, 0, channels))


class DlibResNet(nn.Module):
    """N x 3 x 150 x 150 RGB in [0, 1] to N x 128; euclidean distances are meaningful, lengths are about 1.3.

    Raises:
        FileNotFoundError: the package with the weights is not installed.
    """

    def __init__(self, file: Path | None = None) -> None:
        super().__init__()
        tensors = _Tensors((file or find_weights()).read_bytes())
        self.stem = _convolution(tensors, 3, 32, 7, 2, 0)
        blocks, before = [], 32
        for channels, count, halves in STAGES:
            for k in range(count):
                blocks.append(_Block(tensors, before, channels, halves and k == 0))
                before = channels
        self.blocks = nn.Sequential(*blocks)
        self.out = nn.Linear(256, 128, bias=False)
        self.out.weight.data = torch.from_numpy(tensors.take(256, 128).reshape(256, 128).T.copy())
        self.requires_grad_(False)

    def forward(self, faces: Tensor) -> Tensor:
        mean = torch.tensor(MEAN, device=faces.device).view(1, 3, 1, 1)
        x = (255 * faces - mean) / 256
        x = self.blocks(F.max_pool2d(F.relu(self.stem(x)), 3, 2))
        found: Tensor = self.out(x.mean(dim=(2, 3)))
        return found


def find_weights() -> Path:
    """The file of the installed package; its ``__init__`` is not imported, since it needs ``pkg_resources``.

    Raises:
        FileNotFoundError: it is not there.
    """
    spec = importlib.util.find_spec("face_recognition_models")
    path = None if spec is None or spec.origin is None else Path(spec.origin).parent / "models" / FILE
    if path is None or not path.is_file():
        raise FileNotFoundError(f"{FILE} is needed: pip install --no-deps face_recognition_models")
    return path
