"""Moving one distribution of colours towards another by a smooth function that keeps detail.

The grade is a displacement of Lab, ``T(x) = x + Phi(x) C``, whose basis ``Phi`` is cubic B-splines of lightness times
eight functions of hue and chroma: a tone curve, split toning, and saturation and hue by lightness.  ``C`` minimises

    SW2(T(photo), reference)^2 + light sum_pairs w (dT_L - d_L)^2 + chroma sum_pairs w (dT_ab - d_ab)^2 + smoothness

where SW2 is the sliced Wasserstein distance over fixed directions, and pairs are neighbouring pixels of the photo,
``w = 1 / (local squared gradient + eps^2)``: the curve bends where the photo has no detail and stays parallel to the
diagonal where it has.  Each round moves the pixels one sliced step (Pitie 2007, Rabin 2011) and projects the
step onto the basis by ridge regression with that metric, which is the stationary point of the sum above.  A share of
each step goes by mean and covariance alone, which closes those gaps sooner.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from looksmith.facets.gaussian import monge
from looksmith.facets.tone_statistics import DIRECTIONS, LEVELS, covariance_of, mean_of
from looksmith.media.colour import rgb_to_lab
from looksmith.media.smooth import smoothed

Array = NDArray[np.float64]

SPLINES = 9
SHAPES = 8
BASIS = SPLINES * SHAPES
_SOFT = 15.0  # Lab units: chroma below this is rounded off, so that the basis is smooth at grey
_NEAR = np.full(7, 1 / 7)  # the neighbourhood that a gradient is averaged over
_SPECK = 2.0  # Lab units squared: keeps the noise of flat photos from being blown up
_SCALE = 20.0  # Lab units: brings the shapes to order one


@dataclass(frozen=True)
class Settings:
    """Weights of the transport; the recipe ``tone`` stores them with the prior.

    ``light`` and ``chroma`` weigh the detail of lightness and of colour, ``prior`` the detail of a typical photo,
    ``smooth`` the second differences over lightness, ``ridge`` the size of the coefficients, ``even`` the stretch of
    the whole cube of colours, which rules where the photo has none; ``linear`` is the share of a round's step that
    goes by mean and covariance; ``floor`` is the gradient in Lab units below which detail is noise.
    """

    light: float = 190.0
    chroma: float = 5.0
    prior: float = 0.0
    smooth: float = 0.02
    ridge: float = 0.0001
    even: float = 0.005
    floor: float = 2.0
    linear: float = 0.55
    rounds: int = 14
    samples: int = 2000


def basis(lab: NDArray[np.floating]) -> Array:
    """The basis at colours: ... x 3 Lab -> ... x 72, of order one.  Linear in chroma far from grey."""
    lab = np.asarray(lab, np.float64)
    light, a, b = lab[..., 0], lab[..., 1], lab[..., 2]
    t = np.clip(light / 100.0, 0.0, 1.0) * (SPLINES - 3)
    knot = np.minimum(np.floor(t).astype(np.intp), SPLINES - 4)
    f = t - knot
    weights = ((1 - f) ** 3 / 6, (3 * f**3 - 6 * f**2 + 4) / 6, (-3 * f**3 + 3 * f**2 + 3 * f + 1) / 6, f**3 / 6)
    splines = np.zeros((*light.shape, SPLINES))
    for offset, weight in enumerate(weights):
        np.put_along_axis(splines, (knot + offset)[..., None], weight[..., None], axis=-1)
    c = np.sqrt(a * a + b * b + _SOFT**2)
    shapes = np.stack(
        [
            np.full_like(a, _SCALE),
            a,
            b,
            c - _SOFT,
            (a * a - b * b) / c,
            2 * a * b / c,
            (a**3 - 3 * a * b * b) / c**2,
            (3 * a * a * b - b**3) / c**2,
        ],
        axis=-1,
    )
    product: Array = (splines[..., :, None] * (shapes / _SCALE)[..., None, :]).reshape(*light.shape, BASIS)
    return product


_BEND = np.kron(np.diff(np.eye(SPLINES), 2, axis=0).T @ np.diff(np.eye(SPLINES), 2, axis=0), np.eye(SHAPES))


def detail_metric(lab: NDArray[np.floating], floor: float, pairs: int = 6000) -> Array:
    """What a coefficient does to the detail of a picture: h x w x 3 Lab -> 72 x 72, from a sample of its pixels."""
    height, width = lab.shape[:2]
    if height < 2 or width < 2:
        return np.zeros((BASIS, BASIS))
    light = lab[..., 0].astype(np.float64)
    down, right = np.diff(light, axis=0)[:, :-1], np.diff(light, axis=1)[:-1]
    weight = 1.0 / (0.5 * smoothed(down**2 + right**2, _NEAR) + floor**2)
    count = (height - 1) * (width - 1)
    chosen = np.random.default_rng(0).choice(count, min(pairs, count), replace=False)
    y, x = chosen // (width - 1), chosen % (width - 1)
    here = basis(lab[y, x])
    metric = np.zeros((BASIS, BASIS))
    for beside in (basis(lab[y + 1, x]), basis(lab[y, x + 1])):
        change = beside - here
        metric += (change * weight[y, x][:, None]).T @ change / len(chosen)
    return metric


@lru_cache(maxsize=1)
def stretch_metric() -> Array:
    """What a coefficient stretches the sRGB cube by: mean over lattice edges of (change / length)^2, 72 x 72."""
    line = np.linspace(0, 1, 9, dtype=np.float32)
    lab = np.asarray(rgb_to_lab(np.stack(np.meshgrid(line, line, line, indexing="ij"), axis=-1)), np.float64)
    phi = basis(lab)
    metric = np.zeros((BASIS, BASIS))
    for axis in range(3):
        length = np.square(np.diff(lab, axis=axis)).sum(axis=-1).reshape(-1, 1)
        change = np.diff(phi, axis=axis).reshape(-1, BASIS)
        metric += (change / length).T @ change / len(change) / 3
    return metric


def folded(colours: Array, coefficients: Array) -> float:
    """The share of colours (N x 3 Lab) around which a grade turns space inside out, such as warm greys for cool ones.

    Black and white makes the volume 0, a true fold makes it negative.
    """
    half = 0.5 * np.eye(3)
    columns = [(basis(colours + step) - basis(colours - step)) @ coefficients for step in half]
    jacobian = np.eye(3) + np.stack(columns, axis=-1)
    return float((np.linalg.det(jacobian) < -0.02).mean())


def transport(
    colours: Array,
    phi: Array,
    metric: Array,
    table: NDArray[np.floating],
    settings: Settings,
    start: Array | None = None,
) -> Array:
    """Coefficients that carry the colours to the distribution of a table.

    Args:
        colours: N x 3 Lab, the photo's colours.
        phi: N x 72, their basis.
        metric: 72 x 72 from :func:`detail_metric`.
        table: 24 x 65 quantiles of the reference, see :mod:`looksmith.facets.tone_statistics`.
        settings: the weights.
        start: coefficients to start from, as of other weights; half the rounds are enough then.

    Returns:
        72 x 3 coefficients: the displacement of a colour is ``basis(colour) @ coefficients``, in Lab units.
    """
    count = len(colours)
    gram = phi.T @ phi / count
    base = np.trace(gram) / BASIS * (settings.ridge * np.eye(BASIS) + settings.smooth * _BEND)
    base += settings.even * 400.0 * stretch_metric()
    light = np.linalg.solve(gram + settings.light * metric + base, phi.T / count)
    chroma = np.linalg.solve(gram + settings.chroma * metric + base, phi.T / count)
    ranks = (np.arange(count) + 0.5) / count
    aims = np.stack([np.interp(ranks, LEVELS, row) for row in np.asarray(table, np.float64)])
    share = 3.0 / len(DIRECTIONS)
    mean, covariance = mean_of(table), covariance_of(table)
    coefficients = np.zeros((BASIS, 3)) if start is None else start
    moved = colours if start is None else colours + phi @ start
    for _ in range(settings.rounds if start is None else (settings.rounds + 1) // 2):
        along = DIRECTIONS @ moved.T
        order = np.argsort(along.astype(np.float32), axis=1)
        step = np.empty_like(along)
        np.put_along_axis(step, order, aims - np.take_along_axis(along, order, axis=1), axis=1)
        aim = (1 - settings.linear) * (moved + share * step.T @ DIRECTIONS) - colours
        aim += settings.linear * _linear_step(moved, mean, covariance)
        coefficients = np.concatenate([light @ aim[:, :1], chroma @ aim[:, 1:]], axis=1)
        moved = colours + phi @ coefficients
    return coefficients


def _linear_step(colours: Array, mean: Array, covariance: Array) -> Array:
    """Where the linear transport between Gaussians takes colours (Monge-Kantorovich; Pitie & Kokaram 2007)."""
    away = colours - colours.mean(axis=0)
    matrix = monge(away.T @ away / len(away), covariance + _SPECK * np.eye(3), least=_SPECK)
    return np.asarray(away @ matrix + mean)
