"""ICC profiles: what space they describe, and pixels taken from one to another (ICC.1:2022)."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

_FLAGS = ImageCms.Flags.BLACKPOINTCOMPENSATION
_INTENT = ImageCms.Intent.RELATIVE_COLORIMETRIC


def space(icc: bytes | None) -> str | None:
    """The colour space of a profile's data ("RGB", "GRAY", "CMYK", "Lab"), or None without a profile."""
    return None if not icc or len(icc) < 132 else icc[16:20].decode("latin-1").strip()


def rgb_from_other(values: NDArray[Any] | Image.Image, icc: bytes | None) -> tuple[NDArray[Any], bytes | None]:
    """RGB pixels and the profile that describes them.

    Pictures in RGB keep numbers and profile.  Grey ones become RGB with three equal channels; those with a grey
    profile, and CMYK and Lab ones, are taken to sRGB by their profile (relative colorimetric, black point
    compensated), and the profile is dropped as it no longer fits.

    Args:
        values: H x W or H x W x 3, uint8 or uint16; or a Pillow picture in CMYK or LAB.
        icc: the file's profile, or None.

    Returns:
        H x W x 3 of the same depth, and the profile or None (sRGB).
    """
    if isinstance(values, Image.Image):
        return _from_cmyk_or_lab(values, icc), None
    if values.ndim == 3:
        return values, icc if space(icc) == "RGB" else None
    if space(icc) == "GRAY" and icc is not None:
        curve = _grey_curve(icc)
        if curve is not None:
            full = np.iinfo(values.dtype).max
            steps = np.linspace(0, 255, full + 1)
            table = np.rint(np.interp(steps, np.arange(256), curve) * (full / 255)).astype(values.dtype)
            values = np.asarray(table[values])
    return np.repeat(values[..., np.newaxis], 3, axis=-1), icc if space(icc) == "RGB" else None


def to_srgb8(pixels: NDArray[np.uint8], icc: bytes) -> NDArray[np.uint8]:
    """8-bit RGB pixels of a profile as sRGB (relative colorimetric, black point compensated).

    Args:
        pixels: H x W x 3 uint8.
        icc: an RGB profile.

    Returns:
        H x W x 3 uint8; the same array when the profile is sRGB in effect or cannot be read.
    """
    return _applied(_transform(icc, to_profile=False), pixels)


def is_wide(icc: bytes) -> bool:
    """Whether a profile is other than sRGB by more than rounding (and can be read)."""
    return _transform(icc, to_profile=False) is not None


def from_srgb8(pixels: NDArray[np.uint8], icc: bytes) -> NDArray[np.uint8]:
    """8-bit sRGB pixels in the space of a profile: the way back from ``to_srgb8``."""
    return _applied(_transform(icc, to_profile=True), pixels)


def _applied(transform: ImageCms.ImageCmsTransform | None, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if transform is None:
        return pixels
    return np.asarray(ImageCms.applyTransform(Image.fromarray(pixels), transform))


@lru_cache(maxsize=16)
def _transform(icc: bytes, *, to_profile: bool) -> ImageCms.ImageCmsTransform | None:
    """The conversion between a profile and sRGB; None when it would change nothing by more than rounding."""
    if space(icc) != "RGB":
        return None
    try:
        profile, srgb = ImageCms.ImageCmsProfile(io.BytesIO(icc)), ImageCms.createProfile("sRGB")
        start, end = (srgb, profile) if to_profile else (profile, srgb)
        transform = ImageCms.buildTransform(start, end, "RGB", "RGB", renderingIntent=_INTENT, flags=_FLAGS)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
    levels = np.linspace(0, 255, 18).round().astype(np.uint8)
    lattice = np.stack(np.meshgrid(levels, levels, levels), -1).reshape(18, -1, 3)
    moved = np.asarray(ImageCms.applyTransform(Image.fromarray(lattice), transform)).astype(int)
    return None if np.abs(moved - lattice).max() <= 1 else transform


def _grey_curve(icc: bytes) -> NDArray[np.float64] | None:
    """sRGB level (0 to 255) of each of the 256 levels of a grey profile."""
    ramp = Image.fromarray(np.arange(256, dtype=np.uint8)[None])
    try:
        profile, srgb = ImageCms.ImageCmsProfile(io.BytesIO(icc)), ImageCms.createProfile("sRGB")
        flags = _FLAGS | ImageCms.Flags.NOOPTIMIZE  # else the curve is drawn through 33 points
        transform = ImageCms.buildTransform(profile, srgb, "L", "RGB", renderingIntent=_INTENT, flags=flags)
        levels: NDArray[np.float64] = np.asarray(ImageCms.applyTransform(ramp, transform))[0].mean(axis=-1)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
    return levels


def _from_cmyk_or_lab(image: Image.Image, icc: bytes | None) -> NDArray[np.uint8]:
    wanted = "Lab" if image.mode == "LAB" else "CMYK"
    try:
        srgb = ImageCms.createProfile("sRGB")
        if space(icc) == wanted and icc is not None:
            source: Any = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        elif wanted == "Lab":
            source = ImageCms.createProfile("LAB")
        else:
            return np.array(image.convert("RGB"))
        transform = ImageCms.buildTransform(source, srgb, image.mode, "RGB", renderingIntent=_INTENT, flags=_FLAGS)
        return np.array(ImageCms.applyTransform(image, transform))
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return np.array(image.convert("RGB"))
