"""Fine light and dark of a picture, and pictures given as much of it as another has.

Three bands of luma, differences of neighbouring levels of an undecimated pyramid (Burt & Adelson 1983; Holschneider et
al. 1989); of each band only the deviation counts, one of the texture statistics of Heeger & Bergen (1995).
A painting of another picture is as a rule softer than its style: this closes the gap at once, in closed form.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from looksmith.media.colour import luma
from looksmith.media.resize import resize
from looksmith.media.strips import PIXELS, in_strips

LEVELS = 3
SIDE = 512
"""The short side at which a style's fine light and dark are measured: the size whose strokes the painter paints."""
MOST = 2.5
"""No band is made stronger than this many times; none is made weaker."""

_STRIP = PIXELS
_HALO = 2 * (2**LEVELS - 1)
_LEAST = 1e-3


def detail_of(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Deviations of the bands of a picture seen with a short side of ``SIDE`` pixels, finest first.

    Args:
        rgb: H x W x 3 sRGB.

    Returns:
        float32 (3,), of luma in [0, 1].
    """
    height, width = rgb.shape[:2]
    factor = SIDE / min(height, width)
    return _deviations(_framed(resize(rgb, max(1, round(height * factor)), max(1, round(width * factor)))))


def give_detail(rgb: NDArray[np.uint8], wanted: NDArray[np.float32]) -> None:
    """In place: bands that are weaker than ``wanted`` become as strong, though not more than ``MOST`` times stronger.

    All three channels change by the same amount, so hues stay.  Statistics are those of the whole picture.

    Args:
        rgb: H x W x 3 sRGB.
        wanted: as from :func:`detail_of`.
    """
    framed = _framed(rgb)
    gains = np.clip(wanted / np.maximum(_deviations(framed), _LEAST), 1.0, MOST).astype(np.float32) - 1

    def change(rows: slice) -> None:
        more = sum(band * (gain * np.float32(255)) for band, gain in zip(_bands(framed, rows), gains, strict=True))
        step = np.rint(more).astype(np.int16)
        for c in range(3):
            rgb[rows, :, c] = np.clip(rgb[rows, :, c] + step, 0, 255)

    if gains.any():
        in_strips(change, *rgb.shape[:2], pixels=_STRIP)


def _deviations(framed: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = (side - 2 * _HALO for side in framed.shape)

    def sums(rows: slice) -> NDArray[np.float64]:
        return np.array([[band.sum(dtype=np.float64), np.vdot(band, band)] for band in _bands(framed, rows)])

    mean = np.sum(in_strips(sums, height, width, pixels=_STRIP), axis=0) / (height * width)
    deviations: NDArray[np.float32] = np.sqrt(np.maximum(mean[:, 1] - mean[:, 0] ** 2, 0)).astype(np.float32)
    return deviations


def _framed(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Luma in [0, 1], mirrored ``_HALO`` pixels beyond every edge."""
    strips = in_strips(lambda rows: luma(rgb[rows]), *rgb.shape[:2])
    return np.pad(np.concatenate(strips), _HALO, mode="reflect")


def _bands(framed: NDArray[np.float32], rows: slice) -> list[NDArray[np.float32]]:
    """The bands of rows of the picture whose luma this is, mirrored beyond its edges; rows x W each."""
    level = framed[rows.start : rows.stop + 2 * _HALO]
    bands, spare = [], _HALO
    for step in (2**k for k in range(LEVELS)):
        smooth = _smooth(level, step)
        spare -= 2 * step
        band = level[2 * step : -2 * step, 2 * step : -2 * step] - smooth
        bands.append(band[spare : len(band) - spare, spare : band.shape[1] - spare])
        level = smooth
    return [np.ascontiguousarray(band) for band in bands]


def _smooth(x: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    """1 4 6 4 1 along both axes, ``step`` pixels apart; of every edge 2 * step pixels are used up."""
    for _ in range(4):
        x = x[step:] + x[:-step]
    for _ in range(4):
        x = x[:, step:] + x[:, :-step]
    x *= np.float32(1 / 256)
    return x
