"""Colour: any photo as 8-bit sRGB and back into its own profile; sRGB to CIELAB and back."""

from __future__ import annotations

from typing import Any

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

_BEND, _SLOPE, _REST = np.float32(0.008856), np.float32(7.787), np.float32(0.2068966)
"""Below ``_BEND`` the cube root of CIELAB is a line of this slope; ``_REST`` is its value there (CIE 15)."""

_LUMA = (4899, 9617, 1868)
"""0.299, 0.587 and 0.114 (ITU-R BT.601) as parts of 16384, so that white is exactly white."""


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
    flat, into = rgb.reshape(-1, 3), out.reshape(-1, 3)
    for i in range(0, len(flat), _PIXELS):
        ratio = _TO_RELATIVE @ _linear_planes(flat[i : i + _PIXELS])
        f = _power(np.maximum(ratio, _BEND), 1 / 3)
        ratio -= _BEND
        f += np.minimum(ratio, 0) * _SLOPE
        x, y, z = f
        part = into[i : i + _PIXELS]
        part[:, 0] = 116 * y - 16
        part[:, 1] = 500 * (x - y)
        part[:, 2] = 200 * (y - z)
    return out


def lightness(rgb: NDArray[Any]) -> NDArray[np.float32]:
    """L of CIELAB alone: ... x 3 as for ``rgb_to_lab`` -> ... float32 in [0, 100], in a third of the time."""
    out = np.empty(rgb.shape[:-1], np.float32)
    flat, into = rgb.reshape(-1, 3), out.reshape(-1)
    for i in range(0, len(flat), _PIXELS):
        y = _TO_RELATIVE[1] @ _linear_planes(flat[i : i + _PIXELS])
        f = _power(np.maximum(y, _BEND), 1 / 3)
        y -= _BEND
        f += np.minimum(y, 0) * _SLOPE
        into[i : i + _PIXELS] = 116 * f - 16
    return out


def lab_to_rgb(lab: NDArray[Any]) -> NDArray[np.float32]:
    """CIELAB (D65) to sRGB: the inverse of ``rgb_to_lab``.

    Args:
        lab: ... x 3, L in [0, 100].

    Returns:
        The same shape, float32 in [0, 1]; colours that sRGB cannot show are clipped.
    """
    out = np.empty(lab.shape, np.float32)
    flat, into = lab.reshape(-1, 3), out.reshape(-1, 3)
    for i in range(0, len(flat), _PIXELS):
        part = flat[i : i + _PIXELS]
        f = np.empty((3, len(part)), np.float32)
        f[1] = (part[:, 0] + np.float32(16)) * np.float32(1 / 116)
        f[0] = f[1] + part[:, 1] * np.float32(1 / 500)
        f[2] = f[1] - part[:, 2] * np.float32(1 / 200)
        below = np.minimum(f - _REST, 0)
        np.maximum(f, _REST, out=f)
        ratio = f * f * f
        ratio += below / _SLOPE
        into[i : i + _PIXELS] = np.clip(_encoded(_FROM_RELATIVE @ ratio), 0, 1).T
    return out


def luma(pixels: NDArray[np.uint8] | NDArray[np.uint16]) -> NDArray[np.float32]:
    """The luma of sRGB pixels (ITU-R BT.601): H x W x 3 uint8 or uint16 -> H x W float32, white exactly 1."""
    red, green, blue = (pixels[..., c] * np.uint32(weight) for c, weight in enumerate(_LUMA))
    full = np.float32(sum(_LUMA) * np.iinfo(pixels.dtype).max)
    return np.asarray(np.divide(red + green + blue, full, dtype=np.float32))


def _linear(encoded: NDArray[np.float32]) -> NDArray[np.float32]:
    """sRGB values as linear light (IEC 61966-2-1); the argument is used up."""
    dark = np.minimum(encoded, _DARK)
    np.maximum(encoded, _DARK, out=encoded)
    encoded += np.float32(0.055)
    encoded *= np.float32(1 / 1.055)
    light = _power(encoded, 2.4)
    dark -= _DARK
    light += dark * np.float32(1 / 12.92)
    return light


def _encoded(linear: NDArray[np.float32]) -> NDArray[np.float32]:
    """Linear light as sRGB values (IEC 61966-2-1); the argument is used up."""
    dark = np.minimum(linear, _DIM)
    np.maximum(linear, _DIM, out=linear)
    light = _power(linear, 1 / 2.4)
    light *= np.float32(1.055)
    light -= np.float32(0.055)
    dark -= _DIM
    light += dark * np.float32(12.92)
    return light


_DARK, _DIM = np.float32(0.04045), np.float32(0.0031308)


def _power(values: NDArray[np.float32], exponent: float) -> NDArray[np.float32]:
    """``values ** exponent`` in place, for positive values: quicker than ``power`` where that is not vectorised."""
    np.log(values, out=values)
    values *= np.float32(exponent)
    return np.exp(values, out=values)


def _linear_planes(rgb: NDArray[Any]) -> NDArray[np.float32]:
    """Linear light of N x 3 sRGB values of any dtype: 3 x N, the caller's own."""
    if rgb.dtype in (np.uint8, np.uint16):
        return _TABLES[rgb.dtype.itemsize].take(rgb.T)
    return _linear(rgb.T.astype(np.float32, order="C"))


_TABLES = {1: _linear(np.linspace(0, 1, 256, dtype=np.float32)), 2: _linear(np.linspace(0, 1, 65536, dtype=np.float32))}
