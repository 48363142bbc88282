"""Fine colour differences of a picture, and pictures given as much of them as another has.

A picture is taken apart into bands, differences of neighbouring levels of an undecimated pyramid (Burt & Adelson 1983;
Holschneider et al. 1989): the finest at full size, the others and the ground below them at half size.  Of each only the
covariance of its colours counts, one of the texture statistics of Heeger & Bergen (1995) and Portilla & Simoncelli
(2000).  A painting of another picture is as a rule softer and duller than its style: this closes the gap at once, in
closed form, by the map between Gaussians of Pitié & Kokaram (2007).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from looksmith.facets.gaussian import monge, products
from looksmith.media.colour import luma
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
NUMBERS = 1 + 6 * (BANDS + 1)

_UPPER = np.triu_indices(3)
_STRIP = PIXELS
_ALONE = 7 << 10
"""Columns that a BLAS multiplies by 3 x 12 numbers in one thread; see :func:`looksmith.facets.gaussian.products`."""


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
    seen = resize(rgb, max(1, round(height * factor)), max(1, round(width * factor)))
    _, _, finest = _finest(seen)
    _, covariances, _ = _half(seen)
    return np.array([finest, *(number for covariance in covariances for number in covariance[_UPPER])], np.float32)


def unpacked(detail: NDArray[np.float32]) -> tuple[float, NDArray[np.float64]]:
    """The finest band's deviation of luma; covariances of the other bands and the ground, (1 + ``BANDS``) x 3 x 3."""
    covariances = np.zeros((BANDS + 1, 3, 3))
    upper = np.asarray(detail[1:], np.float64).reshape(BANDS + 1, 6)
    covariances[:, _UPPER[0], _UPPER[1]] = covariances[:, _UPPER[1], _UPPER[0]] = upper
    return float(detail[0]), covariances


def give_detail(rgb: NDArray[np.uint8], wanted: NDArray[np.float32], mean: NDArray[np.float32]) -> None:
    """In place: bands that are weaker than ``wanted`` become as strong; the ground goes half of the way to its colours.

    Of the finest band only light and dark change, all three channels by the same amount; of the others the colours as
    well.  Statistics are those of the whole picture.

    Args:
        rgb: H x W x 3 sRGB.
        wanted: as from :func:`detail_of`.
        mean: float32 (3,): mean colour of the style, sRGB in [0, 1].
    """
    finest, covariances = unpacked(wanted)
    _give_finest(rgb, finest)
    levels, have, centre = _half(rgb)
    pairs = zip(have[:-1], covariances[:-1], strict=True)
    matrices = [monge(a, b, least=LEAST, limits=(1.0, MOST)) for a, b in pairs]
    ground = SHARE * (monge(have[-1], covariances[-1], least=LEAST, limits=GROUND) - np.eye(3))
    shift = SHARE * (mean - centre) - ground @ centre
    changes = [matrix - np.eye(3) for matrix in matrices] + [ground]
    # a band is a level less the next: the sum over bands, told as a sum over levels
    by_level = [changes[0]] + [after - before for before, after in pairwise(changes)]
    _add(rgb, levels, np.concatenate(by_level, axis=1).astype(np.float32) * 255, shift.astype(np.float32) * 255)


def _give_finest(rgb: NDArray[np.uint8], wanted: float) -> None:
    light, smooth, have = _finest(rgb)
    more = np.float32(255 * (np.clip(wanted / max(LEAST_FINE, have), 1.0, MOST) - 1))

    def change(rows: slice) -> None:
        step = np.rint((light[rows] - smooth[rows]) * more).astype(np.int16)
        for c in range(3):
            rgb[rows, :, c] = np.clip(rgb[rows, :, c] + step, 0, 255)

    if more:
        in_strips(change, *rgb.shape[:2], pixels=_STRIP)


def _finest(rgb: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32], float]:
    """Luma, luma smoothed, and the deviation of the difference."""
    light = np.concatenate(in_strips(lambda rows: luma(rgb[rows]), *rgb.shape[:2]))
    variance, smooth = _next_level(light[None], 1)
    return light, smooth[0], float(np.sqrt(max(0.0, variance[0, 0])))


