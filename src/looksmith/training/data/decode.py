"""Training pictures out of bytes: upright, RGB, shrunk; what cannot be read is said in words."""

from __future__ import annotations

import io
import warnings

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from looksmith.errors import LooksmithError
from looksmith.media.colour import to_srgb8
from looksmith.media.limits import check_size
from looksmith.media.read import read_photo

_PLAIN = frozenset({"RGB", "L", "RGBA", "P", "LA", "1"})


class UndecodableError(Exception):
    """Bytes that are no picture; the message says why, in words."""


def decode(data: bytes, short_side: int | None = None) -> NDArray[np.uint8]:
    """Bytes to H x W x 3 uint8 sRGB, upright, the short side at most ``short_side`` pixels.

    JPEG, PNG, WebP, BMP, GIF and TIFF are read quickly; what is not plain 8-bit RGB or grey, carries a colour profile
    of another space, or is HEIC or AVIF is read by :mod:`looksmith.media`.

    Raises:
        UndecodableError: no picture, cut off, damaged, or past the safety limits.
    """
    if not data:
        raise UndecodableError("the file is empty")
    try:
        rgb = _quick(data, short_side)
    except LooksmithError as error:
        raise UndecodableError(error.what) from error
    except Exception as error:  # decoders of broken bytes raise whatever they like
        raise UndecodableError(_in_words(error)) from error
    return shrunk(rgb, short_side)


def shrunk(rgb: NDArray[np.uint8], short_side: int | None) -> NDArray[np.uint8]:
    """A picture whose short side is at most ``short_side`` (area averaged); never enlarged."""
    if short_side is None or min(rgb.shape[:2]) <= short_side:
        return np.ascontiguousarray(rgb)
    scale = short_side / min(rgb.shape[:2])
    size = (max(short_side, round(rgb.shape[1] * scale)), max(short_side, round(rgb.shape[0] * scale)))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


def _quick(data: bytes, short_side: int | None) -> NDArray[np.uint8]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of large pictures; ours is the limit that counts
        try:
            picture = Image.open(io.BytesIO(data))
        except UnidentifiedImageError:
            return to_srgb8(read_photo(data))
        with picture:
            check_size(picture.width, picture.height, where="picture")
            if picture.mode not in _PLAIN or "icc_profile" in picture.info or picture.format in ("HEIF", "AVIF"):
                return to_srgb8(read_photo(data))
            if short_side is not None and picture.format == "JPEG":
                picture.draft("RGB", (2 * short_side, 2 * short_side))
            return np.asarray(ImageOps.exif_transpose(picture).convert("RGB"), np.uint8)


def _in_words(error: Exception) -> str:
    text = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if "truncated" in text or "Truncated" in text or "broken data stream" in text:
        return "the file is cut off or damaged"
    if "cannot identify" in text:
        return "this is not a picture"
    return text[:120]
