"""Pictures out: a ``Photo`` to a file, a stream or bytes."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from looksmith.errors import LooksmithError
from looksmith.media import exif as exif_block
from looksmith.media import png, tiff
from looksmith.media.atomic import write_bytes
from looksmith.media.colour import narrowed
from looksmith.media.metadata import Metadata, outgoing
from looksmith.media.photo import Photo

SUFFIXES = {
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".png": "PNG",
    ".webp": "WEBP",
    ".avif": "AVIF",
    ".heic": "HEIF",
    ".heif": "HEIF",
    ".hif": "HEIF",
    ".tif": "TIFF",
    ".tiff": "TIFF",
}
"""File name endings and the format that each one means; read and written alike."""

_JPEG_BLOCK = 65_533
_HEIF_PRESET = "ultrafast"
"""x265's; at quality 92 a photo came out as large and as good (42.7 dB) as with the slow one, three times as soon."""
_AVIF_SPEED = 8
"""Of 10; a tenth of a dB and 6 % in size against the default 6, four times as soon."""
_LONGEST_SIDE = {"JPEG": 65_535, "WEBP": 16_383, "AVIF": 65_536, "HEIF": 32_768}


def write_photo(
    photo: Photo,
    target: str | Path | BinaryIO,
    *,
    format: str | None = None,
    quality: int = 92,
    keep_gps: bool = False,
    keep_device: bool = False,
    xmp: bytes | None = None,
) -> None:
    """Write a photo; a file appears whole or not at all.

    Args:
        photo: the photo.
        target: a path, whose ending chooses the format; ``"-"`` for standard output; or a binary stream.
        format: JPEG, PNG, WebP, AVIF, HEIC or TIFF in any spelling; for a path it overrules the ending, otherwise the
            photo's own format is the default, and PNG when it has none.
        quality: 1 to 100, see ``encode_photo``.
        keep_gps: keep the position of EXIF and XMP.
        keep_device: keep what EXIF and XMP tell of the device: make, model, serial numbers, owner, maker's notes.
        xmp: an XMP packet in place of the photo's own.

    Raises:
        LooksmithError: unknown format, a picture that the format cannot hold, or a place that cannot be written to.
    """
    options: dict[str, Any] = {"quality": quality, "keep_gps": keep_gps, "keep_device": keep_device, "xmp": xmp}
    if isinstance(target, (str, Path)) and str(target) != "-":
        path = Path(target)
        chosen = format_of(path) if format is None else format
        write_bytes(path, encode_photo(photo, chosen, **options))
        return
    data = encode_photo(photo, format or photo.format or "PNG", **options)
    stream = sys.stdout.buffer if isinstance(target, (str, Path)) else target
    stream.write(data)
    stream.flush()


def format_of(path: str | Path) -> str:
    """The format that a file name's ending means.

    Raises:
        LooksmithError: none is known by that ending.
    """
    suffix = Path(path).suffix
    if suffix.lower() in SUFFIXES:
        return SUFFIXES[suffix.lower()]
    raise LooksmithError(
        "no picture format has this ending",
        where=path,
        expected="a name that ends in " + ", ".join(SUFFIXES),
        got=suffix or "no ending",
        hint="end the name in .jpg or .png",
    )


