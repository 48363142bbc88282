"""TIFF in and out at 8 and 16 bits (TIFF 6.0; profile in tag 34675, XMP in tag 700, EXIF and GPS as directories)."""

from __future__ import annotations

import io
import struct
import sys
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

from looksmith.errors import UnreadableError
from looksmith.media.deep import read_samples
from looksmith.media.metadata import Metadata

_ICC, _XMP, _EXIF, _GPS = 34675, 700, 34665, 34853
_STRUCTURE = {254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 274, 277, 278, 279, 280, 281, 284, 288, 289}
_STRUCTURE |= {290, 291, 292, 293, 297, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325, 330, 332, 336, 338, 339, 340}
_STRUCTURE |= {341, 342, 347, 512, 513, 514, 515, 517, 518, 519, 520, 521, 529, 530, 531, 532, _XMP, _ICC, 33723, 34377}
"""Tags that describe how pixels are stored, or blocks handled on their own or not kept (IPTC, Photoshop)."""

_STRIP_BYTES = 1 << 20


def is_deep(image: TiffImagePlugin.TiffImageFile, *, where: object) -> bool:
    """Whether the picture has 16-bit samples.

    Raises:
        UnreadableError: samples are of a kind that cannot be kept (float, 32 bits).
    """
    bits = set(_numbers(image, 258, 1))
    kinds = set(_numbers(image, 339, 1))
    if max(bits) <= 8 and kinds <= {1, 4}:
        return False
    if bits == {16} and kinds == {1}:
        return True
    raise _unknown_kind(f"{max(bits)}-bit {'floating-point numbers' if 3 in kinds else 'numbers'}", where)


def opened(data: bytes, *, where: object) -> TiffImagePlugin.TiffImageFile:
    """The first page, opened but not decoded.

    Raises:
        UnreadableError: its samples are of a kind that is not known.
    """
    try:
        return TiffImagePlugin.TiffImageFile(io.BytesIO(data))
    except SyntaxError as error:
        if "pixel mode" in str(error):
            raise _unknown_kind("floating-point numbers, 32 bits, or a rare colour model", where) from error
        raise


def decode_deep(
    data: bytes, image: TiffImagePlugin.TiffImageFile, *, where: object
) -> tuple[NDArray[Any], NDArray[Any] | None]:
    """Pixels (H x W x 3, RGB, or H x W when grey) and alpha (H x W) of a 16-bit TIFF, as they are stored (not turned).

    Args:
        data: the file, with orientation 1.
        image: the same, opened for its tags.
        where: the file's name, for messages.

    Raises:
        UnreadableError: the file is damaged, or arranged in a way that cannot be read at 16 bits.
    """
    photometric = _numbers(image, 262, 1)[0]
    samples = _numbers(image, 277, 1)[0]
    if photometric not in (0, 1, 2) or (_numbers(image, 284, 1)[0] == 2 and samples > 1):
        raise UnreadableError(
            "this kind of 16-bit TIFF cannot be read",
            where=where,
            expected="RGB or grey, channels interleaved",
            got="separate planes" if photometric in (0, 1, 2) else f"colour model {photometric} (CMYK, Lab, ...)",
            hint="export it as 16-bit RGB, channels interleaved, or as a 16-bit PNG",
        )
    if samples == 1:
        grey = np.asarray(image).astype(np.uint16)
        return (np.invert(grey) if photometric == 0 else grey), None
    # libtiff hands samples over in this machine's order, the plain decoder in the file's
    big_endian = sys.byteorder == "big" if image.tile[0].codec_name == "libtiff" else data[:2] == b"MM"
    values = read_samples(lambda: opened(data, where=where), big_endian=big_endian)
    pixels = np.ascontiguousarray(values[..., :3])
    extra = _numbers(image, 338, 0)[0]
    if samples < 4 or extra not in (1, 2):
        return pixels, None
    alpha = np.ascontiguousarray(values[..., 3])
    return (unmultiplied(pixels, alpha) if extra == 1 else pixels), alpha


def unmultiplied(pixels: NDArray[Any], alpha: NDArray[Any]) -> NDArray[Any]:
    """Colours that were stored multiplied by alpha, as they are without it (same dtype; clear pixels stay)."""
    full = np.iinfo(pixels.dtype).max
    divisor = np.maximum(alpha, 1).astype(np.float32)[..., None]
    plain = np.rint(pixels.astype(np.float32) * (full / divisor)).clip(0, full).astype(pixels.dtype)
    return np.where(alpha[..., None] == 0, pixels, plain)


