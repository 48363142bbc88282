"""Pictures in: a file, bytes, a stream or an array to an upright ``Photo``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError, UnreadableError
from looksmith.media import exif as exif_block
from looksmith.media import xmp as xmp_packet
from looksmith.media.decode import decode
from looksmith.media.limits import MAX_BYTES, MAX_PIXELS, check_bytes, check_size
from looksmith.media.photo import Photo
from looksmith.media.sniff import sniff


def read_photo(source: str | Path | bytes | BinaryIO, *, max_pixels: int = MAX_PIXELS) -> Photo:
    """Read a JPEG, PNG, WebP, AVIF, HEIC or TIFF picture; the format is told by the content, not by the name.

    The photo stands upright: the orientation of EXIF (or TIFF) is applied to the pixels and set to 1.  RGB pixels are
    the file's own, 16-bit ones of PNG and TIFF to the last bit (10 and 12-bit HEIC is widened to 16, 10-bit AVIF
    narrowed to 8).  Grey, palette, CMYK and Lab become RGB, see ``profile.rgb_from_other``.  Of an animation, a burst
    or many pages the first (HEIC: the primary; APNG: the default) picture is read.

    Args:
        source: a path; ``"-"`` for standard input; the file's bytes; or a binary stream, read to its end.
        max_pixels: most pixels, width x height, checked from the header before anything is decoded.

    Returns:
        The photo, with profile, EXIF, XMP and PNG text as they were.

    Raises:
        UnreadableError: missing, empty, cut off, damaged, too large, or no picture at all.
    """
    data, where, path = _bytes_of(source)
    format = sniff(data, where=where)
    try:
        found = decode(data, format, where=where, max_pixels=max_pixels)
    except LooksmithError:
        raise
    except MemoryError as error:
        raise UnreadableError(
            "not enough memory for the picture", where=where, hint="make it smaller first, or close other programs"
        ) from error
    except Exception as error:  # decoders of hostile bytes raise whatever they like
        raise UnreadableError(
            f"the {format} picture cannot be decoded",
            where=where,
            expected="a whole, undamaged file",
            got=str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__,
            hint="copy or download it again, or open it in a viewer and save it anew",
        ) from error
    pixels = _upright(found.pixels, found.orientation)
    alpha = None if found.alpha is None else _upright(found.alpha, found.orientation)
    height, width = pixels.shape[:2]
    kept = found.metadata
    exif = None if kept.exif is None else exif_block.upright(kept.exif, width=width, height=height)
    return Photo(
        pixels=pixels,
        alpha=alpha,
        icc=kept.icc,
        exif=exif,
        xmp=xmp_packet.upright(kept.xmp) if kept.xmp else None,
        text=kept.text,
        format=format,
        source=path,
    )


def photo_from_array(rgb: NDArray[np.uint8] | NDArray[np.uint16]) -> Photo:
    """A photo from an array in memory, taken as sRGB.

    Args:
        rgb: H x W x 3 or, with alpha, H x W x 4; uint8 or uint16.  It is not copied where that can be avoided.

    Raises:
        UnreadableError: another shape or dtype, or no pixels.
    """
    if rgb.dtype not in (np.uint8, np.uint16) or rgb.ndim != 3 or rgb.shape[2] not in (3, 4):
        raise UnreadableError(
            "this array is not a picture",
            expected="H x W x 3 or 4, uint8 or uint16",
            got=f"{' x '.join(map(str, rgb.shape))} {rgb.dtype}",
            hint="for floats in [0, 1]: (255 * rgb).round().astype('uint8')",
        )
    check_size(rgb.shape[1], rgb.shape[0], where="array", max_pixels=rgb.shape[0] * rgb.shape[1])
    pixels: Any = np.ascontiguousarray(rgb[..., :3])
    alpha: Any = np.ascontiguousarray(rgb[..., 3]) if rgb.shape[2] == 4 else None
    return Photo(pixels=pixels, alpha=alpha)


def _bytes_of(source: str | Path | bytes | BinaryIO) -> tuple[bytes, str, Path | None]:
    """The file's bytes, its name for messages, and its path."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        check_bytes(len(source), where="bytes")
        return bytes(source), "bytes", None
    if isinstance(source, str) and source == "-":
        return _drained(sys.stdin.buffer, "standard input"), "standard input", None
    if isinstance(source, (str, os.PathLike)):
        path = Path(source)
        try:
            if path.is_file():
                check_bytes(path.stat().st_size, where=path)
            elif path.is_dir():
                raise UnreadableError(
                    "this is a folder", where=path, expected="a picture", hint="name a picture in the folder"
                )
            with path.open("rb") as stream:
                return _drained(stream, str(path)), str(path), path
        except (OSError, ValueError) as error:
            missing = isinstance(error, FileNotFoundError)
            raise UnreadableError(
                "there is no such file" if missing else "the file cannot be opened",
                where=path,
                expected="a picture",
                got=None if missing else getattr(error, "strerror", None) or str(error),
                hint=f"ls '{path.parent}'" if missing else "check the name and that you may read the file",
            ) from error
    name = str(getattr(source, "name", "stream"))
    return _drained(source, name), name, None


def _drained(stream: BinaryIO, name: str) -> bytes:
    data = stream.read(MAX_BYTES + 1)
    check_bytes(len(data), where=name)
    return data


def _upright(values: NDArray[Any], orientation: int) -> Any:
    """Rows and columns as a person sees them (Exif 2.32, tag 0x0112)."""
    turned = values.swapaxes(0, 1) if orientation >= 5 else values
    if orientation in (3, 4, 7, 8):
        turned = turned[::-1]
    if orientation in (2, 3, 6, 7):
        turned = turned[:, ::-1]
    return np.ascontiguousarray(turned)
