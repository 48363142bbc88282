"""What a photo carries besides pixels: what is kept as it is read, and what goes out when it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from looksmith.media import exif as exif_block
from looksmith.media import xmp as xmp_packet
from looksmith.media.photo import Photo


@dataclass(frozen=True)
class Metadata:
    """The blocks of metadata that a file carries.

    Attributes:
        icc: an RGB colour profile, or None for sRGB.
        exif: the TIFF structure, without the ``Exif`` prefix of JPEG.
        xmp: the packet.
        text: PNG text by keyword; a JPEG comment is under ``Comment``.
    """

    icc: bytes | None
    exif: bytes | None
    xmp: bytes | None
    text: Mapping[str, str]


def outgoing(photo: Photo, *, keep_gps: bool = False, keep_device: bool = False, xmp: bytes | None = None) -> Metadata:
    """The metadata to write beside a photo's pixels.

    Orientation is 1 (the pixels stand upright), the size told is the photo's, thumbnails are dropped as they show
    the picture before the change, and the position and the device (make, model, serial numbers, owner, maker's notes)
    are dropped unless asked for.  A malformed EXIF block is dropped
    whole, since nobody can tell what is in it.

    Args:
        photo: the photo.
        keep_gps: keep the position (EXIF GPS directory, ``exif:GPS...`` in XMP).
        keep_device: keep what tells the device, its serial numbers and its owner.
        xmp: a packet in place of the photo's own.
    """
    exif = exif_block.bare(photo.exif)
    if exif is not None:
        exif = exif_block.upright(exif, width=photo.width, height=photo.height)
    if exif is not None:
        exif = exif_block.without_thumbnail(exif)
    if exif is not None and not keep_gps:
        exif = exif_block.without_position(exif)
    if exif is not None and not keep_device:
        exif = exif_block.without_device(exif)
    packet = photo.xmp if xmp is None else xmp
    if packet:
        packet = xmp_packet.without_thumbnails(xmp_packet.upright(packet))
    if packet and not keep_gps:
        packet = xmp_packet.without_position(packet)
    if packet and not keep_device:
        packet = xmp_packet.without_device(packet)
    return Metadata(icc=photo.icc, exif=exif, xmp=packet or None, text=photo.text)