def _half(
    rgb: NDArray[np.uint8],
) -> tuple[NDArray[np.float32], list[NDArray[np.float64]], NDArray[np.float64]]:
    """At half size: the levels, 1 + ``BANDS`` x 3 x h x w; covariances of the bands and the ground; its mean."""
    small = _planes(np.asarray(Image.fromarray(rgb).reduce(2)))
    levels = np.empty((1 + BANDS, *small.shape), np.float32)
    levels[0] = small
    covariances = []
    for k in range(BANDS):
        covariance, levels[k + 1] = _next_level(levels[k], 2**k)
        covariances.append(covariance)
    ground = levels[-1].reshape(3, -1)
    centre = ground.mean(axis=1, dtype=np.float64)
    around = ground - centre.astype(np.float32)[:, None]
    return levels, [*covariances, products(around) / ground.shape[1]], centre


def _add(
    rgb: NDArray[np.uint8], levels: NDArray[np.float32], matrix: NDArray[np.float32], shift: NDArray[np.float32]
) -> None:
    """In place: ``matrix`` times the levels' colours, plus ``shift``, in steps of 255, brought up to the full size."""
    height, width = rgb.shape[:2]
    small = np.empty((*levels.shape[2:], 3), np.uint8)

    def work_out(rows: slice) -> None:
        part = levels[:, :, rows].reshape(matrix.shape[1], -1)
        more = np.empty((3, part.shape[1]), np.float32)
        for k in range(0, part.shape[1], _ALONE):
            np.matmul(matrix, part[:, k : k + _ALONE], out=more[:, k : k + _ALONE])
        more += shift[:, None] + np.float32(128.5)
        np.clip(more, 0, 255, out=more)
        small[rows] = more.astype(np.uint8).reshape(3, -1, small.shape[1]).transpose(1, 2, 0)

    in_strips(work_out, *levels.shape[2:], pixels=_STRIP)
    image = Image.fromarray(small)

    def add(rows: slice) -> None:
        box, size = (0, rows.start / 2, width / 2, rows.stop / 2), (width, rows.stop - rows.start)
        step = np.asarray(image.resize(size, Image.Resampling.BILINEAR, box)).astype(np.int16)
        step += rgb[rows]
        step -= 128
        rgb[rows] = np.clip(step, 0, 255, out=step)

    in_strips(add, height, width, pixels=_STRIP, multiple=2)


def _planes(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """H x W x 3 to 3 x H x W in [0, 1]."""
    return np.ascontiguousarray(rgb.transpose(2, 0, 1)).astype(np.float32) / np.float32(255)


def _next_level(level: NDArray[np.float32], step: int) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """The covariance of what smoothing takes away, C x C; and what it leaves, C x H x W, edges mirrored."""
    height, width = level.shape[1:]
    framed = np.pad(level, ((0, 0), (2 * step,) * 2, (2 * step,) * 2), mode="reflect")
    smooth = np.empty_like(level)

    def work_out(rows: slice) -> NDArray[np.float64]:
        smooth[:, rows] = _smooth(framed[:, rows.start : rows.stop + 4 * step], step)
        band = (level[:, rows] - smooth[:, rows]).reshape(len(level), -1)
        return np.concatenate([band.sum(axis=1, dtype=np.float64)[:, None], products(band)], axis=1)

    sums = np.sum(in_strips(work_out, height, width, pixels=_STRIP), axis=0) / (height * width)
    return sums[:, 1:] - np.outer(sums[:, 0], sums[:, 0]), smooth


def _smooth(x: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    """1 4 6 4 1 along both axes, ``step`` pixels apart; of every edge 2 * step pixels are used up."""
    for _ in range(4):
        x = x[:, step:] + x[:, :-step]
    for _ in range(4):
        x = x[..., step:] + x[..., :-step]
    x *= np.float32(1 / 256)
    return x
