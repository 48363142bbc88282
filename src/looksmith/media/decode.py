"""Bytes of one known format to pixels and metadata; the size is checked before a pixel is decoded."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import AvifImagePlugin, Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from looksmith.media import exif as exif_block
from looksmith.media import png, tiff
from looksmith.media.limits import check_size
from looksmith.media.metadata import Metadata
from looksmith.media.profile import rgb_from_other

Values = NDArray[Any]


@dataclass(frozen=True)
class Decoded:
    """A picture as it is stored.

    Attributes:
        pixels: H x W x 3 RGB, uint8 or uint16.
        alpha: H x W of the same dtype, or None.
        metadata: its blocks; the profile is None or an RGB one that fits ``pixels``.
        orientation: 1 to 8, still to be applied.
    """

    pixels: Values
    alpha: Values | None
    metadata: Metadata
    orientation: int


def decode(data: bytes, format: str, *, where: object, max_pixels: int) -> Decoded:
    """Decode the first frame of ``data``, which is of ``format`` (one of ``sniff.READABLE``).

    Raises:
        UnreadableError: too large, or of a kind that is not read.  Damaged data raises this or the decoder's own error.
    """
    return _DECODERS[format](data, where, max_pixels)


def _decode_pillow(
    opened: Callable[[io.BytesIO], Image.Image], size: Callable[[bytes], tuple[int, int] | None] | None = None
) -> Callable[[bytes, object, int], Decoded]:
    """A decoder for a format that Pillow reads with one plugin; ``size`` reads the header where opening allocates."""

    def run(data: bytes, where: object, max_pixels: int) -> Decoded:
        promised = size(data) if size else None
        if promised is not None:
            check_size(*promised, where=where, max_pixels=max_pixels)
        with opened(io.BytesIO(data)) as image:
            check_size(*image.size, where=where, max_pixels=max_pixels)
            info = image.info
            exif, xmp, comment = exif_block.bare(info.get("exif")), info.get("xmp"), info.get("comment")
            pixels, alpha, icc = _from_pillow(image, info.get("icc_profile"))
        text = {"Comment": comment.decode("utf-8", "replace")} if isinstance(comment, bytes) and comment else {}
        packet = xmp if isinstance(xmp, bytes) else None
        return Decoded(pixels, alpha, Metadata(icc, exif, packet, text), exif_block.orientation(exif))

    return run


def _decode_png(data: bytes, where: object, max_pixels: int) -> Decoded:
    check_size(*png.size(data, where=where), where=where, max_pixels=max_pixels)
    parsed = png.parse(data, where=where)
    kept = parsed.metadata
    if parsed.depth == 16:
        values, alpha = png.decode_deep(parsed)
        pixels, icc = rgb_from_other(values, kept.icc)
    else:
        with PngImagePlugin.PngImageFile(io.BytesIO(parsed.picture)) as image:
            pixels, alpha, icc = _from_pillow(image, kept.icc)
    exif = exif_block.bare(kept.exif)
    return Decoded(pixels, alpha, Metadata(icc, exif, kept.xmp, kept.text), exif_block.orientation(exif))


def _decode_tiff(data: bytes, where: object, max_pixels: int) -> Decoded:
    turned = exif_block.orientation(data)
    if turned != 1:  # decoders differ in whether they turn the picture, so none is told to
        data = exif_block.upright(data) or data
    with tiff.opened(data, where=where) as image:
        check_size(*image.size, where=where, max_pixels=max_pixels)
        kept = tiff.metadata(image)
        if tiff.is_deep(image, where=where):
            values, alpha = tiff.decode_deep(data, image, where=where)
            pixels, icc = rgb_from_other(values, kept.icc)
        else:
            pixels, alpha, icc = _from_pillow(image, kept.icc)
    return Decoded(pixels, alpha, Metadata(icc, exif_block.bare(kept.exif), kept.xmp, {}), turned)


def _decode_heif(data: bytes, where: object, max_pixels: int) -> Decoded:
    import pillow_heif  # here, since loading it takes a while and most pictures are not HEIC

    container = pillow_heif.open_heif(data, convert_hdr_to_8bit=False)
    image = container[container.primary_index]
    check_size(*image.size, where=where, max_pixels=max_pixels)
    info: dict[str, Any] = dict(image.info)
    values = np.array(image, copy=True)[:, : image.size[0]]
    alpha: Values | None = None
    if image.has_alpha:
        values, alpha = values[..., :-1], np.ascontiguousarray(values[..., -1])
    grey = values[..., 0] if values.ndim == 3 and values.shape[2] == 1 else values
    pixels, icc = rgb_from_other(np.ascontiguousarray(grey), info.get("icc_profile"))
    if alpha is not None and image.premultiplied_alpha:
        pixels = tiff.unmultiplied(pixels, alpha)
    return Decoded(pixels, alpha, Metadata(icc, exif_block.bare(info.get("exif")), info.get("xmp"), {}), 1)


def _from_pillow(image: Image.Image, icc: bytes | None) -> tuple[Values, Values | None, bytes | None]:
    """Pixels, alpha and the profile that fits the pixels, from an opened picture of 8 bits or fewer a sample."""
    image.load()
    alpha: Values | None = None
    if image.has_transparency_data:
        image = image.convert("LA" if image.mode in ("1", "L", "LA") else "RGBA")
        alpha = np.array(image.getchannel("A"))
        image = image.convert(image.mode[:-1])
    if image.mode == "1":
        image = image.convert("L")
    elif image.mode not in ("L", "RGB", "CMYK", "LAB"):
        image = image.convert("RGB")
    if image.mode in ("CMYK", "LAB"):
        pixels, kept = rgb_from_other(image, icc)
    else:
        pixels, kept = rgb_from_other(np.array(image), icc)
    return pixels, alpha, kept


def _webp_size(data: bytes) -> tuple[int, int] | None:
    """Width and height from a WebP header (RFC 9649, section 2); the decoder would allocate the canvas on opening."""
    kind = data[12:16]
    if kind == b"VP8X" and len(data) >= 30:
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if kind == b"VP8L" and len(data) >= 25:
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and len(data) >= 30:
        return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF
    return None


_DECODERS: dict[str, Callable[[bytes, object, int], Decoded]] = {
    "JPEG": _decode_pillow(JpegImagePlugin.JpegImageFile),
    "WEBP": _decode_pillow(WebPImagePlugin.WebPImageFile, _webp_size),
    "AVIF": _decode_pillow(AvifImagePlugin.AvifImageFile),
    "PNG": _decode_png,
    "TIFF": _decode_tiff,
    "HEIF": _decode_heif,
}
