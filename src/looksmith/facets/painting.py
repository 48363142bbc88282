"""Runs the shipped painter over a photo of any size: a look's own weights, tiles, no seams.

The painter's ONNX file is a graph without weights.  The mapping writes them for a style, once; the session made of
both is kept, so that the next photo with the same look meets a plain convolutional network.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from looksmith.errors import LooksmithError
from looksmith.facets.blocks import PLANES, to_blocks
from looksmith.media.resize import resize
from looksmith.models.load import model_bytes, session, session_of

GRID = 8
BORDER = 16
"""Pixels of mirrored border around the whole picture; cut away again."""
HALO = 160
"""Pixels around a tile that can reach its middle: the painter's receptive field, rounded up."""
TILE = 1408

NOISE_CHANNELS, NOISE_PERIOD = 4, 256
KEPT_LOOKS = 16
"""Looks whose painters are kept: about 2 MB each."""

Noise = tuple[NDArray[np.float32], NDArray[np.float32]]


def painter(
    vector: NDArray[np.float32],
    mean: NDArray[np.float32],
    covariance: NDArray[np.float32],
    own: NDArray[np.float32] | None = None,
) -> ort.InferenceSession:
    """The painter of a style, made on first use and kept.

    Args:
        vector: float32 (64,): the style vector.
        mean, covariance: float32 (3,) and (3, 3): the style's colours, sRGB in [0, 1].
        own: float32 (n,): what is added to all the weights that the mapping writes, in the order of :func:`written`.

    Raises:
        LooksmithError: ``own`` is not as long as the weights are.
    """
    return _painter(
        vector.tobytes(), mean.tobytes(), covariance.tobytes(), b"" if own is None else own.astype(np.float32).tobytes()
    )


def written(
    vector: NDArray[np.float32], mean: NDArray[np.float32], covariance: NDArray[np.float32]
) -> dict[str, NDArray[np.float32]]:
    """The weights that the mapping writes for a style, by name; arguments as of :func:`painter`."""
    mapping = session("texture-mapping")
    values = mapping.run(None, {"style": vector, "mean": mean, "covariance": covariance})
    return dict(zip((output.name for output in mapping.get_outputs()), values, strict=True))


@lru_cache(maxsize=KEPT_LOOKS)
def _painter(vector: bytes, mean: bytes, covariance: bytes, own: bytes) -> ort.InferenceSession:
    weights = written(
        np.frombuffer(vector, np.float32),
        np.frombuffer(mean, np.float32),
        np.frombuffer(covariance, np.float32).reshape(3, 3),
    )
    if own:
        _add(weights, np.frombuffer(own, np.float32))
    return session_of(model_bytes("texture-painter"), weights, spins=True)


def _add(weights: dict[str, NDArray[np.float32]], own: NDArray[np.float32]) -> None:
    """In place."""
    count = sum(w.size for w in weights.values())
    if len(own) != count:
        raise LooksmithError(
            "the look's own painter does not fit the shipped one", where="texture", expected=f"{count} numbers",
            got=len(own), hint="looksmith learn --deep, with the same pictures",
        )  # fmt: skip
    place = 0
    for name, w in weights.items():
        weights[name] = w + own[place : place + w.size].reshape(w.shape)
        place += w.size


@lru_cache(maxsize=2)
def noise_at(seed: int, top: int, left: int, height: int, width: int) -> Noise:
    """The noise of a window of the picture: a function of seed and place, so that tiles agree.

    All in pixels and multiples of ``GRID``; 1 x C x height/4 x width/4 and 1 x C x height/8 x width/8.  The last two
    windows are kept, for the next picture of that size: they cannot be written to.
    """

    def window(field: NDArray[np.float32], step: int) -> NDArray[np.float32]:
        rows = np.arange(top // step, (top + height) // step) % NOISE_PERIOD
        columns = np.arange(left // step, (left + width) // step) % NOISE_PERIOD
        seen = np.ascontiguousarray(field[:, rows[:, None], columns[None, :]][None])
        seen.setflags(write=False)
        return seen

    fields = _fields(seed)
    return window(fields[0], 4), window(fields[1], 8)


@lru_cache(maxsize=4)
def _fields(seed: int) -> Noise:
    """Two fields of white noise, C x period x period, that repeat at their edges."""
    rng = np.random.default_rng([seed, 0x1005])
    shape = (NOISE_CHANNELS, NOISE_PERIOD, NOISE_PERIOD)
    return rng.standard_normal(shape, np.float32), rng.standard_normal(shape, np.float32)


def paint(
    rgb: NDArray[np.uint8],
    painter: ort.InferenceSession,
    matrix: NDArray[np.float64],
    offset: NDArray[np.float64],
    seed: int = 0,
    tile: int = TILE,
) -> NDArray[np.uint8]:
    """Repaint a whole photo, tile by tile.

    Args:
        rgb: H x W x 3 uint8.
        painter: as from :func:`painter`.
        matrix, offset: the colour match x -> matrix x + offset, RGB in [0, 1].
        seed: of the noise that flat areas get their strokes from.

    Returns:
        uint8, 12 x ceil(H / 2) x ceil(W / 2): blocks, as :func:`looksmith.facets.blocks.from_blocks` takes them.
    """
    height, width = rgb.shape[:2]
    out = np.empty((PLANES, (height + 1) // 2, (width + 1) // 2), np.uint8)
    match = {
        "matrix": np.kron(matrix / 255.0, np.eye(4)).astype(np.float32)[:, :, None, None],
        "offset": np.repeat(offset, 4).astype(np.float32),
    }
    for top, bottom, left, right in _tiles(height, width, tile):
        # the tile with its halo, in coordinates of the mirrored picture, on the painter's grid
        y0, x0 = max(-BORDER, top - HALO), max(-BORDER, left - HALO)
        y1 = min(height + BORDER + (-height) % GRID, bottom + HALO)
        x1 = min(width + BORDER + (-width) % GRID, right + HALO)
        noise1, noise2 = noise_at(seed, y0, x0, y1 - y0, x1 - x0)
        blocks = to_blocks(_window(rgb, y0, y1, x0, x1))[None]
        painted = painter.run(None, {"blocks": blocks, "noise1": noise1, "noise2": noise2, **match})[0][0]
        rows, columns = slice(top // 2, (bottom + 1) // 2), slice(left // 2, (right + 1) // 2)
        out[:, rows, columns] = painted[:, _moved(rows, -y0 // 2), _moved(columns, -x0 // 2)]
    return out


def _moved(places: slice, by: int) -> slice:
    return slice(places.start + by, places.stop + by)


def thumbnail_of(rgb: NDArray[np.uint8], pixels: int) -> NDArray[np.float32]:
    """The photo at about ``pixels`` pixels (never larger than it is), float32 RGB in [0, 1]."""
    height, width = rgb.shape[:2]
    factor = min(1.0, (pixels / (height * width)) ** 0.5)
    small = resize(rgb, max(1, round(height * factor)), max(1, round(width * factor)))
    return small.astype(np.float32) / 255.0


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
