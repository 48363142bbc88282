"""Looksmith learns a creator's look once and applies it to anything."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from looksmith.version import __version__

if TYPE_CHECKING:
    from looksmith.errors import LooksmithError as LooksmithError
    from looksmith.looks.apply import apply as apply
    from looksmith.looks.blend import blend as blend
    from looksmith.looks.learn import learn as learn
    from looksmith.looks.look import Look as Look
    from looksmith.media.photo import Photo as Photo
    from looksmith.media.read import read_photo as read_photo
    from looksmith.media.write import write_photo as write_photo

_HOMES = {
    "LooksmithError": "looksmith.errors",
    "Look": "looksmith.looks.look",
    "Photo": "looksmith.media.photo",
    "apply": "looksmith.looks.apply",
    "blend": "looksmith.looks.blend",
    "learn": "looksmith.looks.learn",
    "read_photo": "looksmith.media.read",
    "write_photo": "looksmith.media.write",
}
"""Public names and the modules that they live in, imported when they are first used."""

__all__ = [*sorted(_HOMES), "__version__"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'looksmith' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
