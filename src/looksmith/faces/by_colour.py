"""Parts of people told once more by their colours, as this photo has them.

Where someone stands far away the network takes bare arms for sleeves and a dark coat for hair.  What it is sure of says
what skin, hair, clothes and the surroundings look like in this photo (histograms as in Boykov & Jolly 2001); what it is
not sure of goes by that.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from looksmith.faces.parts import PARTS, REGIONS

GROUPS = (
    ("background",),
    (*REGIONS["skin"], "lips", "mouth", "eyes", "brows"),
    ("hair",),
    ("clothes",),
    ("glasses", "other"),
)
"""Parts that are told together: mouths and arms of one person are of one colour, more or less."""
STRENGTH = 0.45
"""Power to which the likelihood of a colour is raised."""
SURE = 0.5
"""Probability from which on a pixel says what its group looks like."""
FEWEST = 30.0
"""Pixels below which a group says nothing."""
LIGHTS, HUES, REACH = 12, 16, 64
"""Bins of light and of each of the two differences of channels, and half the range of these."""
EVEN = 0.02
"""Share of the histogram that is the same everywhere, so that a colour not seen excludes nothing."""
MOST = 4.0
"""By how much, as a logarithm, one group's colour can be less likely than the likeliest one's."""
ROUND = 0.08
"""How far round the people surroundings count, of the photo's longer side."""

Plane = NDArray[np.float32]


def by_colour(parts: Plane, rgb: NDArray[np.uint8], strength: float = STRENGTH) -> Plane:
    """Parts whose groups' colours have been taken into account; those within a group keep their shares.

    Args:
        parts: parts x h x w, probabilities.
        rgb: h x w x 3 sRGB, the photo at that size.
        strength: 0 for nothing.
    """
    height, width = parts.shape[1:]
    people = parts[0] < 1 - SURE
    rows, columns = np.flatnonzero(people.any(axis=1)), np.flatnonzero(people.any(axis=0))
    if not len(rows):
        return parts
    more = round(ROUND * max(height, width))
    box = (
        slice(max(0, int(rows[0]) - more), min(height, int(rows[-1]) + more + 1)),
        slice(max(0, int(columns[0]) - more), min(width, int(columns[-1]) + more + 1)),
    )
    near = parts[:, *box]
    members = [[PARTS.index(part) for part in group] for group in GROUPS]
    shares = np.stack([near[group].sum(axis=0) for group in members])
    gains = _gains(shares, _bins(rgb[box]), strength)
    made = parts.copy()
    for group, gain in zip(members, gains, strict=True):
        for part in group:
            made[part][box] *= gain
    made[:, *box] /= np.maximum(made[:, *box].sum(axis=0), 1e-6)
    return made


def _bins(rgb: NDArray[np.uint8]) -> NDArray[np.int32]:
    """The bin of each pixel: light, red over green, and yellow over blue."""
    red, green, blue = (rgb[..., channel].astype(np.int32) for channel in range(3))
    light = (red + 2 * green + blue) * LIGHTS // 1024
    step = 2 * REACH // HUES
    warm = np.clip((red - green + REACH) // step, 0, HUES - 1)
    yellow = np.clip(((red + green) // 2 - blue + REACH) // step, 0, HUES - 1)
    return np.asarray((light * HUES + warm) * HUES + yellow, np.int32)


def _gains(shares: Plane, bins: NDArray[np.int32], strength: float) -> Plane:
    """By what each group's probability is multiplied, groups x h x w, the likeliest group's 1."""
    size = LIGHTS * HUES * HUES
    likely = np.empty((len(shares), size), np.float64)
    known = np.empty(len(shares), bool)
    for row, share in enumerate(shares):
        sure = share > SURE
        counts = np.bincount(bins[sure], share[sure], size).astype(np.float64)
        known[row] = counts.sum() >= FEWEST
        likely[row] = _smooth(counts.reshape(LIGHTS, HUES, HUES)).ravel() / max(counts.sum(), 1e-6) + EVEN / size
    likely[~known] = likely[known].mean(axis=0) if known.any() else 1.0
    logs = np.log(likely)
    logs = strength * np.maximum(logs - logs.max(axis=0), -MOST)
    return np.asarray(np.exp(logs).astype(np.float32)[:, bins])


def _smooth(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Twice (1, 2, 1) / 4 along each axis; at the ends what would fall out stays."""
    for axis in range(counts.ndim):
        for _ in range(2):
            wide = np.moveaxis(np.concatenate([counts.take([0], axis), counts, counts.take([-1], axis)], axis), axis, 0)
            counts = np.moveaxis((wide[:-2] + 2 * wide[1:-1] + wide[2:]) / 4, 0, axis)
    return counts
