"""The colours of a creator's hair, from their pictures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError
from looksmith.faces.people import People
from looksmith.facets.hair.colours import AMOUNTS, HairState
from looksmith.facets.hair.region import Hair, hair_of
from looksmith.media.photo import Photo

SURE = 0.8
"""Of the mask, from which on a pixel tells of hair."""
USUAL_CONTRAST, USUAL_SHINE = 0.21, 0.55
"""Deviation of lightness, and how far the lightest strands stand out, in parts of the hair's lightness and 8 more."""


def colours_of(photos: Sequence[Photo]) -> HairState:
    """What most of the pictures show of the hair of their largest face, by medians.

    Raises:
        LooksmithError: no picture shows a face with hair, or the network that knows hair is not installed.
    """
    found: list[HairState] = []
    for photo in photos:
        people = People(photo)
        hair = hair_of(photo, people, 0) if people.faces else None
        state = None if hair is None else seen_in(hair)
        if state is not None:
            found.append(state)
    if not found:
        raise LooksmithError(
            "no picture shows a face with hair",
            where="material",
            expected="pictures of a person with their hair",
            got=f"none in {len(photos)} pictures",
        )
    numbers = {name: round(float(np.median([getattr(state, name) for state in found])), 4) for name in AMOUNTS}
    return HairState(
        np.median([state.colours for state in found], axis=0).astype(np.float32),
        np.median([state.highlight for state in found], axis=0).astype(np.float32),
        **numbers,
    )


def seen_in(hair: Hair) -> HairState | None:
    """The colours of the hair of one picture; None where too little of it is sure."""
    sure = hair.mask > SURE
    if sure.sum() < 0.1 * hair.near.unit**2:
        return None
    lab, along = hair.lab[sure], hair.along[sure]
    whole = _usual(lab)
    colours = np.stack([whole] * 3)
    for row, (low, high) in enumerate(((0.0, 0.33), (0.33, 0.66), (0.66, 1.01))):
        part = lab[(along >= low) & (along < high)]
        if len(part) > 0.12 * len(lab):
            colours[row] = _usual(part)
        elif row:
            colours[row] = colours[row - 1]
    light = lab[:, 0]
    middle, upper, top = np.quantile(light, (0.5, 0.85, 0.97))
    strands = lab[(light >= upper) & (light < top)]
    highlight = np.median(strands, axis=0) if len(strands) else whole
    fuller = float(np.hypot(*highlight[1:])) >= 0.95 * float(np.hypot(*whole[1:]))  # else it is shine
    stands_out = float(np.clip((highlight[0] - middle - 9) / 16, 0, 1))
    contrast = float(np.std(np.minimum(light, top)) / (USUAL_CONTRAST * (middle + 8)))
    shine = float((top - middle) / (USUAL_SHINE * (middle + 8)))
    return HairState(
        colours.astype(np.float32),
        highlight.astype(np.float32),
        highlights=stands_out if fuller and middle > 18 else 0.0,
        contrast=float(np.clip(0.5 * contrast, 0.2, 0.8)),
        shine=float(np.clip(0.5 * shine, 0.25, 0.75)),
    )


def _usual(lab: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean colour without the glints."""
    return np.asarray(lab[lab[:, 0] <= np.quantile(lab[:, 0], 0.95)].mean(axis=0), np.float32)
