"""One colour table on the frames of a clip: what becomes of each of the 2^24 colours is written down once.

That takes a third of a second, in a thread of its own, and 64 MiB; a frame takes a third of the time from then on.
Every byte is what :func:`lut.apply_lut` gives, before and after.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from looksmith.facets.lut import Lut, apply_lut

Rgb = NDArray[np.uint8]

_REDS = 8
"""So many reds, with every green and blue, are looked up at a time."""


class LutOfFrames:
    """A table for the frames of one clip."""

    def __init__(self, lut: Lut) -> None:
        self.lut = lut
        self._whole: Future[NDArray[np.uint32]] | None = None

    def __call__(self, frame: Rgb) -> Rgb:
        """Every pixel of a frame looked up, without dither: H x W x 3 uint8 to the same shape."""
        if self._whole is None:  # the first frame: there may be no other
            hand = ThreadPoolExecutor(1, "looksmith-table")
            self._whole = hand.submit(whole, self.lut)
            hand.shutdown(wait=False)
        if frame.size == 0:
            return frame.copy()
        if not self._whole.done():
            return np.asarray(apply_lut(self.lut, frame, dither=False), np.uint8)
        found = self._whole.result().take(_packed(frame))
        size = frame.shape[1], frame.shape[0]
        return np.asarray(Image.frombuffer("RGBX", size, found, "raw", "RGBX", 0, 1).convert("RGB"))


def whole(lut: Lut) -> NDArray[np.uint32]:
    """What becomes of every colour: (2^24,) by red, green and blue (the highest byte first), four bytes each that hold
    red, green, blue and nothing."""
    made = np.zeros((256, 256, 256, 4), np.uint8)
    colours = np.empty((_REDS, 256, 256, 3), np.uint8)
    colours[..., 1], colours[..., 2] = np.arange(256)[:, None], np.arange(256)
    for red in range(0, 256, _REDS):
        colours[..., 0] = np.arange(red, red + _REDS)[:, None, None]
        flat = colours.reshape(_REDS * 256, 256, 3)
        made[red : red + _REDS, ..., :3] = apply_lut(lut, flat, dither=False).reshape(colours.shape)
    return made.view(np.uint32).ravel()


def _packed(pixels: Rgb) -> NDArray[np.intp]:
    """H x W x 3 as H x W numbers, red highest."""
    found = pixels[..., 0].astype(np.intp)
    for channel in (1, 2):
        found <<= 8
        found |= pixels[..., channel]
    return found
