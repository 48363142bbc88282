"""Faces that may be children's: beautifying them, or learning a look from them, needs an explicit word."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from looksmith.errors import RefusedError
from looksmith.faces.age import checks, likely_minors
from looksmith.faces.people import can_find
from looksmith.looks.scene import Scene
from looksmith.media.photo import Photo

BEAUTIFYING = frozenset({"makeup", "retouch"})
"""Facets that beautify."""


def check_subject(scene: Scene, facets: Iterable[str], allowed: bool) -> None:
    """Before a look is applied.

    Raises:
        RefusedError: a facet beautifies, and an age check says that a face is likely under 18.
    """
    beautifying = sorted(BEAUTIFYING & set(facets))
    if beautifying and not allowed and (flagged := _flagged(scene)):
        raise RefusedError(
            "a face is likely under 18, and is not beautified unasked",
            where=f"face {', '.join(map(str, flagged))}",
            got=", ".join(beautifying),
            hint="--allow-minors, where you may decide that",
        )


def check_material(material: Callable[[], Sequence[Photo]], allowed: bool) -> None:
    """Before a look is learned.

    Args:
        material: reads the pictures; called only where a check is installed.
        allowed: whether a person said so.

    Raises:
        RefusedError: an age check says that a face is likely under 18.
    """
    if allowed or not checks() or not can_find():
        return
    photos = material()
    found: Mapping[int, list[int]] = {k: faces for k, p in enumerate(photos) if (faces := _flagged(Scene(p)))}
    if found:
        first = photos[next(iter(found))]
        raise RefusedError(
            "a face in the material is likely under 18, and no look is learned from it unasked",
            where=first.source,
            got=f"{len(found)} of {len(photos)} pictures",
            hint="--allow-minors, where you may decide that",
        )


def _flagged(scene: Scene) -> list[int]:
    """Numbers of the faces, from 1."""
    if not checks() or not can_find():
        return []
    return [number for number, minor in enumerate(likely_minors(scene.rgb, scene.faces) or (), start=1) if minor]
