"""Hair in another colour: its shading, strands and shine carried over into the new one.

Lightness is carried over by ratios, as light falls on a darker or lighter surface: of the shading to the hair's mean,
and of each strand to the shading round it.  Hair that is lifted from dark to light keeps less of these ratios than hair
that is darkened, which is what bleached hair shows, and is warmer where it is darker.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from looksmith.faces.refine import refined
from looksmith.facets.hair.colours import HairState
from looksmith.facets.hair.region import Hair
from looksmith.media.colour import lab_to_rgb, luma, rgb_to_lab
from looksmith.media.resize import resize
from looksmith.media.smooth import blurred

Plane = NDArray[np.float32]

SMOOTH = 0.13
"""Width of the Gaussian between shading and strands, in units of the outer corners of the eyes."""
VEIL = np.float32(7)
DEEP, DEEPER = 14.0, 0.8
"""Added to lightnesses before their ratio is taken, and more of it by how much the hair is darker than a level: black
hair has noise in its shadows, and blocks of compression."""
SHADED, STRANDED = (60.0, 90.0), (36.0, 98.0)
"""How far below the shade's lightness shading, and strands below the shading, go at most, and how light."""
LIFTED, STRANDS, DARKENED = 1.2, 0.9, 1.15
"""Exponents of the ratios where hair becomes lighter by 40 or more, of shading and of strands, and where it becomes
darker by 40 or more; between them, between."""
WARMER, REDDER = 14.0, 6.0
"""b* and a* that half as light strands gain in hair that is lifted by 40 in lightness or more."""
LOWLIGHTS = 0.15
"""By how much the exponent of strands darker than the hair round them grows, in hair that is lifted by 40 or more:
lifting goes in steps, and what was darkest is left behind."""
ROOTS, NEAR_ROOTS = 0.25, 0.16
"""By how much lifted hair is darker at its roots, and how far from them, of the hair's length, that is a third."""
OWN_COLOUR = 0.3
"""Of how strands differ in colour, kept."""
OUTLINE, FRINGE, MIXED = 0.06, 0.08, 1.15
"""Depth of hair's outline and of the fringe round it, in the same units, and the ratio beyond which a pixel of the
outline is mixed with what lies behind."""
EDGE = 0.03
"""Width of the windows in which the edge of hair is looked for, in the same units."""


@dataclass(frozen=True, eq=False)
class _Plan:
    """At the working size.

    Attributes:
        mean: lightness, a and b of the hair without strands.
        aim: what they become.
        power: exponent for the ratios of strands.
        least, most: ratios that strands of this hair have.
        spread: of the ratios.
        beyond: lightness of what is beside the hair and is none.
    """

    mean: tuple[Plane, Plane, Plane]
    aim: tuple[Plane, Plane, Plane]
    power: float
    least: float
    most: float | Plane
    spread: float
    beyond: Plane


def dye(rgb: NDArray[np.uint8], hair: Hair, state: HairState) -> tuple[NDArray[np.float32], Plane]:
    """Hair recoloured.

    Args:
        rgb: H x W x 3 sRGB, the part of the photo that ``hair.box`` is, at its own size.
        hair: where it is.
        state: the colours.

    Returns:
        H x W x 3 change of sRGB values in [0, 1] that hair goes through, and H x W in [0, 1] how much of a pixel is
        hair: where it is seen against skin or against what is behind, the rest of the pixel stays.
    """
    height, width = rgb.shape[:2]

    def large(plane: Plane) -> Plane:
        return resize(np.ascontiguousarray(plane), height, width, enlarge="linear")

    plan = _corrected(_plan(hair, state), hair, state)
    mean, aim = tuple(map(large, plan.mean)), tuple(map(large, plan.aim))
    along = large(hair.along)
    lab = rgb_to_lab(rgb)
    rim = large(_rim(hair, plan.mean[0], plan.beyond))
    plan = replace(plan, most=np.asarray(plan.most + rim * (np.float32(MIXED) - plan.most), np.float32))
    made = _dyed(lab, mean, aim, along, plan, state)
    mask = np.maximum(hair.mask, _fringe(plan, hair))
    weight = refined(mask, luma(rgb), max(1, round(EDGE * hair.near.unit))) * _share(lab, mean, large, plan, hair)
    if state.roots > 0:
        stay = np.float32(state.roots) * np.clip(1 - (along - np.float32(0.08)) / np.float32(0.22), 0, 1)
        weight = weight * (1 - stay)
    ratio = _ratio(lab[..., 0], mean[0])
    clipped = np.clip(ratio, plan.least, plan.most) / np.maximum(ratio, np.float32(0.05))
    before = rgb.astype(np.float32) * (clipped * np.float32(1 / 255))[..., None]
    return np.asarray(lab_to_rgb(made) - before, np.float32), np.asarray(weight, np.float32)


