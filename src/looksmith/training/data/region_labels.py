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

NOSE = (
    168, 193, 245, 188, 174, 217, 126, 49, 48, 64, 98, 97, 2, 326, 327, 294, 278, 279, 355, 437, 399, 412, 465, 417,
)  # fmt: skip
"""Loop of the mesh round the nose."""


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


def sets_of_mesh(
    mesh: NDArray[np.float32],
    height: int,
    width: int,
    person: NDArray[np.float32] | None,
    rgb: NDArray[np.uint8] | None = None,
) -> Sets:
    """From a face's mesh, the outline of the person, and colours.

    The mesh ends on the forehead, below the hairline, so that above it hair and skin are both possible, but for what
    has the colour of this person's cheeks or of the hair on top, where these two differ.  Rims of lips, eyes and nose
    are left to the pictures on which people drew.

    Args:
        mesh: (468, 2 or 3), pixels.
        person: H x W in [0, 1], or None; nothing is known round the face then.
        rgb: H x W x 3 uint8 sRGB, or None; colours say nothing then.
    """
    sets = np.zeros((height, width), np.uint16)
    xy = mesh[:, :2]
    face = _filled([xy[list(FACE_OVAL)]], height, width)
    across = float(np.linalg.norm(xy[33] - xy[263]))
    up = (xy[10] - xy[152]) / max(float(np.linalg.norm(xy[10] - xy[152])), 1e-6)
    y, x = np.mgrid[:height, :width].astype(np.float32) + 0.5
    over = (x - xy[10, 0]) * up[0] + (y - xy[10, 1]) * up[1]
    under = (x - xy[152, 0]) * -up[0] + (y - xy[152, 1]) * -up[1]
    sure = np.zeros((height, width), bool)
    if person is not None:
        sets[person < 0.1] = one_of("background")
        sure = person > 0.9
        sets[sure] = one_of("hair", "ears", "neck", "clothes", "body", "other", "skin")
        sets[sure & (over > 0)] = one_of("hair", "other", "clothes", "skin")
        sets[sure & (under > 0.1 * across)] = one_of("hair", "neck", "clothes", "body", "other")
    inside = _shrunk(face, 0.1 * across)
    rim = _grown(face, 0.06 * across) & ~inside
    nose = _filled([xy[list(NOSE)]], height, width)
    sets[inside] = one_of("skin", "hair", "glasses")
    sets[inside & _grown(nose, 0.06 * across)] = one_of("skin", "nose", "glasses")
    sets[_shrunk(nose, 0.05 * across)] = one_of("nose", "glasses")
    sets[rim] = one_of("skin", "hair", "ears", "neck", "glasses", "other")
    brows = _filled([xy[list(loop)] for loop in (RIGHT_BROW, LEFT_BROW)], height, width)
    about = _grown(brows, 0.07 * across)  # the mesh's brows lie too high; what is dark there is brow
    sets[about] = one_of("skin", "brows", "hair", "glasses")
    eyes = _filled([xy[list(loop)] for loop in (RIGHT_EYE, LEFT_EYE)], height, width)
    mouth, lips = (_filled([xy[list(loop)]], height, width) for loop in (LIPS_INNER, LIPS_OUTER))
    _from_colours(sets, rgb, inside & ~(about | _grown(eyes | lips, 0.05 * across)), sure, over / across, about)
    for part, name in ((eyes, "eyes"), (lips, "lips")):
        sets[_grown(part, 0.025 * across)] = one_of(name, "skin", "glasses")
        sets[_shrunk(part, 0.012 * across)] = one_of(name)
    sets[mouth] = one_of("mouth", "lips")
    sets[_shrunk(mouth, 0.03 * across)] = one_of("mouth")
    return sets


def _from_colours(
    sets: Sets,
    rgb: NDArray[np.uint8] | None,
    cheeks: NDArray[np.bool_],
    sure: NDArray[np.bool_],
    over: NDArray[np.float32],
    brows: NDArray[np.bool_],
) -> None:
    """Narrow sets down, in place, where this person's skin and hair differ in colour.

    Args:
        cheeks: where only skin is.
        sure: where the person is.
        over: height over the mesh, in units of the distance of the eyes' outer corners.
        brows: where brows may be.
    """
    if rgb is None or int(cheeks.sum()) < 50:
        return
    smooth = cv2.GaussianBlur(rgb, (3, 3), 0).astype(np.float32) / 255
    lab = np.asarray(cv2.cvtColor(smooth, cv2.COLOR_RGB2LAB), np.float32)
    skin, light = _spread_of(lab[cheeks], np.array([10, 4, 5], np.float32)), lab[..., 0]
    if brows.any():
        bright, low = float(np.median(light[cheeks])), float(np.quantile(light[brows], 0.1))
        if bright - low > 12:  # half-way between skin and the darkest
            sets[brows & (light < 0.5 * (bright + low))] = one_of("brows", "hair", "glasses")
            sets[brows & (light > 0.7 * bright + 0.3 * low)] = one_of("skin", "hair", "glasses")
    top = sure & (over > 0.6) if (over > 0.6).any() else sure & (over > 0.35)
    if int(top.sum()) < 80:
        return
    hair = _spread_of(lab[top], np.array([7, 3, 3.5], np.float32))
    if float((np.square((skin[0] - hair[0]) / np.maximum(skin[1], hair[1]))).sum()) < 6:
        return  # one colour, or bald
    far_skin, far_hair = (np.square((lab - middle) / spread).sum(axis=2) for middle, spread in (skin, hair))
    where = sure & (over > -1.2) & ~brows & (sets != 0)
    like_hair, like_skin = far_skin - far_hair > 6, (far_hair - far_skin > 6) & (far_skin < 12)
    outside = where & (sets & one_of("clothes", "neck", "other") != 0)
    sets[outside & like_hair & (over > -0.3)] &= ~np.uint16(one_of("skin", "ears", "neck", "body"))
    sets[where & like_skin] &= ~np.uint16(one_of("hair", "clothes", "other"))


def _spread_of(colours: NDArray[np.float32], least: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
    """Median and spread of colours n x 3, the spread from quartiles and at least so much."""
    low, middle, high = np.quantile(colours, (0.25, 0.5, 0.75), axis=0)
    return np.asarray(middle, np.float32), np.maximum((high - low) / 1.35, least).astype(np.float32)


def inside_of(mesh: NDArray[np.float32], loops: Iterable[Sequence[int]], height: int, width: int) -> NDArray[np.bool_]:
    """Pixels inside one of the loops of a mesh, (468, 2 or 3) pixels."""
    return _filled([mesh[list(loop), :2] for loop in loops], height, width)


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
