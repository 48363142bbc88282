"""Features of pictures, from the shipped perceptual network or a person's own; without torch."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from looksmith.errors import LooksmithError
from looksmith.evaluation.lpips_heads import vgg_heads
from looksmith.models.load import record, session, session_of

Features = Mapping[str, NDArray[np.float32]]

SIDE = 512
"""Longest side, in pixels, at which features are taken; larger pictures are shrunk by area."""

_KEPT = 5
"""Pictures whose features are kept: two pairs and their style, so that a style that serves all is measured once."""


class Backbone:
    """A network whose inner feature maps compare pictures.

    It keeps the features of the last few pictures, because photos and styles come again and again.

    Attributes:
        name: what every number made with it is called after.
        heads: LPIPS' weights for its layers, or None where they do not fit.
    """

    def __init__(self, name: str, network: ort.InferenceSession) -> None:
        self.name = name
        self._network = network
        self._input = network.get_inputs()[0].name
        self._layers = [output.name for output in network.get_outputs()]
        self._kept: OrderedDict[bytes, Features] = OrderedDict()
        widths = [output.shape[1] for output in network.get_outputs()]
        self.heads = vgg_heads(self._layers, widths)

    @property
    def distance_name(self) -> str:
        """The name of the perceptual distance: LPIPS is said only where its heads are used."""
        kind = "lpips-v0.1-vgg-heads" if self.heads is not None else "unit-feature-distance"
        return f"{kind}[{self.name}]"

    def __call__(self, rgb: NDArray[np.uint8]) -> Features:
        """Features by layer, each C x h x w float32.

        Args:
            rgb: H x W x 3 uint8 sRGB, 16 pixels a side or more.

        Raises:
            ValueError: another shape or dtype.
        """
        if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3 or min(rgb.shape[:2]) < 16:
            raise ValueError(f"features: expected H x W x 3 uint8, 16 pixels or more, got {rgb.shape} {rgb.dtype}")
        small = np.ascontiguousarray(at_most(rgb, SIDE))
        key = hashlib.blake2b(small.tobytes(), digest_size=16, salt=str(small.shape[0]).encode()).digest()
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        batch = small.transpose(2, 0, 1)[None].astype(np.float32) / np.float32(255)
        found = self._network.run(None, {self._input: batch})
        features = {layer: np.asarray(x[0], np.float32) for layer, x in zip(self._layers, found, strict=True)}
        self._kept[key] = features
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return features


@cache
def shipped() -> Backbone:
    """The network that comes with Looksmith, ``looksmith-perceptual`` and eight digits of its digest."""
    return Backbone(f"looksmith-perceptual-{record('perceptual').sha256[:8]}", session("perceptual"))


def own(path: Path) -> Backbone:
    """A person's own network: an ONNX file, from RGB in [0, 1] (N x 3 x H x W) to feature maps (N x C x h x w).

    With the widths of VGG-16's first layers and the package ``lpips`` installed, LPIPS' heads are used.

    Raises:
        LooksmithError: it cannot be read, or has other inputs or outputs.
    """
    hint = "export it with one input 'picture' and one output for every layer, relu1_2, relu2_2 …"
    try:
        data = path.read_bytes()
        network = session_of(data)
    except FileNotFoundError as error:
        raise LooksmithError("there is no such file", where=path, expected="an ONNX network") from error
    except Exception as error:  # the runtime has errors of its own for broken files
        raise LooksmithError(
            "the network cannot be read", where=path, expected="an ONNX file", got=str(error)[:200], hint=hint
        ) from error
    inputs, outputs = network.get_inputs(), network.get_outputs()
    shapes = [value.shape for value in (*inputs, *outputs)]
    if len(inputs) != 1 or any(len(shape) != 4 for shape in shapes) or inputs[0].shape[1] != 3:
        raise LooksmithError(
            "the network does not give feature maps",
            where=path,
            expected="one input N x 3 x H x W and outputs N x C x h x w",
            got=str(shapes)[:200],
            hint=hint,
        )
    return Backbone(f"{path.stem}-{hashlib.sha256(data).hexdigest()[:8]}", network)


def pooled(features: Features) -> NDArray[np.float32]:
    """One vector of a picture, for distances between sets: each place's features at unit length, meaned over places.

    Returns:
        D float32, the layers one after another; each layer weighs alike.
    """
    means = []
    for x in features.values():
        length = np.sqrt(np.einsum("chw,chw->hw", x, x)) + np.float32(1e-10)
        means.append((x / length).mean(axis=(1, 2)))
    return np.concatenate(means).astype(np.float32)


def at_most(rgb: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """The picture, shrunk by area when its longest side is above ``side``."""
    height, width = rgb.shape[:2]
    longest = max(height, width)
    if longest <= side:
        return rgb
    size = (max(round(width * side / longest), 16), max(round(height * side / longest), 16))
    return np.asarray(cv2.resize(np.ascontiguousarray(rgb), size, interpolation=cv2.INTER_AREA), np.uint8)
