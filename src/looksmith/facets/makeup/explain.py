"""A lipstick that explains what is seen.

What the network tells of shade, opacity and lips below are three guesses.  Put together they miss the colour in the
picture by 1 to 2 units of CIELAB where the renderer itself laid the makeup, by 6 (and up to 14) on real faces.  That
colour is known, though, and the guesses are not: a layer of opacity a over lips b is seen as b + a (shade - b).  So
what is told is taken for the middle of a normal distribution, and the layer is the likeliest that is seen as it is:
what misses is shared out between lips, shade and opacity by how well each is told.  Where products as they are sold
explain it better than what is told, these are the prior instead: nobody sells a lipstick of chroma 90, so a deep red
is dense.

For a given opacity all of this is linear and normal (Bishop, Pattern Recognition and Machine Learning, 2006, 2.3.3);
opacities are gone through one by one.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from looksmith.facets.makeup import bare
from looksmith.facets.makeup.window import softened

Floats = NDArray[np.floating]


class Prior(NamedTuple):
    """Middle and deviations of a lipstick before it is seen; shades in CIELAB.

    Attributes:
        shade, spread: (3,).
        opacity, far: in [0, 1].
    """

    shade: Floats
    spread: Floats
    opacity: float
    far: float


SOLD = Prior(np.array([45.0, 36.0, 12.0]), np.array([14.0, 14.0, 12.0]), 0.75, 0.2)
"""Lipsticks as they are sold and worn."""
OTHER = 0.7
"""Chance that a reference wears something else than what the network knows how to tell; chosen on references and worn
makeups other than the benchmark's."""
TOLD, AMOUNT = np.array([4.0, 5.0, 4.0]), 0.09
"""Deviations of what is told of shades (CIELAB) and opacities."""
BELOW = np.array([2.5, 3.0, 2.2])
"""Of what is told of lips below, on bare people; CIELAB."""
NOISE = 1.3
"""CIELAB by which the renderer's own layers miss the rule, on people set aside."""
OPACITIES = np.linspace(0.04, 1, 97)


@cache
def core() -> NDArray[np.bool_]:
    """Where lips are for sure: 128 x 128.  There, their mean over a layer follows the rule within 1 unit."""
    return np.asarray(softened(bare.zones_seen()["lips"][..., None], 1.0)[..., 0] > 0.75)


def explained(seen: Floats, below: Floats, told: tuple[Floats, float] | None) -> tuple[NDArray[np.float32], float]:
    """Shade (CIELAB (3,)) and opacity of a lipstick.

    Args:
        seen: CIELAB (3,), the mean over :func:`core`.
        below: CIELAB (3,), what is told of lips below.
        told: shade and opacity as they are told; None where only products are to explain what is seen.
    """
    best = _likeliest(seen, below, SOLD)
    if told is not None:
        told_so = _likeliest(seen, below, Prior(np.asarray(told[0]), TOLD, told[1], AMOUNT))
        if told_so[0] + np.log(1 - OTHER) > best[0] + np.log(OTHER):
            best = told_so
    return np.asarray(np.clip(best[1], (2, -100, -100), (98, 100, 100)), np.float32), best[2]


def _likeliest(seen: Floats, below: Floats, prior: Prior) -> tuple[float, Floats, float]:
    """Evidence (logarithm), shade and opacity."""
    chance = -0.5 * np.square((OPACITIES - prior.opacity) / prior.far)
    chance -= np.log(np.exp(chance).sum())
    apart, cover = _foreseen(seen, below, prior, OPACITIES[:, None])
    chance -= 0.5 * (np.square(apart) / cover + np.log(cover)).sum(axis=1)
    evidence = float(np.logaddexp.reduce(chance))
    opacity = float(np.exp(chance - evidence) @ OPACITIES)
    apart, cover = _foreseen(seen, below, prior, np.array([opacity]))
    return evidence, prior.shade + opacity * np.square(prior.spread) / cover * apart, opacity


def _foreseen(seen: Floats, below: Floats, prior: Prior, opacity: Floats) -> tuple[Floats, Floats]:
    """How far what is seen lies from what is foreseen at an opacity, and how far it may: the variance."""
    apart = seen - (below + opacity * (prior.shade - below))
    return apart, np.square((1 - opacity) * BELOW) + np.square(opacity * prior.spread) + NOISE**2
