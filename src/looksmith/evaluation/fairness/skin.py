"""The skin tone of the person in a photo, by which numbers are told apart."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from looksmith.evaluation.identity import DlibJudge, FaceJudge
from looksmith.faces.analyse import analyse_pixels
from looksmith.faces.skin_tone import cheeks, skin_colour, typology_angle

Rgb = NDArray[np.uint8]


class FaceFinder(Protocol):
    """Says where a face is.

    Attributes:
        name: of what finds it.
    """

    name: str

    def box(self, photo: Rgb) -> tuple[int, int, int, int] | None:
        """Left, top, right, bottom of the largest face, brows to chin; None without one."""
        ...


class ShippedFinder:
    """Finds faces with the networks that come with Looksmith."""

    name = "looksmith-faces"

    def box(self, photo: Rgb) -> tuple[int, int, int, int] | None:
        """Left, top, right, bottom of the largest face, brows to chin; None without one."""
        faces = analyse_pixels(photo)
        if not faces:
            return None
        left, top, right, bottom = (round(end) for end in faces[0].box)
        return left, top, right, bottom


def finder_beside(judge: FaceJudge | None) -> FaceFinder:
    """The judge itself when it can say where the face is that it judges; else the shipped networks."""
    return judge if isinstance(judge, DlibJudge) else ShippedFinder()


def skin_angle(photo: Rgb, finder: FaceFinder) -> float | None:
    """Individual typology angle of the cheeks of the largest face, degrees; None without a face.

    Args:
        photo: H x W x 3 uint8 sRGB, as it was before anything was done to it.
        finder: of the face.
    """
    box = finder.box(photo)
    if box is None:
        return None
    angle = float(typology_angle(skin_colour(photo, cheeks(photo.shape, box))))
    return angle if np.isfinite(angle) else None
