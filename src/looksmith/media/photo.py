"""A photo: pixels, alpha, colour profile and metadata."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Photo:
    """A picture in memory, upright.

    Attributes:
        pixels: H x W x 3, uint8 or uint16, RGB, encoded as ``icc`` says (sRGB when it is None).
        alpha: H x W of the same dtype, or None.
        icc: the colour profile's bytes, kept as they were.
        exif: EXIF bytes with orientation already applied (and set to 1), or None.
        xmp: XMP packet, or None.
        text: PNG text chunks or the like.
        format: "JPEG", "PNG", "WEBP", "AVIF", "HEIF", "TIFF"; None when made in memory.
        source: the file it was read from, or None.
    """

    pixels: NDArray[np.uint8] | NDArray[np.uint16]
    alpha: NDArray[np.uint8] | NDArray[np.uint16] | None = None
    icc: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    text: Mapping[str, str] = field(default_factory=dict)
    format: str | None = None
    source: Path | None = None

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def full_scale(self) -> int:
        """255 or 65535."""
        return 65535 if self.pixels.dtype == np.uint16 else 255

    def with_pixels(self, pixels: NDArray[np.uint8] | NDArray[np.uint16]) -> Photo:
        """The same photo with other pixels of the same dtype and size."""
        return replace(self, pixels=pixels)