def encode_photo(
    photo: Photo,
    format: str,
    *,
    quality: int = 92,
    keep_gps: bool = False,
    keep_device: bool = False,
    xmp: bytes | None = None,
) -> bytes:
    """A photo as the bytes of a file.

    PNG and TIFF hold pixels and alpha exactly, at 8 and 16 bits.  JPEG, WebP and AVIF are written at 8 bits, HEIC at 8
    or, from 16-bit pixels, 10.  JPEG has no alpha: clear parts become white.

    Args:
        photo: the photo.
        format: JPEG, PNG, WebP, AVIF, HEIC or TIFF in any spelling.
        quality: 1 to 100 on the encoder's own scale, for JPEG, WebP (100: lossless), AVIF and HEIC.  From 90 on, JPEG
            and AVIF keep colour at full resolution.
        keep_gps: keep the position of EXIF and XMP.
        keep_device: keep what EXIF and XMP tell of the device: make, model, serial numbers, owner, maker's notes.
        xmp: an XMP packet in place of the photo's own.

    Raises:
        LooksmithError: unknown format, quality out of range, or a picture that the format cannot hold.
    """
    chosen = SUFFIXES.get("." + format.lower().lstrip("."))
    if chosen is None:
        raise LooksmithError(
            "this picture format cannot be written",
            expected="JPEG, PNG, WebP, AVIF, HEIC or TIFF",
            got=format,
            hint="--format png, or end the name of the output in .png",
        )
    if not 1 <= quality <= 100:
        raise LooksmithError("this quality does not exist", expected="1 to 100", got=quality, hint="--quality 92")
    longest = _LONGEST_SIDE.get(chosen)
    if longest and max(photo.width, photo.height) > longest:
        raise LooksmithError(
            f"{chosen} cannot hold so large a picture",
            expected=f"sides up to {longest} pixels",
            got=f"{photo.width} x {photo.height}",
            hint="write a .png or .tif instead",
        )
    kept = outgoing(photo, keep_gps=keep_gps, keep_device=keep_device, xmp=xmp)
    if chosen == "PNG":
        return png.encode(_joined(photo.pixels, photo.alpha), kept)
    if chosen == "TIFF":
        return tiff.encode(_joined(photo.pixels, photo.alpha), kept)
    if chosen == "HEIF":
        return _heif(photo, kept, quality)
    return _lossy(photo, kept, chosen, quality)


def _heif(photo: Photo, kept: Metadata, quality: int) -> bytes:
    import pillow_heif  # here, since loading it takes a while and most pictures are not HEIC

    values = _joined(photo.pixels, photo.alpha)
    mode = "RGB" if values.shape[2] == 3 else "RGBA"
    if values.dtype == np.uint16:
        mode += ";16"
    out = io.BytesIO()
    blocks = {"exif": kept.exif, "xmp": kept.xmp, "icc_profile": kept.icc}
    options = {name: block for name, block in blocks.items() if block}
    image = pillow_heif.from_bytes(mode, (photo.width, photo.height), values.tobytes())
    image.save(out, quality=quality, enc_params={"preset": _HEIF_PRESET}, **options)
    return out.getvalue()


def _lossy(photo: Photo, kept: Metadata, format: str, quality: int) -> bytes:
    pixels = narrowed(photo.pixels)
    alpha = None if photo.alpha is None else narrowed(photo.alpha)
    if format == "JPEG" and alpha is not None:
        pixels, alpha = _on_white(pixels, alpha), None
    options: dict[str, Any] = {"quality": quality}
    if kept.icc:
        options["icc_profile"] = kept.icc
    if kept.xmp:
        options["xmp"] = kept.xmp
    exif = kept.exif
    if format == "JPEG":
        options["subsampling"] = 0 if quality >= 90 else 2
        exif = _small_enough(exif)
        if kept.xmp and len(kept.xmp) > _JPEG_BLOCK - 29:
            raise LooksmithError(
                "the XMP packet is too long for JPEG",
                expected=f"at most {_JPEG_BLOCK - 29} bytes",
                got=f"{len(kept.xmp)} bytes",
                hint="write a .png, .webp or .avif instead",
            )
        comment = photo.text.get("Comment", "").encode("utf-8")
        if 0 < len(comment) <= _JPEG_BLOCK:
            options["comment"] = comment
    elif format == "AVIF":
        options.update(subsampling="4:4:4" if quality >= 90 else "4:2:0", speed=_AVIF_SPEED)
    elif quality == 100:
        options.update(lossless=True, exact=True)
    if exif:
        options["exif"] = b"Exif\0\0" + exif if format == "JPEG" else exif
    out = io.BytesIO()
    Image.fromarray(_joined(pixels, alpha)).save(out, format, **options)
    return out.getvalue()


def _small_enough(exif: bytes | None) -> bytes | None:
    """EXIF that fits in the one segment JPEG has for it: without maker notes if need be, or none."""
    for candidate in (exif, exif_block.without_maker_note(exif) if exif else None):
        if candidate and len(candidate) + 6 <= _JPEG_BLOCK:
            return candidate
    return None


def _on_white(pixels: NDArray[np.uint8], alpha: NDArray[np.uint8]) -> NDArray[np.uint8]:
    weight = alpha.astype(np.uint16)[..., None]
    return ((pixels * weight + 255 * (255 - weight) + 127) // 255).astype(np.uint8)


def _joined(pixels: NDArray[Any], alpha: NDArray[Any] | None) -> NDArray[Any]:
    return np.ascontiguousarray(pixels if alpha is None else np.dstack([pixels, alpha]))
