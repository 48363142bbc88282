"""An invisible mark: 32 bits of the look's digest, spread over the picture's middle frequencies.

The mark lives in the discrete cosine transform of the brightness, at a size of 512 x 512 to which any picture is
brought, so that a change of size leaves it in place.  Each bit of the code word (:mod:`looksmith.rights.code`) is
spread over a hundred coefficients (spread spectrum, Cox et al. 1997), and the picture is changed only as far as its own
values do not carry the bit already (informed embedding, Malvar and Florêncio 2003), less where it is smooth, more where
it is busy.

The mark is no secret and no proof: the code that reads it is public, so that it can be taken out, or put into another
picture.  It is a thread to pull when the metadata are gone.  Cropping and turning break it.
"""

from __future__ import annotations

import hashlib
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from looksmith.facets.protocol import Mask
from looksmith.media.colour import luma, narrowed
from looksmith.media.photo import Photo
from looksmith.media.resize import resize, shrink
from looksmith.rights import code

SIDE = 512
LOW, HIGH = 30, 170
"""Band of the coefficients: half cycles per side, as a radius."""

MARGINS = (0.7, 1.1, 1.6, 2.2, 3.0)
"""How far each bit is pushed, in standard deviations of what a picture without a mark says about it: the first margin
that survives a trial (JPEG 75, and halving followed by JPEG 75) is taken."""

TRIALS = 2
MORE = 1.2
"""A bit is pushed by at most its margin and so much more; the code mends those that would need it."""

LOUDEST = 2.5
"""Coefficients count up to so many times the mean of their frequency, so that a few strong edges do not outvote all."""

FLOOR = 4.0
"""Least loudness of a frequency, grey levels: what is quieter is noise of JPEG as a rule."""

ROUNDS = 6
WORKING = 1024
"""Longest side, pixels, at which the mark is tried out; it is then laid over the whole picture once."""

LEAST_SIDE = 192
"""Shorter side, pixels, below which a picture has no room for the mark."""

LEAST_SHARE = 0.25
"""Share of the picture that a region must have to hold the mark."""

_STRIP = 256


@dataclass(frozen=True)
class Found:
    """A mark that was read.

    Attributes:
        payload: 32 bits.
        agreement: how much of what was read speaks for it, 0 to 1; about 0.8 to 1 for a true one.
    """

    payload: int
    agreement: float


def payload_of(digest: str) -> int:
    """The first 32 bits of a digest (hex)."""
    return int(digest[:8], 16)


def embed(photo: Photo, payload: int, where: Mask | None = None) -> Photo | None:
    """The photo with the mark; None when there is no room for it.

    Args:
        photo: any; alpha and metadata stay.
        payload: 32 bits.
        where: H x W in [0, 1]; not one byte changes where it is 0.

    Returns:
        The marked photo, in which :func:`read` finds the payload; None when the photo is smaller than
        :data:`LEAST_SIDE`, the region smaller than :data:`LEAST_SHARE` of it, or the mark could not be read back.
    """
    if min(photo.width, photo.height) < LEAST_SIDE:
        return None
    region = None if where is None else (where > 0).astype(np.float32)
    if region is not None and region.mean() < LEAST_SHARE:
        return None
    word = code.encode(payload).astype(np.float32)
    small = Photo(shrink(photo.pixels, longest=WORKING))
    held = None if region is None else (resize(region, small.height, small.width) > 0).astype(np.float32)
    ease = _ease(_plane(small))
    if region is not None:
        ease = ease * resize(region, SIDE, SIDE, enlarge="linear")
    best, most = None, -1  # of margins that survive as many trials the smallest shows least
    for margin in MARGINS:
        delta = _pushed(small, word, margin, ease, held)
        marked = photo.with_pixels(_added(photo, delta, region))
        if _says(marked, payload):
            shown = marked if small.pixels is photo.pixels else Photo(_added(small, delta, held))
            survived = sum(_says(again, payload) for again in _trials(shown))
            if survived > most:
                best, most = marked, survived
            if survived == TRIALS:
                break
    return best


def _says(photo: Photo, payload: int) -> bool:
    found = read(photo)
    return found is not None and found.payload == payload


def _pushed(
    photo: Photo,
    word: NDArray[np.float32],
    margin: float,
    ease: NDArray[np.float32],
    region: NDArray[np.float32] | None,
) -> NDArray[np.float32]:
    """The small plane, in grey levels, that pushes every bit towards a margin as far as the photo's pixels let it."""
    spread, plane = _spread(), _plane(photo)
    scale = np.float32(1 / max(0.05, float(ease.mean())))
    loudness = spread.loudness(_dct(plane))
    aim = np.minimum(word * spread.project(plane) + margin + MORE, margin)  # of each bit, towards its sign
    delta = np.zeros((SIDE, SIDE), np.float32)
    for _ in range(ROUNDS):
        lacking = np.maximum(0, aim - word * spread.project(_plane(Photo(_added(photo, delta, region)))))
        if lacking.mean() < 0.05 * margin:
            break
        delta += spread.back(word * lacking, loudness) * ease * scale
    return delta


