"""Fine colour differences of a picture, and pictures given as much of them as another has.

A picture is taken apart into bands, differences of neighbouring levels of an undecimated pyramid (Burt & Adelson 1983;
Holschneider et al. 1989): the finest at full size, the others and the ground below them at half size.  Of each only the
covariance of its colours counts, one of the texture statistics of Heeger & Bergen (1995) and Portilla & Simoncelli
(2000).  A painting of another picture is as a rule softer and duller than its style: this closes the gap at once, in
closed form, by the map between Gaussians of Pitié & Kokaram (2007).

Smooth levels are kept at every second pixel only.  That takes nothing from them: each smoothing reaches only pixels an
even number of steps away, so that the pixels that are kept never see the others.  (At two of the edges the picture is
mirrored at the last pixel that is kept, not at the last one.)
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from looksmith.facets.blocks import to_blocks
from looksmith.facets.gaussian import monge, products
from looksmith.media.resize import resize
from looksmith.media.strips import PIXELS, in_strips

BANDS = 3
"""At half size; the finest, of the full size, comes before them and the ground after."""
SIDE = 512
"""The short side at which a style is measured: the size whose strokes the painter paints."""
MOST = 2.5
"""No band is made stronger than this many times in any direction of colour; none is made weaker."""
GROUND = (0.5, 2.0)
"""Least and most by which the ground's colours are spread."""
SHARE = 0.5
"""How much of the way the ground goes to the style's colours: all of it would move large shapes too far."""
LEAST = 1e-6
"""Variance that every colour of a band is taken to have at least."""
LEAST_FINE = 1e-3
"""Deviation that the finest band is taken to have at least."""
NUMBERS = 1 + 6 * (BANDS + 1)
"""How many numbers tell all this of a style."""

_UPPER = np.triu_indices(3)
_STRIP = PIXELS
_ALONE = 7 << 10
"""Columns that a BLAS multiplies by 3 x 6 numbers in one thread; see :func:`looksmith.facets.gaussian.products`."""
_FINE = 16
"""Steps of a level in which the finest band is reckoned, and what is added to the pixels."""
_WHITE = 255 * _FINE
_LUMA = np.array([77, 150, 29], np.uint16)
"""Of 256: the luma of ITU-R BT.601, such that 8 bits times them are 16."""

Planes = NDArray[np.float32]
Steps = NDArray[np.uint16]
Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class _Levels:
    """A picture at half size, ever smoother.

    Attributes:
        near: as it is, and smoothed once: 3 x h x w, in steps of 1 / ``_FINE``.
        far: (``BANDS`` - 1) x 3 x h/2 x w/2: smoothed more often, at every second pixel, in [0, 1].
        covariances: of the bands between them, and of the ground: the last level; of colours in [0, 1].
        centre: (3,): the ground's mean.
    """

    near: tuple[Steps, Steps]
    far: Planes
    covariances: list[Matrix]
    centre: NDArray[np.float64]


