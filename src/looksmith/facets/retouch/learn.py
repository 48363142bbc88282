"""How much a creator retouches, told by how their pictures differ from portraits that were not retouched."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from looksmith.errors import LooksmithError
from looksmith.faces.people import People
from looksmith.facets.retouch.measure import MEASURES, UNIT, measured
from looksmith.facets.retouch.sliders import RetouchState
from looksmith.media.photo import Photo

SLIGHT = 0.08
"""Amounts below this are not told from none."""


@dataclass(frozen=True)
class Usual:
    """What one measure is in portraits.

    Attributes:
        plain: its median as the portraits are.
        full: its median after the slider of the same name at 1.
    """

    plain: float
    full: float

    def amount(self, value: float) -> float:
        """Where on the way between both a value lies, 0 to 1."""
        way = self.full - self.plain
        return float(np.clip((value - self.plain) / way, 0, 1)) if way else 0.0


@cache
def prior() -> Mapping[str, Usual]:
    """What is usual, measured by ``benchmarks/retouch_prior.py``."""
    held = json.loads((files(__package__) / "prior.json").read_text("utf-8"))
    return {name: Usual(held[name]["plain"], held[name]["full"]) for name in MEASURES}


def amounts_of(photos: Sequence[Photo]) -> RetouchState:
    """The amounts that the largest faces of pictures show, by the median of each measure.

    Whether spots were taken away cannot be told from pictures without them: ``blemish`` goes with ``smooth``.

    Raises:
        LooksmithError: no face is large enough and seen from the front.
    """
    seen: dict[str, list[float]] = {}
    faces = 0
    for photo in photos:
        people = People(photo)
        found = measured(photo, people, people.faces[0]) if people.faces else {}
        faces += bool(found)
        for name, value in found.items():
            seen.setdefault(name, []).append(value)
    if not faces:
        raise LooksmithError(
            "no picture shows a face from which retouching can be told",
            where="material",
            expected=f"faces from the front, {UNIT:.0f} pixels or more between the outer corners of the eyes",
            got=f"none in {len(photos)} pictures",
        )
    amounts = {name: round(prior()[name].amount(float(np.median(values))), 3) for name, values in seen.items()}
    amounts["blemish"] = amounts["smooth"]
    return RetouchState(**{name: amount for name, amount in amounts.items() if amount >= SLIGHT})
