"""Names for the points of the dense mesh: 468 points in the topology of the MediaPipe face mesh.

Left and right are the person's own: in a photo that is not mirrored, the right eye stands on the left.  Loops go round
once without repeating the first point.
"""

from __future__ import annotations

POINTS = 468
"""Points of a mesh."""

LIPS_OUTER = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185)
"""Loop round the red of the lips: the right corner, under the lower lip, the left corner, over the upper lip."""
LIPS_INNER = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191)
"""Loop round the opening of the mouth, in the same order."""

RIGHT_EYE = (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246)
"""Loop along the lids: the outer corner, the lower lid, the inner corner, the upper lid."""
LEFT_EYE = (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466)

RIGHT_BROW = (46, 53, 52, 65, 55, 107, 66, 105, 63, 70)
"""Loop: the lower edge from the temple to the nose, and back along the upper edge."""
LEFT_BROW = (276, 283, 282, 295, 285, 336, 296, 334, 293, 300)

FACE_OVAL = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip
"""Loop: the middle of the hairline, the left cheek, the chin (152), the right cheek."""

NOSE_TIP = 1
NOSE_BRIDGE = (168, 6, 197, 195, 5, 4, 1)
"""Line from between the eyes to the tip."""
NOSE_BASE = (98, 97, 2, 326, 327)
"""Line under the nostrils, from the right to the left."""
CHIN = 152
FOREHEAD = 10
MOUTH_CORNERS = (61, 291)
"""Right, left."""
EYE_CORNERS = ((33, 133), (263, 362))
"""(outer, inner) of the right eye, then of the left one."""
RIGHT_CHEEK = 50
LEFT_CHEEK = 280

GROUPS: dict[str, tuple[int, ...]] = {
    "lips_outer": LIPS_OUTER,
    "lips_inner": LIPS_INNER,
    "right_eye": RIGHT_EYE,
    "left_eye": LEFT_EYE,
    "right_brow": RIGHT_BROW,
    "left_brow": LEFT_BROW,
    "face_oval": FACE_OVAL,
    "nose_bridge": NOSE_BRIDGE,
    "nose_base": NOSE_BASE,
}
"""Every group by name."""

CLOSED = frozenset({"lips_outer", "lips_inner", "right_eye", "left_eye", "right_brow", "left_brow", "face_oval"})
"""The groups that are loops."""

IBUG_68 = (
    127, 234, 93, 132, 58, 172, 150, 176, 152, 400, 379, 397, 288, 361, 323, 454, 356,
    70, 63, 105, 66, 107, 336, 296, 334, 293, 300,
    168, 197, 5, 4, 98, 97, 2, 326, 327,
    33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380,
    61, 39, 37, 0, 267, 269, 291, 405, 314, 17, 84, 181,
    78, 82, 13, 312, 308, 317, 14, 87,
)  # fmt: skip
"""For each of the 68 points of iBUG 300-W (Sagonas et al. 2013), in its order, the nearest point of the mesh."""
