"""Layers put together on the canonical face: what every texel keeps of the skin, and what is laid over it.

Laying one shade over another is linear in what lies below, so all layers together are one share that is kept and one
colour that is added: once a look, whatever the number of photos or frames.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from looksmith.faces.canonical import SIDE
from looksmith.facets.makeup.layers import LAYERS, MakeupState, tamed
from looksmith.facets.makeup.places import places
from looksmith.facets.makeup.window import LEFT, TOP, WHOLE
from looksmith.facets.makeup.window import SIDE as SEEN
from looksmith.media.colour import lab_to_rgb
from looksmith.media.resize import resize

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Composed:
    """A makeup ready to be worn; side 256.

    Attributes:
        planes: 256 x 256 x 8: the share of the skin that is hidden; red, green and blue that are added, in the light of
            a mean skin; how opaque lipstick and brows are; how even, and how much shinier, the skin becomes.
        tone, lips, brows: (3,) sRGB of foundation, lipstick and brows.
        coverage: of the foundation.
        gloss: of the lipstick, from -0.35 (matte) to 0.65.
    """

    planes: Floats
    tone: Floats
    lips: Floats
    brows: Floats
    coverage: float
    gloss: float


HIDDEN, RED, BLUE, LIPS, BROWS, EVEN, SHINE = 0, 1, 3, 4, 5, 6, 7
_OWN = {"lipstick": LIPS, "brows": BROWS}
"""Layers that follow what the photo shows, lips and hairs, more closely than the mesh does."""


def compose(state: MakeupState, shares: Mapping[str, float] | None = None) -> Composed:
    """The layers of a state as planes.

    Args:
        state: of any source.
        shares: layer → how much of its opacity is left, 1 where it is not named.
    """
    shades, amounts = tamed(state)
    colours = lab_to_rgb(shades)
    where = places(SIDE)
    kept = np.ones((SIDE, SIDE), np.float32)
    added = np.zeros((SIDE, SIDE, 3), np.float32)
    planes = np.zeros((SIDE, SIDE, 8), np.float32)
    for row, name in enumerate(LAYERS):
        opacity = float(amounts[row, 0]) * float((shares or {}).get(name, 1.0))
        if opacity == 0:
            continue
        finish = float(amounts[row, 1])
        if name == "pattern":
            spread = _spread(state.pattern.astype(np.float32) / np.float32(255))
            alpha, colour = spread[..., 3] * where[name] * np.float32(opacity), spread[..., :3]
        else:
            alpha = where[name] * np.float32(opacity)
            alpha = alpha * _spread(state.maps[row].astype(np.float32) / np.float32(255))
            colour = colours[row]
        if name == "foundation":
            planes[..., EVEN], planes[..., SHINE] = alpha, alpha * np.float32(finish - 0.4)
            continue
        if name in _OWN:
            planes[..., _OWN[name]] = alpha
            continue
        kept *= 1 - alpha
        added = added * (1 - alpha)[..., None] + alpha[..., None] * colour
    planes[..., HIDDEN], planes[..., RED : BLUE + 1] = 1 - kept, added
    lips, brows = LAYERS.index("lipstick"), LAYERS.index("brows")
    coverage = float(amounts[0, 0]) * float((shares or {}).get("foundation", 1.0))
    return Composed(planes, colours[0], colours[lips], colours[brows], coverage, float(amounts[lips, 1]) - 0.35)


def _spread(seen: Floats) -> Floats:
    """A map over the window on the whole texture; beyond the window, its edge."""
    scale = SIDE / WHOLE
    top, left, side = round(TOP * scale), round(LEFT * scale), round(SEEN * scale)
    inner = np.clip(resize(np.ascontiguousarray(seen), side, side, enlarge="linear"), 0, 1)
    around = ((top, SIDE - top - side), (left, SIDE - left - side))
    return np.pad(inner, around if inner.ndim == 2 else (*around, (0, 0)), mode="edge")
