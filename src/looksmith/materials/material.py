"""A collection on the disk: ``material.json`` in its folder says what is in it, and why the rest is not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from looksmith.errors import UnreadableError
from looksmith.materials.split import Part

FILE = "material.json"
FORMAT = 1
LARGEST = 1 << 28


@dataclass(frozen=True)
class Face:
    """A face in a picture that is kept.

    Attributes:
        box: left, top, right, bottom as shares.
        points: the five points of alignment as shares, x and y in turn.
        who: number of the person; 0 when not recognised.
        creator: whether it is the creator's.
        quality: in [0, 1].
        tone: the group of skin tone (individual typology angle), or empty.
    """

    box: tuple[float, float, float, float]
    points: tuple[float, ...]
    who: int
    creator: bool
    quality: float
    tone: str


@dataclass(frozen=True)
class Picture:
    """A picture that may be learned from.

    Attributes:
        id: first 20 digits of the digest; its file is ``pictures/ID.jpg``.
        source: the file that it came from.
        frame: seconds into a clip, or None.
        digest: SHA-256 (hex) of its pixels as they were.
        part: ``train``, ``val`` or ``test``.
        moment: name of the group that is never split: an id.
        width, height: as it was.
        numbers: sharpness and light.
        camera: whether its metadata named a camera.
        full_body: whether the creator is seen from head to foot.
        faces: None where nobody looked.
    """

    id: str
    source: str
    frame: float | None
    digest: str
    part: Part
    moment: str
    width: int
    height: int
    numbers: Mapping[str, float]
    camera: bool
    full_body: bool
    faces: tuple[Face, ...] | None

    @property
    def file(self) -> str:
        """Its path in the collection."""
        return f"pictures/{self.id}.jpg"

    @property
    def name(self) -> str:
        """The source, and the second of a frame."""
        return self.source if self.frame is None else f"{self.source} @ {self.frame:.1f} s"

    @property
    def shows_creator(self) -> bool:
        return any(face.creator for face in self.faces or ())


@dataclass(frozen=True)
class Reject:
    """Something that is left out.

    Attributes:
        source: the file.
        frame: seconds into a clip, or None.
        reason: a key of ``quality.REASONS``.
        detail: of a duplicate, the source of the picture that is kept; of an unreadable file, the error.
        id: of its thumbnail, or empty.
    """

    source: str
    frame: float | None
    reason: str
    detail: str = ""
    id: str = ""


@dataclass(frozen=True)
class Sound:
    """A recording, ``sounds/ID.flac``; fields as of ``seen.SeenSound``."""

    id: str
    source: str
    part: Part
    seconds: float
    voiced: float
    level: float

    @property
    def file(self) -> str:
        return f"sounds/{self.id}.flac"


@dataclass(frozen=True)
class Written:
    """A caption: its text, the id of the picture that it stands under or empty, the time as given, its part."""

    text: str
    picture: str
    time: str
    part: Part


@dataclass(frozen=True)
class Somebody:
    """A person in the collection: number, in how many pictures, the picture that shows them best, and where in it."""

    number: int
    pictures: int
    example: str
    source: str
    box: tuple[float, float, float, float]

    @property
    def file(self) -> str:
        """Of the face alone, in the collection, while it is not confirmed who is the creator."""
        return f"people/{self.example}-{round(1000 * self.box[0])}-{round(1000 * self.box[1])}.jpg"


@dataclass(frozen=True)
class Collected:
    """Everything that was collected.

    Attributes:
        sources: titles of what was given.
        platforms: whose archives were among them.
        pictures, sounds, captions: what may be learned from.
        rejects: what is left out, and why.
        passed: how many files of no use were passed over, by ending.
        faces: ``none`` when faces were not looked for, ``found`` when people could not be told apart, ``known``.
        people: who was recognised.
        creator: number of the creator; 0 for nobody.
        confirmed: whether a person said so.
    """

    sources: tuple[str, ...]
    platforms: tuple[str, ...]
    pictures: tuple[Picture, ...]
    sounds: tuple[Sound, ...]
    captions: tuple[Written, ...]
    rejects: tuple[Reject, ...]
    passed: Mapping[str, int]
    faces: str
    people: tuple[Somebody, ...] = ()
    creator: int = 0
    confirmed: bool = False

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over the sorted digests of the pictures: what a grant may be bound to."""
        return digest_of([picture.digest for picture in self.pictures])

    def part(self, part: Part) -> tuple[Picture, ...]:
        """The pictures of one part."""
        return tuple(picture for picture in self.pictures if picture.part == part)


def digest_of(digests: Sequence[str]) -> str:
    """SHA-256 (hex) over sorted digests."""
    return hashlib.sha256("".join(sorted(digests)).encode()).hexdigest()


def to_bytes(collected: Collected) -> bytes:
    """The collection as JSON, the same bytes for the same collection."""
    value = {"material": FORMAT, "digest": collected.digest, **asdict(collected)}
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False).encode() + b"\n"


def is_material(folder: Path) -> bool:
    """Whether a folder is a collection that is complete."""
    return (folder / FILE).is_file()


def read_material(folder: Path) -> Collected:
    """Read the collection in a folder.

    Raises:
        UnreadableError: there is none, it is of a newer version, or it was damaged.
    """
    path = folder / FILE
    try:
        if path.stat().st_size > LARGEST:
            raise UnreadableError("the collection is too large", where=path, expected=f"at most {LARGEST} bytes")
        value = json.loads(path.read_bytes())
        if not isinstance(value, dict) or value.get("material") != FORMAT:
            raise UnreadableError("this is no collection of this version", where=path, expected=f"format {FORMAT}",
                                  hint=f"looksmith collect … -o '{folder}'")  # fmt: skip
        return _collected(value)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        missing = isinstance(error, FileNotFoundError)
        raise UnreadableError(
            "there is no finished collection here" if missing else "the collection cannot be read", where=path,
            got=None if missing else f"{type(error).__name__}: {error}"[:200],
            hint=f"looksmith collect … -o '{folder}'",
        ) from error  # fmt: skip


def _collected(value: Mapping[str, Any]) -> Collected:
    pictures = []
    for fields in value["pictures"]:
        faces = fields["faces"]
        if faces is not None:
            faces = tuple(Face(**_tuples(face)) for face in faces)
        picture = Picture(**{**fields, "faces": faces})
        if not picture.id or not set(picture.id) <= set("0123456789abcdef"):
            raise ValueError("a picture's id is no number")
        pictures.append(picture)
    sounds = tuple(Sound(**fields) for fields in value["sounds"])
    if any(not set(sound.id) <= set("0123456789abcdef") for sound in sounds):
        raise ValueError("a sound's id is no number")
    return Collected(
        sources=tuple(value["sources"]), platforms=tuple(value["platforms"]), pictures=tuple(pictures), sounds=sounds,
        captions=tuple(Written(**fields) for fields in value["captions"]),
        rejects=tuple(Reject(**fields) for fields in value["rejects"]), passed=dict(value["passed"]),
        faces=str(value["faces"]), people=tuple(Somebody(**_tuples(fields)) for fields in value["people"]),
        creator=int(value["creator"]), confirmed=bool(value["confirmed"]),
    )  # fmt: skip


def _tuples(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in fields.items()}
