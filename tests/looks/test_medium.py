"""Pictures are taken for painted or photographed by a rule that a person can foresee."""

from __future__ import annotations

import dataclasses

from PIL import Image

from looksmith.looks.medium import from_camera, is_painting
from looksmith.media.photo import Photo


def _exif(**tags: str) -> bytes:
    exif = Image.Exif()
    for number, value in {"make": 0x010F, "software": 0x0131}.items():
        if number in tags:
            exif[value] = tags[number]
    return exif.tobytes()


def test_camera_is_read_from_exif(astronaut: Photo) -> None:
    assert from_camera(dataclasses.replace(astronaut, exif=_exif(make="NIKON")))
    for exif in (None, b"", b"junk", b"Exif\0\0II*\0", _exif(software="GIMP"), _exif(make="  ")):
        assert not from_camera(dataclasses.replace(astronaut, exif=exif))


def test_one_picture_is_a_painting_and_several_are_photographs(astronaut: Photo, coffee: Photo) -> None:
    assert is_painting([astronaut]) and not is_painting([astronaut, coffee])
    assert not is_painting([dataclasses.replace(astronaut, exif=_exif(make="Canon"))])
