"""The parts that people are taken into, and the regions that are made of them."""

from __future__ import annotations

import numpy as np

PARTS = (
    "background", "skin", "lips", "mouth", "eyes", "brows", "nose", "ears", "neck", "hair", "glasses", "clothes",
    "body", "other",
)  # fmt: skip
"""In the order of the network's output.  ``skin`` is the face's own without the parts named beside it, ``mouth`` what
is seen between the lips, ``body`` arms, hands and legs, ``other`` what people hold or wear beside clothes."""

REGIONS: dict[str, tuple[str, ...]] = {
    "person": PARTS[1:],
    "background": ("background",),
    "face": ("skin", "lips", "mouth", "eyes", "brows", "nose", "glasses"),
    "skin": ("skin", "nose", "ears", "neck", "body"),
    "lips": ("lips",),
    "mouth": ("mouth",),
    "eyes": ("eyes",),
    "brows": ("brows",),
    "nose": ("nose",),
    "ears": ("ears",),
    "neck": ("neck",),
    "hair": ("hair",),
    "glasses": ("glasses",),
    "clothes": ("clothes",),
}
"""Name of a region → its parts."""

CROP = 256
"""Side of the squares that the network looks at."""
HEAD = np.array([(102, 112), (154, 112), (128, 140), (107, 170), (149, 170)], np.float64)
"""Where the five points of a face stand in its square: hair and shoulders are in it too."""
CLOSE = (HEAD - (128, 140)) / 0.55 + 128
"""The same of the square that only the face fills, from brows to chin: lips and eyes are seen larger in it."""
