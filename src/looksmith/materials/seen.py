"""What was seen of one file: small records that go into the journal and come out of it unchanged."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

THUMB = 24
"""Side of the small spatial thumbnail, pixels."""


@dataclass(frozen=True)
class SeenFace:
    """A face in a picture.

    Attributes:
        box: left, top, right, bottom as shares of the picture's width and height.
        pixels: longer side of the box, pixels of the picture.
        quality: in [0, 1].
        certain: whether it is surely a face: then it is somebody's.
        yaw: degrees, to tell faces in profile.
        points: the five points of alignment, x and y in turn, as shares.
        embedding: base64 of float32, of length 1; empty where it was not measured.
        skin: CIELAB of the cheeks, or empty.
    """

    box: tuple[float, float, float, float]
    pixels: float
    quality: float
    certain: bool
    yaw: float
    points: tuple[float, ...]
    embedding: str = ""
    skin: tuple[float, ...] = ()

    @property
    def vector(self) -> NDArray[np.float32]:
        """float32 (d,)."""
        return _floats(self.embedding)


@dataclass(frozen=True)
class Seen:
    """A picture, or a frame of a clip.

    Attributes:
        id: of its pixels, the first 20 digits of ``digest``; also its file's name.
        key: of the entry that it came from.
        frame: seconds into the clip; None for a picture.
        digest: SHA-256 (hex) of the picture as it was read.
        width, height: pixels, as it was.
        box: what was kept of it, without plain bars: left, top, right, bottom.
        flaws: why it is not to be learned from, each a key of ``quality.REASONS``; empty when nothing is wrong.
        numbers: ``sharpness``, ``light`` (mean L), ``contrast``, ``warmth``, ``chroma`` and others.
        hash: the perceptual hash, 16 hex digits.
        thumb: base64 of 24 x 24 x 3 uint8 sRGB.
        style: base64 of 64 float32, the style vector.
        camera: whether its metadata name a camera.
        faces: None where nobody looked for faces.
    """

    id: str
    key: str
    frame: float | None
    digest: str
    width: int
    height: int
    box: tuple[int, int, int, int]
    flaws: tuple[str, ...]
    numbers: Mapping[str, float]
    hash: str
    thumb: str
    style: str
    camera: bool
    faces: tuple[SeenFace, ...] | None

    @property
    def name(self) -> str:
        """The key, and the second when it is a frame: one of its own."""
        return self.key if self.frame is None else f"{self.key}@{self.frame:.2f}s"

    @property
    def small(self) -> NDArray[np.uint8]:
        """24 x 24 x 3 uint8 sRGB."""
        return np.frombuffer(base64.b64decode(self.thumb), np.uint8).reshape(THUMB, THUMB, 3)

    @property
    def vector(self) -> NDArray[np.float32]:
        """The style vector, float32 (64,)."""
        return _floats(self.style)


@dataclass(frozen=True)
class SeenSound:
    """A recording, or the sound of a clip.

    Attributes:
        id: the first 20 digits of the SHA-256 of its samples; also its file's name.
        key: of the entry.
        seconds: how long.
        voiced: seconds that are loud enough to be speech or song.
        level: dB of full scale, of the loud part.
        clipped: share of the samples at full scale.
        flaws: as of a picture.
    """

    id: str
    key: str
    seconds: float
    voiced: float
    level: float
    clipped: float
    flaws: tuple[str, ...]


@dataclass(frozen=True)
class Looked:
    """What came of looking at one entry.

    Attributes:
        key, stamp: of the entry.
        pictures: one, or the frames of a clip; none when it cannot be read.
        sounds: at most one.
        error: what is wrong with the file, in words; empty when it could be read.
    """

    key: str
    stamp: str
    pictures: tuple[Seen, ...] = ()
    sounds: tuple[SeenSound, ...] = ()
    error: str = ""


def to_json(looked: Looked) -> dict[str, Any]:
    """The record as plain values."""
    return asdict(looked)


def from_json(value: Mapping[str, Any]) -> Looked:
    """The record that :func:`to_json` wrote.

    Raises:
        KeyError, TypeError, ValueError: it did not.
    """
    pictures = []
    for fields in value["pictures"]:
        faces = fields["faces"]
        if faces is not None:
            faces = tuple(SeenFace(**_tuples(face)) for face in faces)
        pictures.append(Seen(**{**_tuples(fields), "faces": faces}))
    sounds = tuple(SeenSound(**_tuples(sound)) for sound in value["sounds"])
    return Looked(str(value["key"]), str(value["stamp"]), tuple(pictures), sounds, str(value["error"]))


def _tuples(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Lists of JSON as the tuples that they were."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in fields.items()}


def packed(values: NDArray[Any]) -> str:
    """An array's bytes as base64."""
    return base64.b64encode(np.ascontiguousarray(values).tobytes()).decode("ascii")


def _floats(text: str) -> NDArray[np.float32]:
    return np.frombuffer(base64.b64decode(text), np.float32)
