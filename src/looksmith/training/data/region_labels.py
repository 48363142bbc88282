"""What is known of a picture's parts: for every pixel the set of parts that it may be.

Some sets say exactly what a pixel is, some only that it is skin of some kind, a mesh says where lips and eyes are and a
person's outline that the rest is hair, neck or clothes.  As sets they teach one network together: its probability for
the set is what should be 1 (learning from partial labels; Cour, Sapp & Taskar 2011).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from looksmith.faces.landmarks import FACE_OVAL, LEFT_BROW, LEFT_EYE, LIPS_INNER, LIPS_OUTER, RIGHT_BROW, RIGHT_EYE
from looksmith.faces.parts import PARTS

Sets = NDArray[np.uint16]
"""H x W, bit k set where part k is possible; 0 where nothing is known."""


def one_of(*names: str) -> int:
    """The set of these parts as bits."""
    return sum(1 << PARTS.index(name) for name in names)


SKIN = one_of("skin", "lips", "mouth", "eyes", "brows", "nose", "ears", "neck", "body")
"""What a set of clothes calls skin."""
PARSED = (
    ("background",), ("skin",), ("brows",), ("brows",), ("eyes",), ("eyes",), ("glasses",), ("ears",), ("ears",),
    ("other",), ("nose",), ("mouth",), ("lips",), ("lips",), ("neck",), ("other",), ("clothes",), ("hair",),
    ("clothes", "other"),
)  # fmt: skip
"""Parts of the masks of ``makeup/parsed``, by the number in the mask."""
WORN = {
    "null": ("background",),
    "hair": ("hair",),
    "glasses": ("glasses",),
    "sunglasses": ("glasses",),
    **dict.fromkeys(
        ("accessories", "bag", "bracelet", "earrings", "necklace", "purse", "ring", "wallet", "watch"), ("other",)
    ),
    "hat": ("other", "clothes"),
    "tights": ("clothes", "body"),
    "stockings": ("clothes", "body"),
}
"""Parts of the masks of ``fashion/street`` by label; skin is :data:`SKIN`, all others are clothes."""


@dataclass(frozen=True, eq=False)
class Labelled:
    """A picture and what is known of it.

    Attributes:
        name: of its file, with folders.
        rgb: H x W x 3 uint8.
        sets: H x W.
        points: (5, 2) float32 of the face to look at closely, or None.
    """

    name: str
    rgb: NDArray[np.uint8]
    sets: Sets
    points: NDArray[np.float32] | None


def sets_of_parsed(mask: NDArray[np.uint8]) -> Sets:
    """From a mask of ``makeup/parsed``."""
    table = np.zeros(256, np.uint16)
    for number, names in enumerate(PARSED):
        table[number] = one_of(*names)
    return np.asarray(table[mask])


def sets_of_worn(mask: NDArray[np.uint8], labels: Sequence[str]) -> Sets:
    """From a mask of ``fashion/street``."""
    table = np.zeros(256, np.uint16)
    for number, label in enumerate(labels):
        table[number] = SKIN if label == "skin" else one_of(*WORN.get(label, ("clothes",)))
    return np.asarray(table[mask])


def sets_of_mesh(mesh: NDArray[np.float32], height: int, width: int, person: NDArray[np.float32] | None) -> Sets:
    """From a face's mesh and the outline of the person.

    Args:
        mesh: (468, 2 or 3), pixels.
        person: H x W in [0, 1], or None; nothing is known round the face then.
    """
    sets = np.zeros((height, width), np.uint16)
    face = _filled([mesh[list(FACE_OVAL), :2]], height, width)
    across = float(np.linalg.norm(mesh[33, :2] - mesh[263, :2]))
    if person is not None:
        sets[person < 0.1] = one_of("background")
        sure = person > 0.9
        rows = np.arange(height)[:, None]
        sets[sure] = one_of("hair", "ears", "neck", "clothes", "body", "other", "skin")
        above = sure & (rows < mesh[10, 1]) & np.ones((1, width), bool)
        sets[above] = one_of("hair", "other", "clothes")
        below = sure & (rows > mesh[152, 1] + 0.1 * across)
        sets[below] = one_of("hair", "neck", "clothes", "body", "other")
    rim = _grown(face, 0.06 * across) & ~_shrunk(face, 0.1 * across)
    sets[_shrunk(face, 0.1 * across)] = one_of("skin", "nose", "hair", "glasses")
    sets[rim] = 0
    for name, loops in (("brows", (RIGHT_BROW, LEFT_BROW)), ("eyes", (RIGHT_EYE, LEFT_EYE)), ("lips", (LIPS_OUTER,))):
        part = _filled([mesh[list(loop), :2] for loop in loops], height, width)
        if name == "brows":  # the mesh's brows are a little narrow and high: their middle is sure, their rim is not
            sets[_grown(part, 0.03 * across)] = 0
        sets[part] = one_of(name, "hair", "glasses") if name == "brows" else one_of(name)
    sets[_filled([mesh[list(LIPS_INNER), :2]], height, width)] = one_of("mouth")
    return sets


def _filled(loops: Iterable[NDArray[np.floating]], height: int, width: int) -> NDArray[np.bool_]:
    """Pixels whose centres lie in one of the loops."""
    canvas = np.zeros((height, width), np.uint8)
    for loop in loops:
        cv2.fillPoly(canvas, [np.rint((loop - 0.5) * 256).astype(np.int32)], 1, shift=8)
    return canvas > 0


def _kernel(radius: float) -> NDArray[np.uint8]:
    side = 2 * max(0, round(radius)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def _grown(part: NDArray[np.bool_], radius: float) -> NDArray[np.bool_]:
    return np.asarray(cv2.dilate(part.astype(np.uint8), _kernel(radius)) > 0)


def _shrunk(part: NDArray[np.bool_], radius: float) -> NDArray[np.bool_]:
    return np.asarray(cv2.erode(part.astype(np.uint8), _kernel(radius)) > 0)
