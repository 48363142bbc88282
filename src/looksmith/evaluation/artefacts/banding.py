"""Banding: what was smooth stands in flat steps."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def features(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """How much of the picture is steps between flats, and how far apart the levels are that it uses.

    Args:
        rgb: H x W x 3 uint8 at full size; the middle 1024 pixels count.
    """
    top, left = (max(0, (length - 1024) // 2) for length in rgb.shape[:2])
    x = np.ascontiguousarray(rgb[top : top + 1024, left : left + 1024])
    grey = np.asarray(cv2.cvtColor(x, cv2.COLOR_RGB2GRAY), np.uint8)
    calm = np.asarray(cv2.medianBlur(grey, 3), np.uint8)
    channels = [np.ascontiguousarray(x[..., c]) for c in range(3)]
    stairs = [_stairs(channels, 0, 3), _stairs([grey], 0, 3), _stairs([calm], 0, 3), _stairs([calm], 1, 5)]
    apart = [_apart(grey), float(np.mean([_apart(plane) for plane in channels])), max(map(_apart, channels))]
    return np.array([*np.log10(np.array(stairs) + 1e-4), *np.sqrt(stairs), *apart])


def _stairs(planes: list[NDArray[np.uint8]], flat: int, least: int) -> float:
    """Steps of ``least`` to 48 levels with two flat pixels to each side, for each change of level there is."""
    hits, changes = 0, 1
    for plane in planes:
        for lines in (plane, plane.T):
            d = np.diff(lines.astype(np.int16), axis=1)
            still, step = np.abs(d) <= flat, np.abs(d[:, 2:-2])
            sides = still[:, :-4] & still[:, 1:-3] & still[:, 3:-1] & still[:, 4:]
            hits += int((sides & (step >= least) & (step <= 48)).sum())
            changes += int((np.abs(d) > flat).sum())
    return hits / changes


def _apart(plane: NDArray[np.uint8]) -> float:
    """How far the histogram is from its own wide mean, 0 to 1; combs finer than five levels do not count.

    Any curve laid over 8-bit levels leaves a fine comb, which nobody sees.
    """
    share = np.bincount(plane.reshape(-1), minlength=256)[2:254].astype(np.float64)
    share /= max(share.sum(), 1.0)
    fine, wide = (cv2.GaussianBlur(share[None], (0, 0), sigma)[0] for sigma in (1.5, 8.0))
    return float(np.abs(fine - wide).sum()) / 2
