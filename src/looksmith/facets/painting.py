"""Runs the shipped painter over a photo of any size: folded weights, tiles, no seams.

The painter's ONNX file holds plain convolutions.  For one photo and one style, the adaptive
normalisations become one scale and one shift a channel (measured on a thumbnail), which are
folded into the convolutions' weights by writing over their bytes; the layout beside the file
says where each tensor sits.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from looksmith.media.resize import resize
from looksmith.models.load import layout, model_bytes, session, session_of

GRID = 8
BORDER = 24
"""Pixels of mirrored border around the whole picture; cut away again."""
HALO = 144
"""Pixels around a tile that can reach its middle: the painter's receptive field, rounded up."""
TILE = 1408
THUMBNAIL = 160 * 160


NOISE_CHANNELS, NOISE_PERIOD = 4, 256

Noise = tuple[NDArray[np.float32], NDArray[np.float32]]


@dataclass(frozen=True)
class Painting:
    """A painter made ready for one photo and one style.

    Attributes:
        seed: of the noise that flat areas get their strokes from.
        session: ONNX Runtime session with everything folded in.
        thumbnail: h x w x 3 float32 RGB in [0, 1]: the thumbnail, painted.
    """

    session: ort.InferenceSession
    thumbnail: NDArray[np.float32]
    seed: int


def thumbnail_of(rgb: NDArray[np.uint8], pixels: int = THUMBNAIL) -> NDArray[np.float32]:
    """The photo at about ``pixels`` pixels (never larger than it is), float32 RGB in [0, 1]."""
    height, width = rgb.shape[:2]
    factor = min(1.0, (pixels / (height * width)) ** 0.5)
    small = resize(rgb, max(1, round(height * factor)), max(1, round(width * factor)))
    return small.astype(np.float32) / 255.0


def prepare(
    thumbnail: NDArray[np.float32],
    vector: NDArray[np.float32],
    matrix: NDArray[np.float64],
    offset: NDArray[np.float64],
    seed: int = 0,
) -> Painting:
    """Fold colour match, statistics and style into the painter.

    Args:
        thumbnail: h x w x 3 float32 RGB in [0, 1], of the photo as it is.
        vector: the style vector.
        matrix, offset: the colour match x -> matrix x + offset, RGB in [0, 1].
    """
    height, width = thumbnail.shape[:2]
    matched = np.clip(thumbnail @ matrix.T.astype(np.float32) + offset.astype(np.float32), 0, 1)
    rows = _reflected(np.arange(height + (-height) % GRID), height)
    columns = _reflected(np.arange(width + (-width) % GRID), width)
    matched = matched[rows[:, None], columns[None, :]]
    noise1, noise2 = noise_at(seed, 0, 0, *matched.shape[:2])
    planes = np.ascontiguousarray(matched.transpose(2, 0, 1)[None])
    outputs = session("texture-statistics").run(
        None, {"thumbnail": planes, "style": vector[None], "noise1": noise1, "noise2": noise2}
    )
    painted = outputs[1][0].transpose(1, 2, 0)[:height, :width]
    return Painting(session_of(_folded(outputs[0], matrix, offset)), painted, seed)