def detail_of(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What bands a picture has, seen with a short side of ``SIDE`` pixels.

    Args:
        rgb: H x W x 3 sRGB.

    Returns:
        float32 (``NUMBERS``,), of sRGB in [0, 1]: the deviation of luma in the finest band, then the upper
        halves of the covariances of colours in the other bands, finer first, and in the ground; see :func:`unpacked`.
    """
    height, width = rgb.shape[:2]
    factor = SIDE / min(height, width)
    blocks = to_blocks(resize(rgb, max(1, round(height * factor)), max(1, round(width * factor))))
    _, finest = _finest(blocks)
    covariances = _levels(_halved(blocks)).covariances
    return np.array([finest, *(number for covariance in covariances for number in covariance[_UPPER])], np.float32)


def unpacked(detail: NDArray[np.float32]) -> tuple[float, Matrix]:
    """The finest band's deviation of luma; covariances of the other bands and the ground, (1 + ``BANDS``) x 3 x 3."""
    covariances = np.zeros((BANDS + 1, 3, 3))
    upper = np.asarray(detail[1:], np.float64).reshape(BANDS + 1, 6)
    covariances[:, _UPPER[0], _UPPER[1]] = covariances[:, _UPPER[1], _UPPER[0]] = upper
    return float(detail[0]), covariances


def give_detail(blocks: NDArray[np.uint8], wanted: NDArray[np.float32], mean: NDArray[np.float32]) -> None:
    """In place: bands that are weaker than ``wanted`` become as strong; the ground goes half of the way to its colours.

    Of the finest band only light and dark change, all three channels by the same amount; of the others the colours as
    well.  Statistics are those of the whole picture.

    Args:
        blocks: a picture in sRGB, 12 x h x w, as from :func:`looksmith.facets.blocks.to_blocks`.
        wanted: as from :func:`detail_of`.
        mean: float32 (3,): mean colour of the style, sRGB in [0, 1].
    """
    finest, covariances = unpacked(wanted)
    fine = _fine_step(blocks, finest)
    levels = _levels(_halved(blocks, fine))
    pairs = zip(levels.covariances[:-1], covariances[:-1], strict=True)
    matrices = [monge(a, b, least=LEAST, limits=(1.0, MOST)) for a, b in pairs]
    ground = SHARE * (monge(levels.covariances[-1], covariances[-1], least=LEAST, limits=GROUND) - np.eye(3))
    shift = SHARE * (mean - levels.centre) - ground @ levels.centre
    changes = [matrix - np.eye(3) for matrix in matrices] + [ground]
    # a band is a level less the next: the sum over bands, told as a sum over levels
    by_level = np.stack([changes[0]] + [after - before for before, after in pairwise(changes)])
    _add(blocks, fine, _step(levels, by_level.astype(np.float32), (_WHITE * shift).astype(np.float32)))


def _finest(blocks: NDArray[np.uint8]) -> tuple[NDArray[np.int16], float]:
    """Luma less luma smoothed, 4 x h x w in steps of 1 / ``_FINE``, and its deviation, of colours in [0, 1]."""
    _, h, w = blocks.shape
    band = np.empty((4, h, w), np.int16)

    def work_out(rows: slice) -> NDArray[np.float64]:
        above, below = _missing(rows, h, 1)  # blocks, of two rows each
        light = _light(blocks[:, max(0, rows.start - 1) : rows.stop + 1])
        light = np.pad(light, ((2 * above, 2 * below), (2, 2)), mode="reflect")
        difference = light[2:-2, 2:-2].view(np.int16) - _smooth(light).view(np.int16)
        for k, (y, x) in enumerate(np.ndindex(2, 2)):
            band[k, rows] = difference[y::2, x::2]
        flat = difference.astype(np.float32)
        return np.array([flat.sum(dtype=np.float64), np.einsum("ij,ij->", flat, flat)])

    total, squares = np.sum(in_strips(work_out, h, w, pixels=_STRIP), axis=0) / (4 * h * w)
    return band, float(np.sqrt(max(0.0, squares - total * total))) / _WHITE


def _light(blocks: NDArray[np.uint8]) -> NDArray[np.uint16]:
    """Luma at the full size, 2h x 2w in steps of 1 / ``_FINE``."""
    _, h, w = blocks.shape
    light = np.empty((2 * h, 2 * w), np.uint16)
    for k, (y, x) in enumerate(np.ndindex(2, 2)):
        full = blocks[k].astype(np.uint16) * _LUMA[0]
        full += blocks[4 + k].astype(np.uint16) * _LUMA[1]
        full += blocks[8 + k].astype(np.uint16) * _LUMA[2]
        full >>= 4
        light[y::2, x::2] = full
    return light


def _fine_step(blocks: NDArray[np.uint8], wanted: float) -> NDArray[np.int16]:
    """What gives the finest band the deviation ``wanted``: 4 x h x w, in steps of 1 / ``_FINE``."""
    band, have = _finest(blocks)
    more = np.float32(np.clip(wanted / max(LEAST_FINE, have), 1.0, MOST) - 1)

    def strengthen(rows: slice) -> None:
        step = band[:, rows] * more
        np.rint(step, out=step)
        band[:, rows] = step

    in_strips(strengthen, *band.shape[1:], pixels=_STRIP)
    return band


def _halved(blocks: NDArray[np.uint8], fine: NDArray[np.int16] | None = None) -> Steps:
    """The mean of every block, and of what is to be added to it: 3 x h x w in steps of 1 / ``_FINE``."""
    out = np.empty((3, *blocks.shape[1:]), np.uint16)

    def average(rows: slice) -> None:
        added = None
        if fine is not None:
            added = (fine[0, rows] + fine[1, rows] + fine[2, rows] + fine[3, rows] + 2) >> 2
        for c in range(3):
            four = blocks[4 * c : 4 * c + 4, rows].astype(np.int16)
            total = four[0] + four[1] + four[2] + four[3]
            total *= _FINE // 4
            if added is not None:
                total += added
            np.clip(total, 0, 255 * _FINE, out=total)
            out[c, rows] = total.view(np.uint16)

    in_strips(average, *blocks.shape[1:], pixels=_STRIP)
    return out


def _levels(planes: Steps) -> _Levels:
    """The levels of a picture at half size, as from :func:`_halved`; of every second pixel, see the module's words."""
    smooth, covariance = _next_near(planes)
    far = np.empty((BANDS - 1, 3, (planes.shape[1] + 1) // 2, (planes.shape[2] + 1) // 2), np.float32)
    covariances, level = [covariance], smooth[:, ::2, ::2].astype(np.float32) * np.float32(1 / _WHITE)
    for k in range(BANDS - 1):
        covariances.append(_next_far(level, 2**k, far[k]))
        level = far[k]
    ground = level.reshape(3, -1)
    centre = ground.mean(axis=1, dtype=np.float64)
    around = ground - centre.astype(np.float32)[:, None]
    return _Levels((planes, smooth), far, [*covariances, products(around) / ground.shape[1]], centre)


def _next_near(level: Steps) -> tuple[Steps, Matrix]:
    """What smoothing leaves, C x H x W, edges mirrored; and the covariance of what it takes away, C x C."""
    smooth = np.empty_like(level)

    def work_out(rows: slice) -> NDArray[np.float64]:
        smooth[:, rows] = _smooth(_framed(level, rows, 2))
        return _sums(level[:, rows].view(np.int16) - smooth[:, rows].view(np.int16))

    return smooth, _covariance(in_strips(work_out, *level.shape[1:], pixels=_STRIP // 2)) / _WHITE**2


def _next_far(level: Planes, step: int, smooth: Planes) -> Matrix:
    """The same for numbers in [0, 1], with pixels ``step`` apart; what smoothing leaves is put into ``smooth``."""

    def work_out(rows: slice) -> NDArray[np.float64]:
        x = _framed(level, rows, 2 * step)
        for _ in range(4):
            x = x[:, step:] + x[:, :-step]
        for _ in range(4):
            x = x[..., step:] + x[..., :-step]
        np.multiply(x, np.float32(1 / 256), out=smooth[:, rows])
        return _sums(level[:, rows] - smooth[:, rows])

    return _covariance(in_strips(work_out, *level.shape[1:], pixels=_STRIP // 2))


def _sums(band: NDArray[Any]) -> NDArray[np.float64]:
    """Of a strip of a band, C x h x w: how many pixels, their sum, and the sums of products; C x (2 + C)."""
    flat = band.reshape(len(band), -1).astype(np.float32, copy=False)
    columns = [np.full((len(flat), 1), flat.shape[1]), flat.sum(axis=1, dtype=np.float64)[:, None], products(flat)]
    return np.concatenate(columns, axis=1)


def _covariance(sums: list[NDArray[np.float64]]) -> Matrix:
    total = np.sum(sums, axis=0)
    total = total[:, 1:] / total[0, 0]
    covariance: Matrix = total[:, 1:] - np.outer(total[:, 0], total[:, 0])
    return covariance


def _framed(level: NDArray[Any], rows: slice, margin: int) -> NDArray[Any]:
    """Rows of C x H x W with a margin on all sides, mirrored where the picture ends."""
    part = level[:, max(0, rows.start - margin) : rows.stop + margin]
    return np.pad(part, ((0, 0), _missing(rows, level.shape[1], margin), (margin, margin)), mode="reflect")


def _missing(rows: slice, height: int, margin: int) -> tuple[int, int]:
    """How many rows of a margin lie above and below the picture."""
    return max(0, margin - rows.start), max(0, rows.stop + margin - height)


def _smooth(x: Steps) -> Steps:
    """1 4 6 4 1 along both axes, of 12 bits; of every edge 2 pixels are used up."""
    for _ in range(4):
        x = x[..., 1:, :] + x[..., :-1, :]
    x += 8
    x >>= 4
    for _ in range(4):
        x = x[..., 1:] + x[..., :-1]
    x += 8
    x >>= 4
    return x


def _step(levels: _Levels, matrices: NDArray[np.float32], shift: NDArray[np.float32]) -> NDArray[np.int16]:
    """Each level's colours times its matrix, plus ``shift``: 3 x (h + 2) x (w + 2), edges repeated."""
    _, h, w = levels.near[0].shape
    far = _times(np.concatenate(list(matrices[2:] * np.float32(_WHITE)), axis=1), levels.far) + shift[:, None, None]
    out = np.empty((3, h + 2, w + 2), np.int16)

    def work_out(rows: slice) -> None:
        near = np.stack([level[:, rows] for level in levels.near], dtype=np.float32)
        more = _times(np.concatenate(list(matrices[:2]), axis=1), near)
        more += _doubled(far, rows, h, w)
        np.clip(more, -127 * _FINE, 127 * _FINE, out=more)
        np.rint(more, out=more)
        out[:, rows.start + 1 : rows.stop + 1, 1:-1] = more

    in_strips(work_out, h, w, pixels=_STRIP // 2, multiple=2)
    out[:, 0], out[:, -1] = out[:, 1], out[:, -2]
    out[..., 0], out[..., -1] = out[..., 1], out[..., -2]
    return out


def _times(matrix: NDArray[np.float32], levels: Planes) -> Planes:
    """3 x 3 n times n x 3 x h x w: 3 x h x w."""
    flat = levels.reshape(matrix.shape[1], -1)
    out = np.empty((3, flat.shape[1]), np.float32)
    for k in range(0, flat.shape[1], _ALONE):
        np.matmul(matrix, flat[:, k : k + _ALONE], out=out[:, k : k + _ALONE])
    return out.reshape(3, *levels.shape[2:])


def _doubled(x: Planes, rows: slice, height: int, width: int) -> Planes:
    """Rows of what has every second pixel, the others between them; the first of the rows is even."""
    part = x[:, rows.start // 2 : (rows.stop + 2) // 2]
    if rows.stop == height and height % 2 == 0:
        part = np.concatenate([part, part[:, -1:]], axis=1)
    tall = np.empty((3, rows.stop - rows.start, x.shape[2]), np.float32)
    tall[:, ::2] = part[:, : (len(tall[0]) + 1) // 2]
    between = part[:, :-1] + part[:, 1:]
    tall[:, 1::2] = between[:, : len(tall[0]) // 2]
    tall[:, 1::2] *= np.float32(0.5)
    out = np.empty((3, len(tall[0]), width), np.float32)
    out[..., ::2] = tall
    out[..., 1:-1:2] = (tall[..., :-1] + tall[..., 1:])[..., : (width - 1) // 2]
    out[..., 1:-1:2] *= np.float32(0.5)
    if width % 2 == 0:
        out[..., -1] = tall[..., -1]
    return out


def _add(blocks: NDArray[np.uint8], fine: NDArray[np.int16], step: NDArray[np.int16]) -> None:
    """In place: plus ``fine``, and ``step`` brought up to the full size (bilinear); both in steps of 1 / ``_FINE``."""
    _, h, w = blocks.shape

    def add(rows: slice) -> None:
        half = np.int16(_FINE // 2)
        for c in range(3):
            part = step[c, rows.start : rows.stop + 2]
            middle = part[1:-1] * np.int16(3)
            for y in range(2):
                tall = middle + part[2 * y : len(part) - 2 + 2 * y]
                centre = tall[:, 1:-1] * np.int16(3)
                for x in range(2):
                    more = centre + tall[:, 2 * x : w + 2 * x]
                    more >>= 4
                    more += fine[2 * y + x, rows]
                    more += half
                    plane = blocks[4 * c + 2 * y + x, rows]
                    more >>= 4
                    more += plane
                    np.clip(more, 0, 255, out=more)
                    plane[:] = more

    in_strips(add, h, w, pixels=_STRIP // 2)