def metadata(image: TiffImagePlugin.TiffImageFile) -> Metadata:
    """Profile, EXIF (with the file's descriptive tags) and XMP of an opened TIFF."""
    icc, xmp = image.tag_v2.get(_ICC), image.tag_v2.get(_XMP)
    source = image.getexif()
    kept = Image.Exif()
    for tag, value in source.items():
        if tag not in _STRUCTURE | {_EXIF, _GPS} and not isinstance(value, dict):
            kept[tag] = value
    for tag in (_EXIF, _GPS):
        inner = source.get_ifd(tag)
        if inner:
            kept.get_ifd(tag).update(inner)
    exif: bytes | None = None
    if len(kept) or any(kept.get_ifd(tag) for tag in (_EXIF, _GPS)):
        try:
            exif = kept.tobytes()
        except (struct.error, ValueError, TypeError, AttributeError, OverflowError, IndexError, KeyError):
            exif = None
    return Metadata(
        icc=icc if isinstance(icc, bytes) else None, exif=exif, xmp=xmp if isinstance(xmp, bytes) else None, text={}
    )


def encode(values: NDArray[np.uint8] | NDArray[np.uint16], kept: Metadata) -> bytes:
    """A TIFF file, losslessly compressed (deflate with horizontal differencing), little-endian.

    Args:
        values: H x W x 3 or 4 (RGB, then alpha that is not multiplied in).
        kept: the metadata; EXIF that cannot be turned into tags is left out.
    """
    try:
        return _encode(values, kept)
    except (struct.error, ValueError, TypeError, AttributeError, OverflowError, IndexError, KeyError):
        if kept.exif is None:
            raise
        return _encode(values, Metadata(kept.icc, None, kept.xmp, kept.text))


def _encode(values: NDArray[np.uint8] | NDArray[np.uint16], kept: Metadata) -> bytes:
    height, width, samples = values.shape
    rows = max(1, _STRIP_BYTES // (width * samples * values.itemsize))
    strips = [_compressed(values[top : top + rows]) for top in range(0, height, rows)]
    lengths = [len(strip) for strip in strips]
    directory = TiffImagePlugin.ImageFileDirectory_v2(b"II*\0\0\0\0\0")
    if kept.exif:
        exif = Image.Exif()
        exif.load(kept.exif)
        for tag, value in exif.items():
            if tag in (_EXIF, _GPS):
                directory[tag] = exif.get_ifd(tag)
            elif tag not in _STRUCTURE:
                directory[tag] = value
    directory[256], directory[257] = width, height
    directory[258] = (8 * values.itemsize,) * samples
    directory[259], directory[262], directory[277], directory[278] = 8, 2, samples, rows
    directory[274], directory[284], directory[317] = 1, 1, 2
    directory[339] = (1,) * samples
    if samples == 4:
        directory[338] = 2
    directory.tagtype[273] = directory.tagtype[279] = 4
    directory[273] = tuple(int(offset) for offset in np.cumsum([0, *lengths[:-1]]))
    directory[279] = tuple(lengths)
    for tag, kind, block in ((_ICC, 7, kept.icc), (_XMP, 1, kept.xmp)):
        if block:
            directory.tagtype[tag] = kind
            directory[tag] = block
    out = io.BytesIO()
    directory.save(out)
    return b"".join([out.getvalue(), *strips])


def _compressed(strip: NDArray[np.uint8] | NDArray[np.uint16]) -> bytes:
    """Horizontal differencing (TIFF 6.0, section 14), then deflate."""
    differences = strip.copy()
    np.subtract(strip[:, 1:], strip[:, :-1], out=differences[:, 1:])
    return zlib.compress(differences.astype(differences.dtype.newbyteorder("<"), copy=False).tobytes(), 4)


def _unknown_kind(got: str, where: object) -> UnreadableError:
    return UnreadableError(
        "this kind of TIFF cannot be read",
        where=where,
        expected="8-bit or 16-bit whole numbers",
        got=got,
        hint="export it as a 16-bit TIFF or PNG",
    )


def _numbers(image: TiffImagePlugin.TiffImageFile, tag: int, default: int) -> tuple[int, ...]:
    value = image.tag_v2.get(tag, default)
    numbers = tuple(int(v) for v in value) if isinstance(value, tuple) else (int(value),)
    return numbers or (default,)
