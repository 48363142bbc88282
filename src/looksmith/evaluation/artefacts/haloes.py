"""Haloes: light and dark fringes along edges, as too much sharpening or local contrast leaves them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_REACH = 20
_FRINGES = ((2, 5, 8), (2, 6, 12), (3, 8, 16))
"""Of an edge's profile: where a fringe begins and ends, and where the plain area begins, in pixels."""


def features(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Fringes of profiles across edges, the spectrum by octaves, and whether places far apart are opposites.

    Args:
        rgb: H x W x 3 uint8, about 320 pixels on the longest side.
    """
    grey = cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2GRAY).astype(np.float32)
    bands, before = [], grey
    for sigma in (1, 2, 4, 8, 16, 32):
        blurred = np.asarray(cv2.GaussianBlur(grey, (0, 0), sigma), np.float32)
        bands.append(np.log(float(np.square(before - blurred).mean()) + 0.5))
        before = blurred
    octaves = np.array([*bands, np.log(float(before.var()) + 0.5)])
    ends = [(grey >= 253).mean(), (grey <= 2).mean(), (rgb >= 254).mean(), (rgb <= 1).mean(), np.log(grey.var() + 1)]
    local = grey - cv2.GaussianBlur(grey, (0, 0), 40)
    power = float(np.square(local).mean()) + 1
    alike = []
    for lag in (4, 8, 12, 16, 24, 32):
        if min(local.shape) > lag:
            across, down = local[:, lag:] * local[:, :-lag], local[lag:] * local[:-lag]
            alike.append(float(across.mean() + down.mean()) / 2 / power)
        else:
            alike.append(0.0)
    return np.array([*np.diff(octaves), *np.diff(octaves, 2), *ends, *alike, *_fringes(grey)], np.float64)


def _fringes(grey: NDArray[np.float32]) -> list[float]:
    lines = profiles(grey)
    if lines is None:
        return [0.0] * (4 * len(_FRINGES))
    found = []
    for begin, end, plain in _FRINGES:
        c = _REACH
        near = lines[:, c + begin : c + end].mean(axis=1), lines[:, c - end + 1 : c - begin + 1].mean(axis=1)
        far = lines[:, c + plain :].mean(axis=1), lines[:, : c - plain + 1].mean(axis=1)
        height = np.maximum(near[0] - near[1], 5)
        light, dark = (near[0] - far[0]) / height, (far[1] - near[1]) / height
        both = np.minimum(light, dark)
        found += [np.median(light), np.median(dark), np.median(both), ((light > 0.1) & (dark > 0.1)).mean()]
    return [float(value) for value in found]


def profiles(grey: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """Grey levels across up to 4000 edges, dark to light, 20 pixels to each side; None with fewer than 30 edges."""
    smooth = np.asarray(cv2.GaussianBlur(grey, (0, 0), 1.0), np.float32)
    across, down = (np.asarray(cv2.Sobel(smooth, cv2.CV_32F, *d), np.float32) for d in ((1, 0), (0, 1)))
    steep = np.hypot(across, down)
    edges = cv2.Canny(across.astype(np.int16), down.astype(np.int16), 32, 48, L2gradient=True) > 0
    y, x = np.nonzero(edges & (steep > 24))
    height, width = grey.shape
    inside = (y > _REACH) & (y < height - _REACH - 1) & (x > _REACH) & (x < width - _REACH - 1)
    y, x = y[inside], x[inside]
    if len(y) < 30:
        return None
    if len(y) > 4000:
        some = np.random.default_rng(0).permutation(len(y))[:4000]
        y, x = y[some], x[some]
    places = np.arange(-_REACH, _REACH + 1)
    columns = x[:, None] + places * (across[y, x] / steep[y, x])[:, None]
    rows = y[:, None] + places * (down[y, x] / steep[y, x])[:, None]
    found = cv2.remap(smooth, columns.astype(np.float32), rows.astype(np.float32), cv2.INTER_LINEAR)
    return np.asarray(found, np.float32)
