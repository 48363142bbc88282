"""Colour: any photo as 8-bit sRGB and back into its own profile; sRGB to CIELAB and back."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from looksmith.media import profile
from looksmith.media.photo import Photo

_PIXELS = 1 << 15
"""Pixels worked on at a time: 384 KiB of float32, so that they stay in the cache."""

_XYZ_OF_RGB = np.array([[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]])
"""Linear sRGB to XYZ at D65 (ITU-R BT.709 primaries)."""

_WHITE = np.array([0.95047, 1.0, 1.08883])
"""D65, 2 degree observer (CIE 15)."""

_TO_RELATIVE = (_XYZ_OF_RGB / _WHITE[:, None]).astype(np.float32)
_FROM_RELATIVE = np.linalg.inv(_XYZ_OF_RGB / _WHITE[:, None]).astype(np.float32)
_FROM_F = np.array([[1 / 116, 1 / 500, 0], [1 / 116, 0, 0], [1 / 116, 0, -1 / 200]], dtype=np.float32)
_TO_LAB = np.array([[0, 116, 0], [500, -500, 0], [0, 200, -200]], dtype=np.float32)


def to_srgb8(photo: Photo) -> NDArray[np.uint8]:
    """A photo's pixels as 8-bit sRGB, whatever its depth and profile; alpha is left out.

    Returns:
        H x W x 3 uint8; the photo's own array when it is 8-bit sRGB already, so do not write into it.
    """
    pixels = narrowed(photo.pixels)
    return pixels if photo.icc is None else profile.to_srgb8(pixels, photo.icc)


def from_srgb(changed: NDArray[Any], photo: Photo) -> NDArray[Any]:
    """What a facet made in sRGB, in the photo's own profile: to be called before ``blend.mix``.

    Args:
        changed: H x W x 3 sRGB; uint8, or float in [0, 1].
        photo: the photo whose profile is wanted.

    Returns:
        ``changed`` itself when the photo is sRGB.  Otherwise H x W x 3 of the photo's dtype, rounded to 8 bits on the
        way; colours outside the profile's range are clipped.
    """
    if photo.icc is None or not profile.is_wide(photo.icc):
        return changed
    if changed.dtype != np.uint8:
        changed = np.rint(np.clip(changed, 0, 1) * np.float32(255)).astype(np.uint8)
    own = profile.from_srgb8(changed, photo.icc)
    return own.astype(np.uint16) * np.uint16(257) if photo.pixels.dtype == np.uint16 else own


def narrowed(values: NDArray[Any]) -> NDArray[np.uint8]:
    """uint16 as uint8, rounded to the nearest (65535 to 255); uint8 as it is."""
    narrow: NDArray[np.uint8] = values if values.dtype == np.uint8 else _NARROW[values]
    return narrow


_NARROW = ((np.arange(65536, dtype=np.uint32) + 128) // 257).astype(np.uint8)


def rgb_to_lab(rgb: NDArray[Any]) -> NDArray[np.float32]:
    """sRGB to CIELAB (IEC 61966-2-1 and CIE 15; D65, 2 degree observer).

    Args:
        rgb: ... x 3; uint8 or uint16 at full scale, or float in [0, 1].

    Returns:
        The same shape, float32: L in [0, 100], a and b about [-110, 110].  Within 0.001 of float64 arithmetic.
    """
    out = np.empty(rgb.shape, np.float32)
    flat, into = rgb.reshape(-1, 1, 3), out.reshape(-1, 1, 3)
    table = _linear_table(rgb.dtype) if rgb.dtype in (np.uint8, np.uint16) else None
    for i in range(0, len(flat), _PIXELS):
        part = flat[i : i + _PIXELS]
        linear = table[part] if table is not None else _linear(part.astype(np.float32))
        ratio = cv2.transform(linear, _TO_RELATIVE)
        low = ratio <= 0.008856
        root = cv2.pow(np.maximum(ratio, np.float32(0.008856)), 1 / 3)
        np.copyto(root, ratio * np.float32(7.787) + np.float32(16 / 116), where=low)
        part_out = cv2.transform(root, _TO_LAB)
        part_out[..., 0] -= 16
        into[i : i + _PIXELS] = part_out
    return out


def lab_to_rgb(lab: NDArray[Any]) -> NDArray[np.float32]:
    """CIELAB (D65) to sRGB: the inverse of ``rgb_to_lab``.

    Args:
        lab: ... x 3, L in [0, 100].

    Returns:
        The same shape, float32 in [0, 1]; colours that sRGB cannot show are clipped.
    """
    out = np.empty(lab.shape, np.float32)
    flat, into = lab.reshape(-1, 1, 3), out.reshape(-1, 1, 3)
    for i in range(0, len(flat), _PIXELS):
        part = flat[i : i + _PIXELS].astype(np.float32)
        part[..., 0] += 16
        f = cv2.transform(part, _FROM_F)
        low = f <= 0.2068966
        ratio = f * f * f
        np.copyto(ratio, (f - np.float32(16 / 116)) / np.float32(7.787), where=low)
        linear = cv2.transform(ratio, _FROM_RELATIVE)
        dark = linear <= 0.0031308
        encoded = cv2.pow(np.maximum(linear, np.float32(0.0031308)), 1 / 2.4) * np.float32(1.055) - np.float32(0.055)
        np.copyto(encoded, linear * np.float32(12.92), where=dark)
        np.clip(encoded, 0, 1, out=into[i : i + _PIXELS])
    return out


def _linear(encoded: NDArray[np.float32]) -> NDArray[np.float32]:
    """sRGB values in [0, 1] as linear light (IEC 61966-2-1)."""
    dark = encoded <= 0.04045
    light = cv2.pow((np.maximum(encoded, np.float32(0.04045)) + np.float32(0.055)) / np.float32(1.055), 2.4)
    return np.where(dark, encoded / np.float32(12.92), light.reshape(encoded.shape)).astype(np.float32)


def _linear_table(dtype: np.dtype[Any]) -> NDArray[np.float32]:
    return _TABLES[np.dtype(dtype).itemsize]


def _table(levels: int) -> NDArray[np.float32]:
    return _linear(np.linspace(0, 1, levels, dtype=np.float32).reshape(-1, 1)).reshape(-1)


_TABLES = {1: _table(256), 2: _table(65536)}
