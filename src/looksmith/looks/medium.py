"""Whether pictures are paintings or photographs, which decides what their look does by default."""

from __future__ import annotations

from collections.abc import Sequence

from looksmith.media.photo import Photo

_CAMERA_TAGS = (0x010F, 0x0110)  # Make, Model


def is_painting(photos: Sequence[Photo]) -> bool:
    """Whether most of some pictures are painted, drawn or printed rather than photographed."""
    return sum(not from_camera(photo) for photo in photos) * 2 > len(photos)


def from_camera(photo: Photo) -> bool:
    """Whether a photo's EXIF names the camera that took it."""
    from PIL import Image

    if photo.exif is None:
        return False
    exif = Image.Exif()
    try:
        exif.load(photo.exif)
        return any(str(exif.get(tag, "")).strip() for tag in _CAMERA_TAGS)
    except Exception:  # metadata are a hint only; damaged ones are none
        return False
