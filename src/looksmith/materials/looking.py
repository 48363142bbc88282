"""Look at one file: what is in it, what is wrong with it; write what may be learned from into the collection.

Nothing here depends on any other file, so that files may be looked at in any order, at once, and again.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError
from looksmith.materials import clips
from looksmith.materials.faces import faces_in
from looksmith.materials.layout import Box, layout
from looksmith.materials.motion import moved
from looksmith.materials.quality import flaws_of, light_of
from looksmith.materials.seen import THUMB, Looked, Seen, SeenSound, packed
from looksmith.materials.sharpness import sharpness
from looksmith.materials.sounds import sound_of
from looksmith.materials.sources import Entry, check_size, opened
from looksmith.media.colour import luma, to_srgb8
from looksmith.media.exif import names_camera
from looksmith.media.perceptual_hash import perceptual_hash
from looksmith.media.photo import Photo
from looksmith.media.read import read_photo
from looksmith.media.resize import resize, shrink
from looksmith.media.write import encode_photo
from looksmith.models.load import session
from looksmith.rights.provenance import photo_digest

LONGEST = 1024
"""Longest side, pixels, of the pictures that are kept; no facet learns from larger ones."""
QUALITY = 95
SHOWN = 240
"""Longest side of a thumbnail."""
MAX_PIXELS = 120_000_000
"""Most pixels of a picture; a worker then needs about a gigabyte."""

PICTURES, THUMBNAILS, SOUNDS = "pictures", "thumbnails", "sounds"
"""Folders of a collection."""


def look_at(entry: Entry, folder: Path) -> Looked:
    """Look at one entry.

    Args:
        entry: a picture, a clip or a recording.
        folder: of the collection; what has no flaw of its own is written into its folders.

    Returns:
        what was seen; with an error in words when the file cannot be read, which is not fatal.
    """
    try:
        check_size(entry)
        with opened(entry) as stream:
            if entry.kind == "picture":
                photo = read_photo(stream.read(), max_pixels=MAX_PIXELS)
                seen = _seen(photo, entry.key, None, (photo.width, photo.height), folder)
                return Looked(entry.key, entry.stamp, (seen,))
            if entry.kind == "sound":
                return Looked(entry.key, entry.stamp, (), _sounds(stream, entry, folder))
            frames = clips.frames(stream, entry.key)
            pictures = tuple(_seen(Photo(f.pixels), entry.key, f.seconds, f.size, folder) for f in frames)
            stream.seek(0)
            return Looked(entry.key, entry.stamp, pictures, _sounds(stream, entry, folder))
    except LooksmithError as error:
        return Looked(entry.key, entry.stamp, error=_in_words(error))
    except Exception as error:  # one file must never end the work on all others; what was raised stands in the card
        return Looked(entry.key, entry.stamp, error=f"{type(error).__name__}: {error}"[:300])


def stamp_picture(photo: Photo) -> dict[str, str]:
    """What two pictures are compared by: hash, small thumbnail, style vector; for :class:`Seen`."""
    pixels = to_srgb8(photo)
    view = shrink(pixels, longest=512)
    return {
        "hash": f"{perceptual_hash(view):016x}",
        "thumb": packed(resize(view, THUMB, THUMB)),
        "style": packed(_style(view)),
    }


def _sounds(stream: object, entry: Entry, folder: Path) -> tuple[SeenSound, ...]:
    sound = sound_of(stream, entry.key, folder / SOUNDS)  # type: ignore[arg-type]
    return () if sound is None else (sound,)


def _seen(photo: Photo, key: str, frame: float | None, size: tuple[int, int], folder: Path) -> Seen:
    """Measure a picture and write it."""
    digest = photo_digest(photo)
    pixels = to_srgb8(photo)
    kept = np.ascontiguousarray(shrink(pixels, longest=LONGEST))
    arrangement = layout(kept)
    left, top, right, bottom = _enlarged(arrangement.box, kept.shape, pixels.shape)
    if (right - left, bottom - top) != (photo.width, photo.height):
        kept = np.ascontiguousarray(shrink(pixels[top:bottom, left:right], longest=LONGEST))
    view = shrink(kept, longest=512)
    numbers = light_of(shrink(view, longest=192))
    light = 255 * luma(view)
    sharp = sharpness(light)
    numbers["sharpness"], numbers["moved"] = round(sharp, 4), round(moved(light, sharp), 3)
    numbers["text"] = round(arrangement.text, 4)
    scale = size[0] / photo.width  # of a frame that was made smaller
    numbers["side"] = float(min(right - left, bottom - top)) * scale
    seen = Seen(
        id=digest[:20], key=key, frame=frame, digest=digest, width=size[0], height=size[1],
        box=(round(left * scale), round(top * scale), round(right * scale), round(bottom * scale)),
        flaws=flaws_of(numbers, arrangement, moving=frame is not None), numbers=numbers, hash="", thumb="", style="",
        camera=names_camera(photo.exif), faces=None,
    )  # fmt: skip
    seen = replace(seen, **stamp_picture(Photo(kept)))  # type: ignore[arg-type]
    if not seen.flaws:
        seen = replace(seen, faces=faces_in(kept))
        _write(folder / PICTURES / f"{seen.id}.jpg", lambda: encode_photo(Photo(kept), "JPEG", quality=QUALITY))
    shown = shrink(view, longest=SHOWN)
    _write(folder / THUMBNAILS / f"{seen.id}.jpg", lambda: encode_photo(Photo(shown), "JPEG", quality=80))
    return seen


def _enlarged(box: Box, shape: tuple[int, ...], whole: tuple[int, ...]) -> Box:
    """A box of a picture that was made smaller, in pixels of the whole one."""
    down, across = whole[0] / shape[0], whole[1] / shape[1]
    left, top, right, bottom = box
    return round(left * across), round(top * down), round(right * across), round(bottom * down)


def _style(view: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The style vector of the middle square, float32 (64,)."""
    height, width = view.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = resize(np.ascontiguousarray(view[top : top + side, left : left + side]), 256, 256)
    batch = square.transpose(2, 0, 1)[None].astype(np.float32) / 255
    vector = session("texture-encoder").run(None, {"picture": batch})[0][0]
    return np.asarray(vector, np.float32)


def _write(path: Path, make: Callable[[], bytes]) -> None:
    """Beside its place, then renamed; there is no need to wait for the disk, as what is missing is made again."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_bytes(make())
    part.replace(path)


def _in_words(error: LooksmithError) -> str:
    """The error without the file's name, which stands beside it."""
    parts = [error.what]
    if error.got is not None:
        parts.append(error.got)
    return ": ".join(parts)[:300]
