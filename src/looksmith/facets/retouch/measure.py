"""How even, red, shiny and bright a face is: what the amount of retouching in a picture is told from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from looksmith.faces.face import Face
from looksmith.faces.landmarks import LEFT_EYE, LIPS_OUTER, RIGHT_EYE
from looksmith.faces.people import People
from looksmith.facets.closeup import box_round, closeup
from looksmith.facets.retouch.bands import bands_of
from looksmith.facets.retouch.bright import eye_parts, open_eyes, open_mouth, teeth_of
from looksmith.facets.retouch.skin import glossy, redder, under_eyes
from looksmith.media.photo import Photo

UNIT = 56.0
"""Pixels between the outer corners of the eyes at which faces are compared; smaller ones tell nothing."""
TURNED = 30.0
"""Degrees of yaw beyond which a face tells nothing."""

MEASURES = ("smooth", "redness", "under_eye", "shine", "eyes", "teeth")
"""Named as the slider that each tells the amount of."""


def measured(photo: Photo, people: People, face: Face) -> dict[str, float]:
    """The measures of one face; those that cannot be seen in it (teeth of a closed mouth) are left out.

    Returns:
        ``smooth``: middle band of the skin's luma, in parts of the light; ``redness``, ``under_eye``, ``shine``: means
        of what the sliders take away; ``eyes``: light
        of the whites over that of the skin; ``teeth``: yellow of the teeth, in parts of their light.  Nothing for a
        face that is too small or turned too far.
    """
    if face.inter_ocular < UNIT or abs(face.pose.yaw) > TURNED:
        return {}
    points, unit = face.landmarks[:, :2], face.inter_ocular
    height, width = photo.pixels.shape[:2]
    box = box_round(points, 0.1 * unit, height, width)
    if box is None:
        return {}
    near = closeup(photo, people, face, box, UNIT)
    bands = bands_of(near)
    sure = bands.skin > 0.85
    if sure.sum() < 0.2 * UNIT**2:
        return {}
    light = bands.light
    found = {
        "smooth": float(np.median(np.abs(bands.luma[1] / light)[sure])),
        "redness": _mean(redder(bands), bands.skin),
        "shine": _mean(glossy(bands, near.unit)[0], bands.skin),
    }
    zones = [_mean(lift / light, zone) for zone, lift, _, _ in under_eyes(near, bands)]
    if zones:
        found["under_eye"] = float(np.mean(zones))
    skin_light = float(np.median(bands.luma[2][sure]))
    whites = []
    for which, (loop, is_open) in enumerate(zip((RIGHT_EYE, LEFT_EYE), open_eyes(points), strict=True)):
        held = box_round(points[list(loop)], 0.06 * unit, height, width)
        if is_open and held is not None:
            eye = closeup(photo, people, face, held, 2 * UNIT)
            white, _ = eye_parts(eye, which)
            if white.sum() > 0.002 * eye.unit**2:
                whites.append(_mean(eye.luma, white) / max(skin_light, 0.03))
    if whites:
        found["eyes"] = float(np.mean(whites))
    held = box_round(points[list(LIPS_OUTER)], 0.04 * unit, height, width)
    if held is not None and open_mouth(points, unit):
        mouth = closeup(photo, people, face, held, 2 * UNIT)
        tooth = teeth_of(mouth)
        if tooth.sum() > 0.006 * mouth.unit**2:
            found["teeth"] = _mean(mouth.planes[2], tooth) / max(_mean(mouth.luma, tooth), 0.03)
    return found


def _mean(plane: NDArray[np.float32], weight: NDArray[np.float32]) -> float:
    return float((plane * weight).sum() / max(float(weight.sum()), 1e-6))
