"""Pictures as raters get them: all of one format, size and quality, so that nothing but the pixels tells them apart."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from looksmith.evaluation.rating.study import Study
from looksmith.media.colour import narrowed, to_srgb8
from looksmith.media.photo import Photo
from looksmith.media.read import read_photo
from looksmith.media.resize import resize, shrink
from looksmith.media.write import encode_photo

LONGEST = 1280
"""Longest side, pixels, of a picture as it is shown."""

BUDGET = 96_000_000
"""Bytes of encoded pictures that are kept."""

Reference = Literal["photo", "style"]
Rgb = NDArray[np.uint8]


class Shown:
    """The pictures of a study as JPEG bytes; may be used from several threads."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[object, ...], bytes] = OrderedDict()
        self._sizes: dict[int, tuple[int, int]] = {}

    def candidate(self, source: int, subject: int, *, broken: bool = False) -> bytes:
        """One source's picture of a subject, or the same picture broken past doubt.

        Raises:
            LooksmithError: it cannot be read.
        """
        return self._get(("candidate", source, subject, broken))

    def reference(self, kind: Reference, subject: int) -> bytes | None:
        """The photo or the style that is shown beside; None when the study has none."""
        path = (self._study.photos if kind == "photo" else self._study.styles)[subject]
        return None if path is None else self._get((path,))

    def shape(self, subject: int) -> tuple[int, int]:
        """Width and height in which every source's picture of the subject is shown."""
        return self._size(subject)

    def _get(self, key: tuple[object, ...]) -> bytes:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        data = self._encode(key)
        with self._lock:
            self._kept[key] = data
            while sum(map(len, self._kept.values())) > BUDGET and len(self._kept) > 1:
                self._kept.popitem(last=False)
        return data

    def _encode(self, key: tuple[object, ...]) -> bytes:
        if isinstance(key[0], Path):
            return _jpeg(shrink(_flat(key[0]), longest=LONGEST))
        _, source, subject, broken = key
        assert isinstance(source, int) and isinstance(subject, int)
        pixels = covering(_flat(self._study.files[source][subject]), self._size(subject))
        return _jpeg(spoiled(pixels) if broken else pixels)

    def _size(self, subject: int) -> tuple[int, int]:
        """The smallest of the sources' pictures decides for all of them."""
        if subject not in self._sizes:
            shapes = [_flat(paths[subject]).shape for paths in self._study.files]
            height, width = min(((h, w) for h, w, _ in shapes), key=lambda size: size[0] * size[1])
            scale = min(1.0, LONGEST / max(height, width))
            self._sizes[subject] = (max(1, round(width * scale)), max(1, round(height * scale)))
        return self._sizes[subject]


def covering(pixels: Rgb, size: tuple[int, int]) -> Rgb:
    """The middle of a picture, scaled so that it just covers width x height.

    Args:
        pixels: H x W x 3 uint8.
        size: width and height.
    """
    width, height = size
    if pixels.shape[:2] == (height, width):
        return pixels
    scale = max(width / pixels.shape[1], height / pixels.shape[0])
    inner_w, inner_h = min(pixels.shape[1], round(width / scale)), min(pixels.shape[0], round(height / scale))
    left, top = (pixels.shape[1] - inner_w) // 2, (pixels.shape[0] - inner_h) // 2
    cut = np.ascontiguousarray(pixels[top : top + inner_h, left : left + inner_w])
    fitted: Rgb = resize(cut, height, width)
    return fitted


def spoiled(pixels: Rgb) -> Rgb:
    """A picture that nobody who looks would prefer: coarse blocks and noise (a fixed seed)."""
    height, width = pixels.shape[:2]
    rows, columns = max(2, height // 24), max(2, width // 24)
    blocks = resize(pixels, rows, columns).astype(np.float32)
    coarse = blocks[(np.arange(height) * rows // height)[:, None], np.arange(width) * columns // width]
    noisy = coarse + np.random.default_rng(0).normal(0, 28, pixels.shape).astype(np.float32)
    return np.asarray(np.clip(np.rint(noisy), 0, 255), np.uint8)


def _flat(path: Path) -> Rgb:
    """A picture as 8-bit sRGB on white."""
    photo = read_photo(path)
    pixels = to_srgb8(photo)
    if photo.alpha is None:
        return pixels
    cover = narrowed(photo.alpha).astype(np.float32)[..., None] / 255
    return np.rint(pixels * cover + 255 * (1 - cover)).astype(np.uint8)


def _jpeg(pixels: Rgb) -> bytes:
    return encode_photo(Photo(pixels), "JPEG", quality=95)