def _plan(hair: Hair, state: HairState) -> _Plan:
    wide = SMOOTH * hair.near.unit
    beyond = _beyond(hair, wide)
    weight = np.square(np.clip(hair.mask - 0.7, 0, 1))
    usual = float((hair.lab[..., 0] * weight).sum() / max(float(weight.sum()), 1e-6))
    weight = weight * (1 - _rim(hair, np.float32(usual), beyond)) + np.float32(1e-5)
    below = np.maximum(blurred(weight, wide), np.float32(1e-6))
    light, red, blue = (
        np.asarray(blurred(np.asarray(hair.lab[..., c] * weight, np.float32), wide) / below, np.float32)
        for c in range(3)
    )
    colours, _ = state.sane
    place = hair.along * 2
    upper, lower = np.clip(place, 0, 1), np.clip(place - 1, 0, 1)
    flat = [
        np.asarray(c[0] + (c[1] - c[0]) * upper + (c[2] - c[1]) * lower, np.float32)
        for c in np.ascontiguousarray(colours.T)
    ]
    lift = float(np.clip((float(colours[:, 0].mean()) - usual) / 40, -1, 1))
    power, strands = (1 + lift * (lifted - 1 if lift > 0 else 1 - DARKENED) for lifted in (LIFTED, STRANDS))
    shading = np.clip((light + VEIL) / np.float32(max(usual, 0) + VEIL), 0.3, 3) ** np.float32(power)
    if lift > 0:
        shading = shading * (1 - np.float32(ROOTS * lift) * np.exp(hair.along * np.float32(-1 / NEAR_ROOTS)))
    core = hair.clear if hair.clear.sum() > 40 else hair.mask > 0.85
    if core.sum() > 20:
        shading = np.clip(shading, *np.quantile(shading[core], (0.02, 0.97)))
    ratio = _ratio(hair.lab[..., 0], light)
    sure = ratio[core]
    least, most = np.quantile(sure, (0.01, 0.97)) if sure.size > 20 else (0.6, 1.6)
    return _Plan(
        (light, red, blue),
        (_bent(flat[0] * shading, flat[0], SHADED), flat[1], flat[2]),
        strands * (0.4 + 1.2 * state.contrast),
        float(np.clip(least, 0.2, 0.95)),
        float(np.clip(most, 1.05, 3)),
        max(float(np.std(np.clip(sure, 0.3, 3))), 0.05) if sure.size > 20 else 0.2,
        beyond,
    )


def _corrected(plan: _Plan, hair: Hair, state: HairState) -> _Plan:
    """The plan moved so that the mean of the hair becomes the mean that is wanted: ratios of light do not keep it."""
    made = _dyed(hair.lab, plan.mean, plan.aim, hair.along, plan, state, plain=True)
    weight = np.square(hair.mask)
    colours, _ = state.sane
    place = hair.along * 2
    upper, lower = np.clip(place, 0, 1), np.clip(place - 1, 0, 1)
    aim = []
    for channel, c in enumerate(np.ascontiguousarray(colours.T)):
        wanted = c[0] + (c[1] - c[0]) * upper + (c[2] - c[1]) * lower
        off = float(((wanted - made[..., channel]) * weight).sum() / max(float(weight.sum()), 1e-6))
        aim.append(plan.aim[channel] + np.float32(np.clip(off, -15, 15)))
    aim[0] = np.clip(aim[0], 0, np.maximum(SHADED[1], colours[:, 0].max()))
    return _Plan(plan.mean, (aim[0], aim[1], aim[2]), plan.power, plan.least, plan.most, plan.spread, plan.beyond)


def _dyed(
    lab: NDArray[np.float32],
    mean: tuple[Plane, ...],
    aim: tuple[Plane, ...],
    along: Plane,
    plan: _Plan,
    state: HairState,
    plain: bool = False,
) -> NDArray[np.float32]:
    """Pixels of hair in their new colour, CIELAB; ``plain`` without the lighter strands."""
    ratio = np.clip(_ratio(lab[..., 0], mean[0]), plan.least, plan.most)
    target = list(aim)
    if state.highlights > 0 and not plain:
        share = np.float32(state.highlights)
        taken = np.clip(((ratio - 1) / np.float32(plan.spread) + 3.0 * share - 0.5) / 3.5, 0, 1)
        taken *= np.clip((along + 0.15) / 0.3, 0, 1) * min(1.0, 1.4 * float(share) + 0.2)
        target = [plane + taken * (value - plane) for plane, value in zip(aim, state.sane[1], strict=True)]
    lift = np.clip((target[0] - mean[0]) / np.float32(40), 0, 1)
    gloss = np.float32(0.6 + 0.8 * state.shine) * (1 - np.float32(0.5) * lift)  # light hair glints less than dark
    bright, power = ratio > 1, np.float32(plan.power)
    strand = np.where(bright, 1 + (ratio - 1) * gloss, ratio) ** np.where(
        bright, power, power * (1 + np.float32(LOWLIGHTS) * lift)
    )
    light = _bent(target[0] * strand, target[0], STRANDED)
    darker = np.clip(1 - light / np.maximum(target[0], 5), 0, 0.7)
    glint = np.clip((ratio - np.float32(1 + 1.2 * plan.spread)) / np.float32(2 * plan.spread), 0, 1)
    fuller = (1 - np.float32(0.35) * glint) * (1 - np.float32(0.3) * darker)
    made = np.empty_like(lab)
    made[..., 0] = light
    warm = lift * darker
    made[..., 1] = target[1] * fuller + np.float32(REDDER) * warm + np.float32(OWN_COLOUR) * (lab[..., 1] - mean[1])
    made[..., 2] = target[2] * fuller + np.float32(WARMER) * warm + np.float32(OWN_COLOUR) * (lab[..., 2] - mean[2])
    return made


