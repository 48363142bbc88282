"""Small spots on skin: red or dark ones that come and go, and moles, which are a person's own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from looksmith.facets.retouch.bands import Bands
from looksmith.media.smooth import blurred

Plane = NDArray[np.float32]

DARK, RED = 0.055, 0.035
"""Least darkness and redness of a spot, in parts of the luma round it."""
MOLE_DARK, MOLE_RED = 0.17, 0.42
"""A mole is at least so dark, and at most so red for its darkness."""
SMALL, LARGE = 0.006, 0.05
"""Radii of spots, in units of the outer corners of the eyes: half a millimetre to 4.5."""
FRECKLES = 14
"""From so many small brown spots on they are freckles, which stay."""
MOST = 160
"""Spots that are looked at, the strongest."""
REACH = 0.085
"""Half the side of the window round a spot."""


@dataclass(frozen=True, eq=False)
class Spots:
    """Spots of a face.

    Attributes:
        places: float32 (n, 2), x and y, working pixels.
        radius: float32 (n,), working pixels.
        dark, red: float32 (n,), at their darkest and reddest, in parts of the luma round them.
        mole: bool (n,), the person's own: moles and freckles.
        blemishes, moles: h x w in [0, 1], where they are.
    """

    places: NDArray[np.float32]
    radius: NDArray[np.float32]
    dark: NDArray[np.float32]
    red: NDArray[np.float32]
    mole: NDArray[np.bool_]
    blemishes: Plane
    moles: Plane


def spots_of(bands: Bands, unit: float, limits: tuple[float, float] | None = None) -> Spots:
    """The spots of a face.

    Args:
        bands: of its skin.
        unit: distance of the outer corners of the eyes, working pixels.
        limits: least darkness and redness of a spot; default as above, and more where all of the skin is uneven.
    """
    light = bands.light
    darker = -(bands.luma[1] + bands.luma[0] * np.float32(0.6)) / light
    redder = (bands.red[1] + bands.red[0] * np.float32(0.6)) / light
    calm = bands.skin * np.clip(2.2 - 0.6 * bands.rough, 0, 1)
    dark = blurred(np.asarray(darker, np.float32), 0.006 * unit)
    red = blurred(np.asarray(redder, np.float32), 0.008 * unit)
    sure = calm > 0.5
    if limits is None:
        spread = [1.4826 * float(np.median(np.abs(plane[sure]))) if sure.any() else 1.0 for plane in (dark, red)]
        limits = max(DARK, 3.2 * spread[0]), max(RED, 3.2 * spread[1])
    score = (np.maximum(dark, 0) / np.float32(limits[0]) + np.maximum(red, 0) / np.float32(limits[1])) * (calm > 0.35)
    y, x = _peaks(np.asarray(score, np.float32), max(2, round(0.018 * unit)))
    reach = max(3, round(REACH * unit))
    within = (y >= reach) & (x >= reach) & (y < score.shape[0] - reach) & (x < score.shape[1] - reach)
    y, x = y[within], x[within]
    blemishes, moles = np.zeros(score.shape, np.float32), np.zeros(score.shape, np.float32)
    window = np.arange(-reach, reach + 1)
    rows, columns = y[:, None, None] + window[:, None], x[:, None, None] + window
    piece = score[rows, columns]
    blob = _grown(piece > np.maximum(0.38 * score[y, x], 0.35)[:, None, None])
    area = blob.sum(axis=(1, 2))
    radius = np.sqrt(area / np.pi)
    rim = blob[:, 0].any(1) | blob[:, -1].any(1) | blob[:, :, 0].any(1) | blob[:, :, -1].any(1)
    fits = (radius >= max(SMALL * unit, 0.7)) & (radius <= LARGE * unit) & ~rim & (_length(blob, window) < 2.6)
    fits &= _alone(score, rows, columns, blob)
    y, x, radius, blob, rows, columns = (a[fits] for a in (y, x, radius, blob, rows, columns))
    darkest = np.where(blob, dark[rows, columns], -1).max(axis=(1, 2), initial=-1)
    reddest = np.where(blob, red[rows, columns], -1).max(axis=(1, 2), initial=-1)
    brown = reddest < MOLE_RED * darkest
    mole = brown & (darkest > MOLE_DARK)
    small = brown & (radius < 0.02 * unit)
    if small.sum() >= FRECKLES:
        mole |= small
    for number in range(len(y)):
        into = moles if mole[number] else blemishes
        part = into[rows[number], columns[number]]
        into[rows[number], columns[number]] = np.maximum(part, blob[number])
    places = np.stack([x + 0.5, y + 0.5], axis=1).astype(np.float32)
    return Spots(
        places, radius.astype(np.float32), darkest.astype(np.float32), reddest.astype(np.float32), mole,
        _softened(blemishes, unit), _softened(moles, unit),
    )  # fmt: skip


def _softened(mask: Plane, unit: float) -> Plane:
    """Spots a little larger than they were cut, with a soft rim."""
    if not mask.any():
        return mask
    wide = max(1.0, 0.018 * unit)
    return np.asarray(np.clip(blurred(mask, wide) * 3.6 - 0.3, 0, 1), np.float32)


def _peaks(score: Plane, reach: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the highest points in windows, the strongest first."""
    highest = score
    for axis in (0, 1):
        padded = np.pad(highest, [(reach, reach) if k == axis else (0, 0) for k in (0, 1)])
        size = score.shape[axis]
        out = padded.take(range(size), axis)
        for shift in range(1, 2 * reach + 1):
            out = np.maximum(out, padded.take(range(shift, shift + size), axis))
        highest = out
    y, x = np.nonzero((score >= highest) & (score >= 1))
    order = np.argsort(-score[y, x], kind="stable")[:MOST]
    return y[order], x[order]


def _grown(inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Of each window what hangs together with its middle."""
    middle = inside.shape[1] // 2
    blob = np.zeros_like(inside)
    blob[:, middle, middle] = inside[:, middle, middle]
    for _ in range(2 * middle):
        grown = blob.copy()
        grown[:, 1:] |= blob[:, :-1]
        grown[:, :-1] |= blob[:, 1:]
        grown[:, :, 1:] |= blob[:, :, :-1]
        grown[:, :, :-1] |= blob[:, :, 1:]
        grown &= inside
        if (grown == blob).all():
            break
        blob = grown
    return blob


def _length(blob: NDArray[np.bool_], window: NDArray[np.intp]) -> NDArray[np.float64]:
    """How many times as long as wide, by second moments."""
    count = np.maximum(blob.sum(axis=(1, 2)), 1)
    weight = blob / count[:, None, None]
    across, down = weight.sum(axis=1), weight.sum(axis=2)
    mx, my = across @ window, down @ window
    xx, yy = across @ np.square(window) - mx**2 + 1 / 12, down @ np.square(window) - my**2 + 1 / 12
    xy = np.einsum("nij,i,j->n", weight, window, window) - mx * my
    root = np.sqrt(np.square(xx - yy) / 4 + np.square(xy))
    return np.asarray(np.sqrt(((xx + yy) / 2 + root) / np.maximum((xx + yy) / 2 - root, 1e-3)))


def _alone(
    score: Plane, rows: NDArray[np.intp], columns: NDArray[np.intp], blob: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Whether a spot stands out: round it there is little else as strong, unlike among whiskers or on an edge."""
    piece = score[rows, columns]
    others = (piece > 0.6 * np.where(blob, piece, 0).max(axis=(1, 2), initial=0)[:, None, None]) & ~blob
    return np.asarray(others.sum(axis=(1, 2)) < 0.12 * blob[0].size if len(blob) else np.zeros(0, bool))
