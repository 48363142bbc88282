"""The preview in a look file: a look shown on a picture that the project draws itself, never on the creator's."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from looksmith.errors import LooksmithError, UnreadableError
from looksmith.looks.file import PREVIEWS

LONGEST = 1024
"""Longest side of a preview, pixels."""

_MAGIC = {"preview.jpg": b"\xff\xd8\xff", "preview.png": b"\x89PNG\r\n\x1a\n", "preview.webp": b"RIFF"}


def member_name(data: bytes) -> str:
    """The name in the file for a preview's bytes, by what they begin with.

    Raises:
        LooksmithError: they are neither JPEG, PNG nor WebP.
    """
    for name, magic in _MAGIC.items():
        if data.startswith(magic):
            return name
    raise LooksmithError("a preview must be JPEG, PNG or WebP", got=repr(data[:8]))


def checked(members: Mapping[str, bytes], where: object) -> bytes | None:
    """The preview among the members of a file, unpacked no further than its first bytes.

    Raises:
        UnreadableError: there are two, or one is not of the format that its name says.
    """
    names = [name for name in members if name in PREVIEWS]
    if not names:
        return None
    if len(names) > 1 or not members[names[0]].startswith(_MAGIC[names[0]]):
        raise UnreadableError("the preview is not what its name says", where=where, got=", ".join(names))
    return members[names[0]]


def decode(data: bytes) -> NDArray[np.uint8]:
    """H x W x 3 uint8 sRGB, at most :data:`LONGEST` pixels a side.

    Raises:
        UnreadableError: it is damaged, or larger than that.
    """
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(data), formats=tuple(PREVIEWS.values())) as image:
            warnings.simplefilter("ignore")
            if max(image.size) > LONGEST:
                raise UnreadableError("the preview is too large", expected=f"at most {LONGEST} px", got=image.size)
            return np.asarray(image.convert("RGB"))
    except LooksmithError:
        raise
    except Exception as error:  # a decoder on hostile bytes raises whatever it likes
        raise UnreadableError("the preview is damaged", got=f"{type(error).__name__}: {error}"[:120]) from error


def encode(pixels: NDArray[np.uint8], quality: int = 88) -> bytes:
    """H x W x 3 uint8 sRGB as a JPEG without metadata."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=quality, subsampling=0)
    return buffer.getvalue()


def scene(side: int = 256) -> NDArray[np.uint8]:
    """The picture that previews are made on, drawn from formulas: sky, sun, hills, water, a portrait bust, cloth.

    Args:
        side: height and width in pixels.

    Returns:
        side x side x 3 uint8 sRGB.
    """
    y, x = np.mgrid[0:side, 0:side].astype(np.float64) / side
    picture = _between((0.36, 0.55, 0.80), (0.95, 0.83, 0.70), np.clip(y / 0.55, 0, 1))
    sun = np.exp(-(((x - 0.80) ** 2 + (y - 0.20) ** 2) / 0.004))
    picture = picture * (1 - sun[..., None]) + np.array([1.0, 0.96, 0.82]) * sun[..., None]
    for height, shade, pace, phase in (
        (0.44, (0.48, 0.56, 0.62), 9.0, 0.3),
        (0.53, (0.28, 0.42, 0.34), 6.0, 1.9),
        (0.62, (0.16, 0.29, 0.18), 11.0, 4.0),
    ):
        ridge = height + 0.045 * np.sin(pace * x + phase) + 0.018 * np.sin(3.1 * pace * x + 2 * phase)
        picture = _over(picture, _between(shade, (0.75, 0.70, 0.55), np.clip((y - ridge) * 2, 0, 0.6)), y - ridge, side)
    ripple = 0.5 + 0.5 * np.sin(60 * y + 7 * np.sin(9 * x))
    picture = _over(picture, _between((0.18, 0.34, 0.46), (0.62, 0.72, 0.76), ripple * (1.05 - y)), y - 0.72, side)
    hair = 1 - np.hypot((x - 0.36) / 0.150, (y - 0.47) / 0.185)
    strands = np.array((0.22, 0.13, 0.09)) * (0.7 + 0.3 * np.sin(140 * x + 25 * y))[..., None]
    stripes = np.array((0.66, 0.16, 0.20)) * (0.75 + 0.25 * np.sign(np.sin(90 * (x + 0.4 * y))))[..., None]
    light = np.clip(0.95 - 1.9 * (x - 0.42) ** 2 / 0.1 - 0.5 * np.abs(y - 0.48), 0.45, 1)
    skin = np.array((0.90, 0.70, 0.58)) * light[..., None]
    neck = 1 - np.hypot((x - 0.36) / 0.05, (y - 0.66) / 0.12)
    body = 1 - np.hypot((x - 0.36) / 0.26, (y - 1.02) / 0.34)
    face = 1 - np.hypot((x - 0.36) / 0.110, (y - 0.505) / 0.150)
    for colour, form in ((strands, hair * 0.15), (skin, neck * 0.05), (stripes, body * 0.3), (skin, face * 0.1)):
        picture = _over(picture, colour, form, side)
    for cx, cy, rx, ry, paint in (
        (0.318, 0.485, 0.020, 0.010, (0.10, 0.08, 0.08)),
        (0.402, 0.485, 0.020, 0.010, (0.10, 0.08, 0.08)),
        (0.360, 0.590, 0.036, 0.011, (0.72, 0.28, 0.30)),
        (0.360, 0.530, 0.010, 0.020, (0.76, 0.52, 0.43)),
    ):
        picture = _over(
            picture, np.array(paint) + 0 * x[..., None], (1 - np.hypot((x - cx) / rx, (y - cy) / ry)) * rx, side
        )
    return (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)


def _between(
    low: tuple[float, float, float], high: tuple[float, float, float], share: NDArray[np.float64]
) -> NDArray[np.float64]:
    mixed: NDArray[np.float64] = np.array(low) + (np.array(high) - np.array(low)) * share[..., None]
    return mixed


def _over(
    below: NDArray[np.float64], above: NDArray[np.float64], inside: NDArray[np.float64], side: int
) -> NDArray[np.float64]:
    """Paint where ``inside`` (in units of the side) is positive, with an edge one pixel wide."""
    cover = np.clip(inside * side + 0.5, 0, 1)[..., None]
    return below * (1 - cover) + above * cover
