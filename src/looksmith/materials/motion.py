"""Whether the camera moved while a picture was taken: its fine edges run along the movement, in every part of it."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from looksmith.materials.sharpness import TILE, Light, tiles
from looksmith.media.smooth import gaussian, smoothed

EDGES = 2.0
"""Mean squared slope of a tile's fine detail, levels of 255 a pixel, that tells which way its edges run."""
WINDOW, SECTORS = 64, 12
"""Side of the pieces whose spectra are taken, pixels, half overlapping; directions of 15 degrees."""
COARSE, MIDDLE, FINE = (3, 6), (6, 10), (10, 16)
"""Cycles a window: the first two tell whether there is anything in a piece; of the third a movement takes all away but
what runs along it."""
TOLD, FEWEST = 1.0, 8
"""Mean power of the coarser bands, squared levels of 255, of a piece that tells something; pieces that must."""
MOST = 0.98
"""The quantile of the pieces that stands for all: on rippled water only a swimmer has detail in other directions."""
CONSTANT, ELSEWHERE, SHARP, ONE_WAY = 3.5, -2.0, -5.4, 7.4
"""Of a logistic regression on 478 sharp pictures (photos, outfits, a woman before photos) and 423 moved by 4 to 8 % of
their side, none of them of the half on which the result is told.  With five parts of it judged by the others, 94 % of
the moved ones were told and none of the sharp ones at odds of 2, and 90 % at odds of 3; :data:`quality.MOVED` lies
between, as drawings in chalk reach 2.4."""
SHARPEST = 1.7
"""Sharpness beyond this says no more."""


def moved(light: Light, sharp: float) -> float:
    """The logarithm of the odds that the camera moved.

    A movement leaves detail in a single direction, the same in every part; stripes and ripples leave some in others.
    What tells it, weighed by a logistic regression: how little fine detail has any other direction in the pieces that
    have most of it (:func:`elsewhere`), the sharpness, and how far the edges of all parts agree (:func:`one_way`).

    Args:
        light: H x W luma, 0 to 255, long side at most 512 or so.
        sharp: of :func:`sharpness.sharpness`.
    """
    return CONSTANT + ELSEWHERE * elsewhere(light) + SHARP * min(sharp, SHARPEST) + ONE_WAY * one_way(light)


def elsewhere(light: Light) -> float:
    """The fine detail in all but one direction against that in it, a logarithm; the direction is the least favourable.

    Of each piece the power spectrum (Hann window) in twelve directions; of nine of them the mean of logarithms, less
    the largest of the other three, which are neighbours; of that nearly the most over the pieces; the least over the
    directions.  0 where nothing can be told.

    Args:
        light: H x W luma, 0 to 255.
    """
    height, width = light.shape
    if min(height, width) < WINDOW:
        return 0.0
    windows = np.lib.stride_tricks.sliding_window_view(light, (WINDOW, WINDOW))[:: WINDOW // 2, :: WINDOW // 2]
    pieces = windows.reshape(-1, WINDOW, WINDOW)
    taper = np.outer(np.hanning(WINDOW), np.hanning(WINDOW)).astype(np.float32)
    spectra = np.fft.rfft2((pieces - pieces.mean(axis=(1, 2), keepdims=True)) * taper)
    power = (spectra.real**2 + spectra.imag**2).astype(np.float32).reshape(len(pieces), -1) / (taper**2).sum()
    amount = ((power @ _sectors(*COARSE) + power @ _sectors(*MIDDLE)) / 2).mean(axis=1)
    told = amount >= max(float(np.quantile(amount, 0.3)), TOLD)
    if told.sum() < FEWEST:
        return 0.0
    each = np.log(power[told] @ _sectors(*FINE) + 1e-3)
    least = np.inf
    for way in range(SECTORS):
        near = [(way + step) % SECTORS for step in (-1, 0, 1)]
        others = [sector for sector in range(SECTORS) if sector not in near]
        share = each[:, others].mean(axis=1) - each[:, near].max(axis=1)
        least = min(least, float(np.quantile(share, MOST)))
    return least


@cache
def _sectors(low: int, high: int) -> NDArray[np.float32]:
    """The mean of a spectrum's power in a band by direction, as a matrix: a row a frequency, a column a sector."""
    down, across = np.meshgrid(np.fft.fftfreq(WINDOW), np.fft.rfftfreq(WINDOW), indexing="ij")
    radius, angle = np.hypot(down, across) * WINDOW, np.arctan2(down, across) % np.pi
    sector = np.floor(angle / np.pi * SECTORS + 0.5).astype(int) % SECTORS
    masks = [((radius >= low) & (radius < high) & (sector == each)).ravel() for each in range(SECTORS)]
    return np.stack([mask / max(1, mask.sum()) for mask in masks], axis=1).astype(np.float32)


def one_way(light: Light) -> float:
    """How far the fine edges of nearly all parts of a picture run the same way: 0 for any way, 1 for one way alone.

    The tenth of the tiles from below, by how far its structure tensor (Bigün & Granlund 1987), scaled to trace 1,
    agrees with the mean of all; of what a Gaussian of 2 pixels takes away.

    Args:
        light: H x W luma, 0 to 255.
    """
    if min(light.shape) < TILE:
        return 0.0
    height, width = (side // TILE * TILE for side in light.shape)
    fine = light - smoothed(light, gaussian(6, 2.0))
    across, down = np.zeros_like(fine), np.zeros_like(fine)
    across[:, 1:-1] = (fine[:, 2:] - fine[:, :-2]) / 2
    down[1:-1] = (fine[2:] - fine[:-2]) / 2
    xx, yy, xy = (tiles(v[:height, :width]) for v in (across * across, down * down, across * down))
    edged = xx + yy > EDGES
    if edged.sum() < 6:
        return 0.0
    trace = (xx + yy)[edged]
    way, slant = (xx - yy)[edged] / trace, 2 * xy[edged] / trace
    angle = np.arctan2(slant.mean(), way.mean())
    return max(0.0, float(np.quantile(way * np.cos(angle) + slant * np.sin(angle), 0.1)))
