"""The facet ``tone``: a photorealistic grade learned from reference pictures.

Exposure, contrast, colour balance, split toning, saturation and a film-like curve, as one smooth colour table: every
pixel changes by its colour alone, so that there are no halos and no structure is made up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError
from looksmith.facets.film import lay_film, measure_grain, measure_vignette
from looksmith.facets.lut import Lut, apply_lut, write_cube
from looksmith.facets.protocol import Card, Mask, Material
from looksmith.facets.tone_card import describe_grade
from looksmith.facets.tone_grade import SIZE, fit_to_photo, fit_to_prior, grade_lut
from looksmith.facets.tone_statistics import (
    BANDS,
    COLOUR_SIDE,
    TABLE_SHAPE,
    opaque,
    quantile_table,
    robust_mean,
    shrunk,
    split_toning,
    thumbnail,
)
from looksmith.facets.tone_transport import BASIS
from looksmith.media.blend import mix
from looksmith.media.colour import to_srgb8
from looksmith.media.photo import Photo

COLOURS = ("match", "style", "keep")


@dataclass(frozen=True)
class ToneState:
    """What a tone look remembers: nothing of any single picture, only statistics of colour.

    Attributes:
        coefficients: 72 x 3 float32, the photo-independent grade in the basis of ``tone_transport`` (Lab units);
            it is what a ``.cube`` holds.
        table: 24 x 65 float32, the references' quantiles in Lab along fixed directions, which the adaptive grade
            moves a photo to.
        toning: 5 x 4 float32, mean L, a, b and chroma of each fifth of the lightness.
        adaptive: 0 to 1, how much of the grade adapts to the photo when the caller does not say.
        grain, vignette: 0 to 1, as measured in the references or as designed.
    """

    coefficients: NDArray[np.float32]
    table: NDArray[np.float32]
    toning: NDArray[np.float32]
    adaptive: float = 1.0
    grain: float = 0.0
    vignette: float = 0.0

    ARRAYS: ClassVar[dict[str, tuple[str, tuple[int, ...]]]] = {
        "coefficients": ("float32", (BASIS, 3)),
        "table": ("float32", TABLE_SHAPE),
        "toning": ("float32", (len(BANDS), 4)),
    }


@dataclass(frozen=True)
class Tone:
    """Learns and applies grades.

    Attributes:
        colour: "match" grades within limits for skin and greys; "style" without these two; "keep" changes
            lightness only.
        adaptive: True adapts the grade to the photo, False applies exactly the table that :func:`to_cube` writes,
            a number from 0 to 1 lies between; None leaves it to the look.
        grain, vignette: False for none, True for as much as the look has, or an amount from 0 to 1.
        seed: of the grain.
    """

    colour: str = "match"
    adaptive: bool | float | None = None
    grain: bool | float = False
    vignette: bool | float = False
    seed: int = 0

    name: ClassVar[str] = "tone"
    applies_to: ClassVar[frozenset[type]] = frozenset({Photo})
    STATE: ClassVar[type] = ToneState

    def __post_init__(self) -> None:
        if self.colour not in COLOURS:
            raise LooksmithError(
                "no such colour handling", where="colour", expected=", ".join(COLOURS), got=self.colour
            )
        for name in ("adaptive", "grain", "vignette"):
            value = getattr(self, name)
            if value is not None and not 0 <= float(value) <= 1:
                raise LooksmithError("out of range", where=name, expected="0 to 1", got=value)

    def learn(self, material: Material) -> ToneState:
        """The grade of the pictures; of several, what most of them share (geometric median).

        Raises:
            LooksmithError: the material holds no photo.
        """
        if not material.photos:
            raise LooksmithError("nothing to learn a tone from", where="material", expected="at least one photo", got=0)
        small = [_opaque(photo, thumbnail(to_srgb8(photo))) for photo in material.photos]
        table = robust_mean([quantile_table(lab) for lab in small]).astype(np.float32)
        return ToneState(
            coefficients=fit_to_prior(table).astype(np.float32),
            table=table,
            toning=robust_mean([split_toning(lab) for lab in small]).astype(np.float32),
            grain=round(float(np.median([measure_grain(photo.pixels) for photo in material.photos])), 4),
            vignette=round(float(np.median([measure_vignette(photo.pixels) for photo in material.photos])), 4),
        )

    def lut(self, state: ToneState, photo: Photo | None = None, size: int = SIZE) -> Lut:
        """The colour table that grades a photo at full strength; without a photo, the one for any photo."""
        known = photo is not None and self._share(state) > 0
        coefficients = self._coefficients(state, photo)
        return grade_lut(coefficients, size=size, colour=self.colour, softenings=1 if known else 4)

    def apply(self, subject: Photo, state: ToneState, strength: float = 1.0, where: Mask | None = None) -> Photo:
        """The photo with the grade: same size, depth, alpha, profile and metadata.

        A photo with a wide profile is measured in sRGB; the table then acts on its own numbers, which moves its colours
        by a little more than those of the same photo in sRGB.
        """
        if strength == 0 or subject.pixels.size == 0:
            return subject
        exact = self._share(state) == 0  # what a .cube does, and no more
        graded = apply_lut(self.lut(state, subject), subject.pixels, dither=False if exact else None)
        grain, vignette = _amount(self.grain, state.grain), _amount(self.vignette, state.vignette)
        if grain > 0 or vignette > 0:
            graded = lay_film(graded, grain=grain, vignette=vignette, seed=self.seed)
        if strength == 1 and where is None:
            return subject.with_pixels(graded)
        pixels: Any = subject.pixels
        return subject.with_pixels(mix(pixels, graded, strength, where))

    def blend(self, states: Sequence[ToneState], weights: Sequence[float]) -> ToneState:
        """The weighted barycentre of the states; their order does not matter, and one alone is itself.

        Raises:
            LooksmithError: no states, or weights that do not fit or do not add up to more than 0.
        """
        total = float(sum(weights))
        if not states or len(states) != len(weights) or min(weights) < 0 or not total > 0:
            raise LooksmithError("cannot blend", where="weights", expected="one each, not negative, one positive")
        parts = [(state, weight / total) for state, weight in zip(states, weights, strict=True) if weight > 0]
        if len(parts) == 1:
            return parts[0][0]
        parts.sort(key=lambda part: (part[1], part[0].coefficients.tobytes(), part[0].table.tobytes()))

        def mean(field: str) -> NDArray[np.float32]:
            summed = sum(weight * np.asarray(getattr(state, field), np.float64) for state, weight in parts)
            return np.asarray(summed, np.float32)

        arrays: dict[str, Any] = {field: mean(field) for field in ToneState.ARRAYS}
        numbers: dict[str, Any] = {field: float(mean(field)) for field in ("adaptive", "grain", "vignette")}
        return ToneState(**arrays, **numbers)

    def describe(self, state: ToneState) -> Card:
        """The grade in words, the colours of shadows to highlights, and its numbers."""
        return describe_grade(
            state.coefficients,
            state.table,
            state.toning,
            grain=state.grain,
            vignette=state.vignette,
            colour=self.colour,
        )

    def _share(self, state: ToneState) -> float:
        """How much of the grade adapts to the photo."""
        return float(state.adaptive if self.adaptive is None else self.adaptive)

    def _coefficients(self, state: ToneState, photo: Photo | None) -> NDArray[np.float64]:
        fixed = np.asarray(state.coefficients, np.float64)
        share = self._share(state)
        if photo is None or share == 0:
            return fixed
        small: NDArray[Any] = shrunk(photo.pixels, COLOUR_SIDE)
        if photo.icc is not None:
            small = to_srgb8(Photo(small, icc=photo.icc))
        fitted = fit_to_photo(small, photo.alpha, state.table)
        return np.asarray(fixed + share * (fitted - fixed))


def to_cube(state: ToneState, size: int = SIZE, *, title: str = "Looksmith", colour: str = "match") -> str:
    """The grade for any photo as the text of a ``.cube`` file.

    ``Tone(adaptive=False)`` applies exactly this table when ``size`` is 33.

    Raises:
        LooksmithError: a size that editors do not take.
    """
    if not 2 <= size <= 129:
        raise LooksmithError("no such cube", where="size", expected="2 to 129", got=size)
    return write_cube(Tone(colour=colour).lut(state, size=size), title)


def _amount(asked: bool | float, of_look: float) -> float:
    """The amount of an effect: what was asked for, or as much as the look has."""
    if isinstance(asked, bool):
        return of_look if asked else 0.0
    return float(asked)


def _opaque(photo: Photo, small: NDArray[np.float32]) -> NDArray[np.float32]:
    """The colours of a thumbnail's pixels, N x 3, without those that are clear in the photo."""
    flat = small.reshape(-1, 3)
    if photo.alpha is None:
        return flat
    return flat[opaque(photo.alpha, small.shape[0], small.shape[1])]