def _before_light(light: Plane | np.float32, beyond: Plane) -> Plane:
    """How far what is beside hair is lighter than it: in [0, 1]."""
    return np.asarray(np.clip(_ratio(beyond, light) - np.float32(1.4), 0, 1), np.float32)


def _rim(hair: Hair, light: Plane | np.float32, beyond: Plane) -> Plane:
    """The outline of hair before something light, which its pixels are mixed with: in [0, 1], at the working size."""
    within = np.clip((blurred(hair.mask, OUTLINE * hair.near.unit) - np.float32(0.85)) / np.float32(0.13), 0, 1)
    return np.asarray((1 - within) * _before_light(light, beyond), np.float32)


def _fringe(plan: _Plan, hair: Hair) -> Plane:
    """Where single hairs may stand off the outline before something light, at the working size."""
    grown = np.clip(np.float32(2.5) * blurred(hair.mask, FRINGE * hair.near.unit), 0, 1)
    return np.asarray(grown * _before_light(plan.mean[0], plan.beyond) * (1 - hair.by_face), np.float32)


def _beyond(hair: Hair, wide: float) -> Plane:
    """Lightness of what is beside the hair."""
    other = np.square(np.clip(0.4 - hair.mask, 0, 1)) + np.float32(1e-6)
    return np.asarray(
        blurred(np.asarray(hair.lab[..., 0] * other, np.float32), wide) / blurred(other, wide), np.float32
    )


def _share(
    lab: NDArray[np.float32], mean: tuple[Plane, ...], large: Callable[[Plane], Plane], plan: _Plan, hair: Hair
) -> Plane:
    """How much of each pixel is hair, by its lightness between that of the hair and that of what is beside it."""
    ratio = _ratio(lab[..., 0], mean[0])
    beyond = _ratio(large(plan.beyond), mean[0])
    brightest, darkest = (
        np.maximum(beyond, np.float32(1.5) * plan.most),
        np.minimum(beyond, np.float32(0.6 * plan.least)),
    )
    above = (brightest - ratio) / (brightest - plan.most)
    below = (ratio - darkest) / (np.float32(plan.least) - darkest)
    dark = np.clip((1 - beyond) / np.float32(0.3), 0, 1)  # else what is darkest is the shade between strands
    seen = np.clip(np.minimum(above, np.maximum(below, 1 - dark)), 0, 1)
    return np.asarray(np.minimum(seen, _not_skin(lab, mean, large(hair.by_face), hair.skin)), np.float32)


def _not_skin(
    lab: NDArray[np.float32], mean: tuple[Plane, ...], by_face: Plane, skin: NDArray[np.float32] | None
) -> Plane:
    """Near the hairline, how much of a pixel is hair and how much the skin that shows between it: H x W in [0, 1]."""
    if skin is None:
        return np.ones_like(by_face)
    way = [np.float32(skin[c]) - mean[c] for c in range(3)]
    length = np.maximum(sum(np.square(w) for w in way), np.float32(1))
    share = sum((lab[..., c] - mean[c]) * way[c] for c in range(3)) / length
    apart = np.clip((np.sqrt(length) - 10) / 12, 0, 1)  # fair hair and fair skin are not told apart so
    hair = np.clip(np.float32(1.1) - np.float32(1.35) * share, 0, 1)
    return np.asarray(1 - by_face * apart * (1 - hair), np.float32)


def _ratio(light: Plane, mean: Plane | np.float32) -> Plane:
    """Lightness over that of the hair round it."""
    veil = VEIL + np.float32(DEEPER) * np.maximum(np.float32(DEEP) - mean, 0)
    return np.asarray((light + veil) / np.maximum(mean + veil, 1), np.float32)


def _bent(light: Plane, from_: Plane, limits: tuple[float, float]) -> Plane:
    """Lightness that would go far beyond a level bent so that it nears its limits and does not reach them: the first is
    how far below the level, the second how light."""
    above, below = np.maximum(limits[1] - from_, 3), np.float32(limits[0])
    over, under = np.maximum(light - from_, 0), np.maximum(from_ - light, 0)
    bent = from_ + above * (1 - np.exp(-over / above)) - below * (1 - np.exp(-under / below))
    return np.asarray(np.clip(bent, 0, 100), np.float32)
