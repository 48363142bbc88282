"""How opaque the layers of a made-up face are, and their shades: told by a small network from the face's texture.

One picture does not tell a sheer strong shade from a dense weak one by its colour alone.  What does tell, a little: a
layer takes its shading from the skin but not its blotches and its colour's own unevenness, so these fade as it gets
denser; lips end where lipstick ends, and so on.  The network (``makeup-reader``, see its card) was shown layers that
were known, on faces of many people, and learned what they leave behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from looksmith.facets.makeup.bare import skin_of
from looksmith.media.colour import lab_to_rgb
from looksmith.models.load import session

READ = ("blush", "eyeshadow-1", "eyeshadow-2", "eyeshadow-3", "lipstick")
"""Layers whose shade and opacity are read."""
NETWORK = "makeup-reader"

USUAL, STRANGE = 1.6, 3.2
"""Mean squares of a face's statistics, in deviations of those that the network was shown, up to which a face is like
these, and from which on it is like none of them: on people who were set aside, one in a hundred is beyond 1.44."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Reading:
    """What is worn, as far as the network can tell.

    Attributes:
        opacity: layer → in [0, 1], the mean over its place; also that of the foundation.
        below: layer → CIELAB (3,) of the bare skin there.
        shade: layer → CIELAB (3,); also that of the foundation.
        trust: in [0, 1], how far the face is like those that the network was shown.
    """

    opacity: Mapping[str, float]
    below: Mapping[str, Floats]
    shade: Mapping[str, Floats]
    trust: float


def read_layers(lab: Floats, visible: Floats, light: Floats) -> Reading:
    """Opacity and shade of foundation, blush, shadow and lipstick; the face and its mirror image are both looked at.

    Args:
        lab: CIELAB 128 x 128 x 3 of a face's texture in the light of a mean skin.
        visible: 128 x 128 in [0, 1].
        light: (3,), that of the face.
    """
    both = np.stack([lab, lab[:, ::-1]]).astype(np.float32)
    seen = np.stack([visible, visible[:, ::-1]]).astype(np.float32)
    given = {
        "rgb": np.ascontiguousarray(lab_to_rgb(both).transpose(0, 3, 1, 2)),
        "lab": np.ascontiguousarray(both.transpose(0, 3, 1, 2)),
        "visible": np.ascontiguousarray(seen),
        "skin": np.tile(skin_of(lab, visible), (2, 1)),
        "light": np.tile(np.asarray(light, np.float32), (2, 1)),
    }
    opacity, below, shade, strange = (found.mean(axis=0) for found in session(NETWORK).run(None, given))
    names = ("foundation", *READ)
    return Reading(
        dict(zip(names, (float(v) for v in opacity), strict=True)),
        dict(zip(READ, np.asarray(below, np.float32), strict=True)),
        dict(zip(names, np.asarray(shade, np.float32), strict=True)),
        float(np.clip((STRANGE - strange) / (STRANGE - USUAL), 0, 1)),
    )
