"""Finds artefacts in a picture: checkerboards, banding, haloes, a colour cast, blown and crushed areas.

Each detector measures a few features (its own module says which) and weighs them by logistic regression.  The weights
and limits lie in ``calibration.json``, written by ``python -m benchmarks.artefacts`` from photos with and without
planted artefacts; no limit is set by hand.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from looksmith.evaluation.artefacts import banding, checkerboard, clipping, colour_cast, haloes
from looksmith.evaluation.features import at_most

Rgb = NDArray[np.uint8]
SIDE = 320
"""Longest side at which haloes, casts and clipped areas are looked for, as in the calibration."""

FULL_SIZE = frozenset({"checkerboard", "banding"})
DETECTORS: Mapping[str, Callable[[Rgb], NDArray[np.float64]]] = {
    "checkerboard": checkerboard.features,
    "banding": banding.features,
    "haloes": haloes.features,
    "colour-cast": colour_cast.features,
    "blown": clipping.blown,
    "crushed": clipping.crushed,
}
_CLIP = 5.0


@dataclass(frozen=True)
class Calibration:
    """What one detector learned.

    Attributes:
        mean, deviation: of each feature over clean photos and planted artefacts.
        weights: of each standardised feature, of its square, and a constant.
        limit: a picture with a score above it has the artefact.
        level, rise: with the photo it was made of at hand, a score above ``level`` that is ``rise`` above the photo's
            will do, and one above ``limit`` must be half of that above it.
    """

    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]
    weights: NDArray[np.float64]
    limit: float
    level: float
    rise: float

    def score(self, features: NDArray[np.float64]) -> float:
        """Log odds that the artefact is there, as far as calibration photos can tell."""
        return float(expanded(features[None], self.mean, self.deviation)[0] @ self.weights)

    def limit_beside(self, photo: float) -> float:
        """The limit for a picture made of a photo with the score ``photo``."""
        return min(max(self.limit, photo + self.rise / 2), max(self.level, photo + self.rise))


@dataclass(frozen=True)
class Artefact:
    """What one detector says of a picture.

    Attributes:
        name: checkerboard, banding, haloes, colour-cast, blown or crushed.
        score: log odds; compare with the limit, not between detectors.
        limit: above it the artefact counts as found.
        found: whether it is there, and is not in the photo already.
    """

    name: str
    score: float
    limit: float
    found: bool


def artefacts(rgb: Rgb, reference: Rgb | None = None) -> tuple[Artefact, ...]:
    """Look for every artefact.

    Args:
        rgb: H x W x 3 uint8 sRGB, 32 pixels a side or more.
        reference: the photo that it was made of: what is in the photo already is no artefact, and fainter ones count.

    Raises:
        ValueError: another shape or dtype.
    """
    found = scores(rgb)
    before = None if reference is None else scores(reference)
    told = []
    for name, score in found.items():
        known = calibration()[name]
        if before is None:
            told.append(Artefact(name, score, known.limit, score > known.limit))
        else:
            limit = known.limit_beside(before[name])
            told.append(Artefact(name, score, limit, score > limit))
    return tuple(told)


def scores(rgb: Rgb) -> Mapping[str, float]:
    """The score of every detector; those of the last pictures are kept, because photos and styles come again."""
    key = hashlib.blake2b(rgb.tobytes(), digest_size=16, salt=str(rgb.shape[0]).encode()[:16]).digest()
    if key not in _kept:
        _kept[key] = {name: calibration()[name].score(measure(name, rgb)) for name in DETECTORS}
        while len(_kept) > _MOST:
            _kept.popitem(last=False)
    return _kept[key]


_kept: OrderedDict[bytes, Mapping[str, float]] = OrderedDict()
_MOST = 64


def measure(name: str, rgb: Rgb) -> NDArray[np.float64]:
    """The features of one detector, at the size at which it looks.

    Raises:
        ValueError: not an 8-bit picture of 32 pixels a side or more.
    """
    if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3 or min(rgb.shape[:2]) < 32:
        raise ValueError(f"artefacts: expected H x W x 3 uint8, 32 pixels a side or more, got {rgb.shape} {rgb.dtype}")
    return DETECTORS[name](rgb if name in FULL_SIZE else at_most(rgb, SIDE))


def expanded(
    features: NDArray[np.float64], mean: NDArray[np.float64], deviation: NDArray[np.float64]
) -> NDArray[np.float64]:
    """N x F features as the regression takes them: standardised, clipped to ±5, their squares, and a one."""
    z = np.clip((features - mean) / deviation, -_CLIP, _CLIP)
    return np.concatenate([z, z * z, np.ones((len(z), 1))], axis=1)


@cache
def calibration() -> Mapping[str, Calibration]:
    """What ``calibration.json`` says, by detector."""
    stored = json.loads((files(__package__) / "calibration.json").read_text(encoding="utf-8"))
    return {
        name: Calibration(
            mean=np.array(entry["mean"], np.float64),
            deviation=np.array(entry["deviation"], np.float64),
            weights=np.array(entry["weights"], np.float64),
            limit=float(entry["limit"]),
            level=float(entry["level"]),
            rise=float(entry["rise"]),
        )
        for name, entry in stored["detectors"].items()
    }
