"""Photographic grades designed by hand, as tone states for the shelf: parameters of ours, no foreign pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from looksmith.errors import LooksmithError
from looksmith.facets.lut import identity_nodes
from looksmith.facets.tone import ToneState
from looksmith.facets.tone_prior import prior
from looksmith.facets.tone_statistics import quantile_table, split_toning
from looksmith.facets.tone_transport import BASIS, basis
from looksmith.media.colour import rgb_to_lab

Array = NDArray[np.float64]

_KNOTS = (0.0, 12.5, 25.0, 50.0, 75.0, 87.5, 100.0)


@dataclass(frozen=True)
class Hue:
    """A change of the colours around one hue: where (degrees of Lab and half width), and what."""

    at: float
    width: float
    turn: float = 0.0
    saturation: float = 1.0
    light: float = 0.0


@dataclass(frozen=True)
class Grade:
    """One design.

    Attributes:
        title: names for people, by language.
        curve: lightness that 0, 12.5, 25, 50, 75, 87.5 and 100 become.
        tints: (a, b) added at lightness 12, 50 and 88; black and white keep half of the nearest.
        saturation: factors of chroma at lightness 12, 50 and 88.
        hues: changes of single hues, before the tints.
        vibrance: how much more dull colours gain than vivid ones (0: alike).
        grain, vignette: 0 to 1, laid on when asked for.
    """

    title: Mapping[str, str]
    curve: tuple[float, ...] = _KNOTS
    tints: tuple[tuple[float, float], ...] = ((0.0, 0.0), (0.0, 0.0), (0.0, 0.0))
    saturation: tuple[float, float, float] = (1.0, 1.0, 1.0)
    hues: tuple[Hue, ...] = field(default=())
    vibrance: float = 0.0
    grain: float = 0.0
    vignette: float = 0.0

    def __call__(self, lab: NDArray[np.floating]) -> Array:
        """The design as a function of colour: N x 3 Lab -> N x 3 Lab."""
        light, a, b = (np.asarray(lab[..., k], np.float64) for k in range(3))
        chroma, hue = np.hypot(a, b), np.degrees(np.arctan2(b, a))
        turn, gain, lift = np.zeros_like(a), np.ones_like(a), np.zeros_like(a)
        present = chroma / (chroma + 12.0)
        for change in self.hues:
            away = (hue - change.at + 180.0) % 360.0 - 180.0
            weight = np.exp(-((away / change.width) ** 2)) * present
            turn += weight * change.turn
            gain *= 1 + weight * (change.saturation - 1)
            lift += weight * change.light
        gain *= np.interp(light, (12, 50, 88), self.saturation)
        gain *= 1 + self.vibrance * np.exp(-chroma / 25.0)
        angle = np.radians(hue + turn)
        tint = np.asarray(self.tints)
        spots, ends = (0, 12, 50, 88, 100), np.concatenate([tint[:1] / 2, tint, tint[-1:] / 2])
        return np.stack(
            [
                np.interp(light, _KNOTS, self.curve) + lift,
                gain * chroma * np.cos(angle) + np.interp(light, spots, ends[:, 0]),
                gain * chroma * np.sin(angle) + np.interp(light, spots, ends[:, 1]),
            ],
            axis=-1,
        )


def _title(en: str, zh: str) -> Mapping[str, str]:
    return MappingProxyType({"en": en, "zh": zh})


GRADES: Mapping[str, Grade] = MappingProxyType(
    {
        "golden-hour": Grade(
            _title("Golden hour", "金色时刻"),
            curve=(1.5, 13, 27, 54, 79, 90, 98),
            tints=((2.0, 1.0), (3.5, 9.0), (2.5, 12.0)),
            saturation=(0.9, 1.08, 1.0),
            hues=(Hue(125, 35, turn=-14, saturation=0.9), Hue(265, 45, saturation=0.72)),
            vibrance=0.08,
            vignette=0.2,
        ),
        "teal-orange": Grade(
            _title("Teal and orange", "青橙"),
            curve=(1, 9.5, 22, 50, 78, 90, 99),
            tints=((-8.0, -11.0), (-3.5, -3.5), (2.5, 6.5)),
            saturation=(0.9, 1.02, 1.0),
            hues=(
                Hue(55, 32, turn=2, saturation=1.22, light=1.5),
                Hue(250, 55, turn=-28, saturation=1.12),
                Hue(130, 30, turn=16, saturation=0.62, light=-2),
            ),
            vignette=0.2,
        ),
        "noir": Grade(
            _title("Noir", "黑白"),
            curve=(0, 6.5, 18, 48, 79, 92, 100),
            saturation=(0.0, 0.0, 0.0),
            hues=(Hue(50, 40, light=5), Hue(265, 50, light=-9), Hue(130, 35, light=-3)),
            grain=0.35,
            vignette=0.35,
        ),
        "pastel-air": Grade(
            _title("Pastel air", "空气感"),
            curve=(9, 24, 38, 64, 84, 92, 99),
            tints=((1.0, -4.0), (0.5, -2.5), (1.5, -1.0)),
            saturation=(0.72, 0.8, 0.8),
            hues=(Hue(55, 30, turn=-4, saturation=1.12, light=2), Hue(125, 35, turn=14, saturation=0.8, light=4)),
        ),
        "film-warm": Grade(
            _title("Warm film", "暖调胶片"),
            curve=(6, 15, 27, 51.5, 75, 86, 95),
            tints=((-2.5, 2.0), (1.0, 4.0), (1.5, 7.0)),
            saturation=(0.88, 0.98, 0.85),
            hues=(
                Hue(35, 30, turn=6, saturation=1.08),
                Hue(130, 35, turn=-8, saturation=0.82),
                Hue(265, 45, turn=-10, saturation=0.8),
            ),
            vibrance=0.06,
            grain=0.3,
            vignette=0.15,
        ),
        "cool-fade": Grade(
            _title("Cool fade", "冷调褪色"),
            curve=(13, 21, 31, 53, 75, 85, 94),
            tints=((-1.5, -8.0), (-1.5, -4.5), (-1.5, 1.5)),
            saturation=(0.6, 0.74, 0.72),
            hues=(Hue(50, 30, saturation=1.15),),
            grain=0.15,
        ),
        "vivid-street": Grade(
            _title("Vivid street", "街头浓彩"),
            curve=(0, 8.5, 21, 50.5, 80, 91.5, 100),
            tints=((0.5, -3.0), (0.0, 0.0), (0.5, 2.0)),
            saturation=(1.15, 1.25, 1.1),
            hues=(Hue(55, 28, saturation=0.88), Hue(275, 40, turn=-6, saturation=1.08, light=-2)),
            vibrance=0.16,
            vignette=0.15,
        ),
        "moody-green": Grade(
            _title("Moody green", "暗调森绿"),
            curve=(4, 10.5, 19.5, 42, 67, 80, 93),
            tints=((-7.0, 2.0), (-4.5, 3.0), (0.0, 4.0)),
            saturation=(0.7, 0.82, 0.8),
            hues=(
                Hue(125, 38, turn=12, saturation=0.72, light=-5),
                Hue(50, 28, turn=2, saturation=1.2, light=2),
                Hue(265, 50, turn=-22, saturation=0.6),
            ),
            grain=0.2,
            vignette=0.35,
        ),
    }
)
"""The designs by name."""


@cache
def grade_state(name: str) -> ToneState:
    """The tone state of a design: its function fitted to the tone basis, and the statistics of a typical photo in it.

    Raises:
        LooksmithError: there is no such grade.
    """
    if name not in GRADES:
        raise LooksmithError("no such grade", where="grade", expected=", ".join(GRADES), got=name)
    design = GRADES[name]
    coefficients = fit_design(design)
    points = prior().points.astype(np.float64)
    graded = points + basis(points) @ coefficients
    graded[:, 0] = np.clip(graded[:, 0], 0, 100)
    return ToneState(
        coefficients=coefficients.astype(np.float32),
        table=quantile_table(graded).astype(np.float32),
        toning=split_toning(graded).astype(np.float32),
        adaptive=0.0,
        grain=design.grain,
        vignette=design.vignette,
    )


def fit_design(design: Grade) -> Array:
    """Least squares of the design's displacement over the sRGB cube, greys counted more: 72 x 3 coefficients."""
    cube = rgb_to_lab(identity_nodes(15).reshape(-1, 3)).astype(np.float64)
    grey = np.zeros((201, 3))
    grey[:, 0] = np.linspace(0, 100, 201)
    near = rgb_to_lab(0.5 + 0.6 * (identity_nodes(9).reshape(-1, 3) - 0.5)).astype(np.float64)
    colours = np.concatenate([cube, grey, near])
    weight = np.concatenate([np.full(len(cube), 0.5), np.full(201, 4.0), np.full(len(near), 1.5)])[:, None]
    phi = basis(colours)
    gram = (phi * weight).T @ phi
    right = (phi * weight).T @ (design(colours) - colours)
    return np.asarray(np.linalg.solve(gram + 1e-10 * np.trace(gram) * np.eye(BASIS), right))