def _trials(photo: Photo) -> Iterator[Photo]:
    """The photo saved as JPEG 75, and halved and then saved so."""
    pixels = narrowed(photo.pixels)
    for shown in (pixels, resize(pixels, max(1, photo.height // 2), max(1, photo.width // 2))):
        file = io.BytesIO()
        Image.fromarray(shown).save(file, "JPEG", quality=75)
        yield Photo(np.asarray(Image.open(file)))


def read(photo: Photo) -> Found | None:
    """The mark in a photo; None when there is none that can be read."""
    if min(photo.width, photo.height) < 32:
        return None
    soft = _spread().project(_plane(photo))
    payload = code.decode(soft)
    if payload is None:
        return None
    agreement = float((code.encode(payload) * soft).sum() / max(1e-9, float(np.abs(soft).sum())))
    return Found(payload, agreement)


@dataclass(frozen=True)
class _Spread:
    """Which coefficients carry which bit, and with what sign; ``rings`` are their frequencies in steps of four."""

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    bits: NDArray[np.intp]
    signs: NDArray[np.float32]
    rings: NDArray[np.intp]
    counts: NDArray[np.float32]

    def loudness(self, spectrum: NDArray[np.float32]) -> NDArray[np.float32]:
        """Mean magnitude of each coefficient's frequency, at least :data:`FLOOR`."""
        sizes = np.abs(spectrum[self.rows, self.columns])
        means = np.bincount(self.rings, weights=sizes) / np.maximum(1, np.bincount(self.rings))
        return np.maximum(FLOOR, means)[self.rings].astype(np.float32)

    def project(self, plane: NDArray[np.float32]) -> NDArray[np.float32]:
        """What a plane says about each bit: about a standard normal number where there is no mark."""
        spectrum = _dct(plane)
        values = spectrum[self.rows, self.columns] / self.loudness(spectrum)
        values = np.clip(values, -LOUDEST, LOUDEST) * self.signs
        sums = np.bincount(self.bits, weights=values, minlength=code.LENGTH) / np.sqrt(self.counts)
        return sums.astype(np.float32)

    def back(self, amounts: NDArray[np.float32], loudness: NDArray[np.float32]) -> NDArray[np.float32]:
        """The plane that says so much about each bit."""
        spectrum = np.zeros((SIDE, SIDE), np.float32)
        spectrum[self.rows, self.columns] = (amounts / np.sqrt(self.counts))[self.bits] * self.signs * loudness
        return np.asarray(_cosines().T @ spectrum @ _cosines(), np.float32)


@cache
def _spread() -> _Spread:
    radius = np.hypot(*np.meshgrid(np.arange(SIDE), np.arange(SIDE), indexing="ij"))
    rows, columns = np.nonzero((radius >= LOW) & (radius <= HIGH))
    noise = hashlib.shake_256(b"looksmith mark v1").digest(5 * len(rows))
    order = np.argsort(np.frombuffer(noise[: 4 * len(rows)], "<u4"), kind="stable")
    bits = np.empty(len(rows), np.intp)
    bits[order] = np.arange(len(rows)) % code.LENGTH
    signs = (np.frombuffer(noise[4 * len(rows) :], np.uint8) & 1).astype(np.float32) * 2 - 1
    rings = (radius[rows, columns] / 4).astype(np.intp)
    return _Spread(rows, columns, bits, signs, rings, np.bincount(bits, minlength=code.LENGTH).astype(np.float32))


@cache
def _cosines() -> NDArray[np.float32]:
    """The orthonormal discrete cosine transform of 512 numbers as a matrix (Ahmed, Natarajan, Rao 1974)."""
    places = (np.arange(SIDE) + 0.5) * np.pi / SIDE
    matrix = np.cos(np.arange(SIDE)[:, None] * places) * (2 / SIDE) ** 0.5
    matrix[0] /= 2**0.5
    return np.asarray(matrix, np.float32)


@cache
def _blurring() -> NDArray[np.float32]:
    """A Gaussian blur of 512 numbers by four places as a matrix; its rows sum to 1."""
    places = np.arange(SIDE)
    matrix = np.exp(-((places[:, None] - places) ** 2) / (2 * 4.0**2))
    return np.asarray(matrix / matrix.sum(axis=1, keepdims=True), np.float32)


def _dct(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(_cosines() @ plane @ _cosines().T, np.float32)


def _plane(photo: Photo) -> NDArray[np.float32]:
    """Brightness at 512 x 512, float32 in [0, 255]."""
    small = resize(photo.pixels, SIDE, SIDE, enlarge="linear")
    bright: NDArray[np.float32] = luma(small) * np.float32(255)
    return bright


def _ease(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    """How much change each place hides: more where neighbours differ."""
    blur = _blurring()
    mean = blur @ plane @ blur.T
    spread = np.sqrt(np.maximum(0, blur @ (plane * plane) @ blur.T - mean * mean))
    eased: NDArray[np.float32] = np.clip(0.45 + spread / 14, 0.45, 2.2).astype(np.float32)
    return eased


def _added(photo: Photo, delta: NDArray[np.float32], region: NDArray[np.float32] | None) -> Any:
    """The pixels plus a small plane in grey levels, enlarged strip by strip so that memory stays bounded."""
    pixels: Any = photo.pixels
    small = Image.fromarray(delta * np.float32(photo.full_scale / 255))
    out = np.empty_like(pixels, order="C")
    height, width = photo.height, photo.width
    for top in range(0, height, _STRIP):
        bottom = min(top + _STRIP, height)
        box = (0, top * SIDE / height, SIDE, bottom * SIDE / height)
        grown = np.asarray(small.resize((width, bottom - top), Image.Resampling.BICUBIC, box=box))
        if region is not None:
            grown = grown * region[top:bottom]
        sums = pixels[top:bottom].astype(np.float32) + grown[..., None]
        out[top:bottom] = np.clip(np.rint(sums), 0, photo.full_scale).astype(pixels.dtype)
    return out


def psnr_of(one: Photo, other: Photo) -> float:
    """Peak signal to noise ratio between two photos of one size, dB."""
    error = float(np.mean((one.pixels.astype(np.float64) - other.pixels) ** 2))
    return math.inf if error == 0 else 10 * math.log10(one.full_scale**2 / error)
