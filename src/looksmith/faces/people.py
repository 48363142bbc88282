"""Whom a photo shows: its faces, their regions and who they are, each looked for once and only when asked for."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError
from looksmith.faces import identity
from looksmith.faces.face import Face
from looksmith.faces.regions import Regions, regions
from looksmith.media.colour import to_srgb8
from looksmith.media.photo import Photo
from looksmith.models.load import records

FINDERS = ("faces-detector", "faces-mesh")


class People:
    """The people of a photo.

    Args:
        photo: of any depth and profile.
        faces: where they are known already, such as those of a tracked clip; else they are looked for.
    """

    def __init__(self, photo: Photo, faces: tuple[Face, ...] | None = None) -> None:
        self.photo = photo
        if faces is not None:
            self.__dict__["faces"] = faces

    @cached_property
    def rgb(self) -> NDArray[np.uint8]:
        """H x W x 3 uint8 sRGB."""
        return to_srgb8(self.photo)

    @cached_property
    def faces(self) -> tuple[Face, ...]:
        """The largest first.

        Raises:
            LooksmithError: the networks that find faces are not installed.
        """
        if not can_find():
            raise LooksmithError(
                "the networks that find faces are not installed",
                where=", ".join(FINDERS),
                hint="pip install --upgrade looksmith",
            )
        from looksmith.faces.analyse import analyse_pixels

        return analyse_pixels(self.rgb)

    @cached_property
    def regions(self) -> Regions:
        """Regions of the photo."""
        return regions(self.rgb, self.faces)

    @cached_property
    def embeddings(self) -> list[identity.Embedding]:
        """One for every face."""
        return identity.embed(self.rgb, self.faces)


def can_find() -> bool:
    """Whether faces can be found at all."""
    return all(name in records() for name in FINDERS)