def noise_at(seed: int, top: int, left: int, height: int, width: int) -> Noise:
    """The noise of a window of the picture: a function of seed and place, so that tiles agree.

    All in pixels and multiples of ``GRID``; 1 x C x height/4 x width/4 and 1 x C x height/8 x width/8.
    """

    def window(field: NDArray[np.float32], step: int) -> NDArray[np.float32]:
        rows = np.arange(top // step, (top + height) // step) % NOISE_PERIOD
        columns = np.arange(left // step, (left + width) // step) % NOISE_PERIOD
        return np.ascontiguousarray(field[:, rows[:, None], columns[None, :]][None])

    fields = _fields(seed)
    return window(fields[0], 4), window(fields[1], 8)


@lru_cache(maxsize=4)
def _fields(seed: int) -> Noise:
    """Two fields of white noise, C x period x period, that repeat at their edges."""
    rng = np.random.default_rng([seed, 0x1005])
    shape = (NOISE_CHANNELS, NOISE_PERIOD, NOISE_PERIOD)
    return rng.standard_normal(shape, np.float32), rng.standard_normal(shape, np.float32)


def _folded(affines: NDArray[np.float32], matrix: NDArray[np.float64], offset: NDArray[np.float64]) -> bytes:
    plan = layout("texture-painter")
    data = bytearray(model_bytes("texture-painter"))

    def view(tensor: dict[str, Any]) -> NDArray[np.float32]:
        shape: list[int] = tensor["shape"]
        flat = np.frombuffer(data, np.dtype("<f4"), math.prod(shape), tensor["offset"])
        return flat.reshape(shape)

    place = 0
    scales: dict[str, NDArray[np.float32]] = {}
    added: list[tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]] = []
    for site in plan["sites"]:
        channels = site["channels"]
        scale = affines[place : place + channels]
        shift = affines[place + channels : place + 2 * channels]
        place += 2 * channels
        weight, bias = view(site["weight"]), view(site["bias"])
        weight *= scale[:, None, None, None]
        bias *= scale
        bias += shift
        scales[site["name"]] = scale
        if "through" in site:
            added.append((scales[site["through"]], weight, bias))
    for scale, weight, bias in added:
        weight *= scale[:, None, None, None]
        bias *= scale
    weight, bias = view(plan["match"]["weight"]), view(plan["match"]["bias"])
    weight[:] = np.kron(matrix / 255.0, np.eye(4))[:, :, None, None]
    bias[:] = np.repeat(offset, 4)
    return bytes(data)


def paint(rgb: NDArray[np.uint8], painting: Painting, tile: int = TILE) -> NDArray[np.uint8]:
    """Repaint a whole photo, H x W x 3 uint8 RGB, tile by tile; same size out."""
    height, width = rgb.shape[:2]
    out = np.empty_like(rgb)
    for top, bottom, left, right in _tiles(height, width, tile):
        # the tile with its halo, in coordinates of the mirrored picture, on the painter's grid
        y0, x0 = max(-BORDER, top - HALO), max(-BORDER, left - HALO)
        y1 = min(height + BORDER + (-height) % GRID, bottom + HALO)
        x1 = min(width + BORDER + (-width) % GRID, right + HALO)
        noise1, noise2 = noise_at(painting.seed, y0, x0, y1 - y0, x1 - x0)
        inputs = {"blocks": _to_blocks(_window(rgb, y0, y1, x0, x1)), "noise1": noise1, "noise2": noise2}
        painted = _from_blocks(painting.session.run(None, inputs)[0][0])
        out[top:bottom, left:right] = painted[top - y0 : bottom - y0, left - x0 : right - x0]
    return out


def _tiles(height: int, width: int, tile: int) -> Iterator[tuple[int, int, int, int]]:
    """Boxes (top, bottom, left, right) that cover the picture; corners on the painter's grid."""

    def cuts(length: int) -> list[tuple[int, int]]:
        if length <= tile + HALO:
            return [(0, length)]
        count = -(-length // tile)
        step = -(-length // count // GRID) * GRID
        return [(a, min(a + step, length)) for a in range(0, length, step)]

    for top, bottom in cuts(height):
        for left, right in cuts(width):
            yield top, bottom, left, right


def _window(rgb: NDArray[np.uint8], y0: int, y1: int, x0: int, x1: int) -> NDArray[np.uint8]:
    """Rows y0..y1 and columns x0..x1 of the endlessly mirrored picture."""
    height, width = rgb.shape[:2]
    top, left, bottom, right = max(0, -y0), max(0, -x0), max(0, y1 - height), max(0, x1 - width)
    if max(top, bottom) < height and max(left, right) < width and min(height, width) > HALO:
        part = rgb[y0 + top : y1 - bottom, x0 + left : x1 - right]
        return np.pad(part, ((top, bottom), (left, right), (0, 0)), mode="reflect")
    rows, columns = _reflected(np.arange(y0, y1), height), _reflected(np.arange(x0, x1), width)
    return np.ascontiguousarray(rgb[rows[:, None], columns[None, :]])


def _reflected(index: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    """Indices mirrored at both ends without repeating the edge, for any distance."""
    if length == 1:
        return np.zeros_like(index)
    period = 2 * (length - 1)
    index = np.mod(index, period)
    return np.where(index < length, index, period - index)


def _to_blocks(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """H x W x 3 to 1 x 12 x H/2 x W/2: each channel's 2 x 2 neighbours become four planes."""
    height, width = rgb.shape[:2]
    out = np.empty((1, 12, height // 2, width // 2), np.uint8)
    for plane, (c, dy, dx) in enumerate(np.ndindex(3, 2, 2)):
        out[0, plane] = rgb[dy::2, dx::2, c]
    return out


def _from_blocks(blocks: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """12 x h x w back to 2h x 2w x 3."""
    _, h, w = blocks.shape
    out = np.empty((2 * h, 2 * w, 3), np.uint8)
    for plane, (c, dy, dx) in enumerate(np.ndindex(3, 2, 2)):
        out[dy::2, dx::2, c] = blocks[plane]
    return out
