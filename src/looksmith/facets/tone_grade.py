"""From coefficients of the tone basis to a colour table, within the limits of :mod:`looksmith.facets.tone_limits`."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from looksmith.facets import tone_limits
from looksmith.facets.lut import Lut, identity_nodes
from looksmith.facets.tone_prior import Prior, prior
from looksmith.facets.tone_statistics import COLOUR_SIDE, opaque, shrunk
from looksmith.facets.tone_transport import Settings, basis, detail_metric, folded, transport
from looksmith.media.colour import rgb_to_lab

Array = NDArray[np.float64]

SIZE = 33
"""Nodes a side of the table that photos are graded with, and of an exported cube."""

_TRIES = 2
_PROBES = 500
_FOLDED = 0.05
_CALM = 20.0  # how much more even a grade for any photo is than one for a known photo


@lru_cache(maxsize=4)
def _nodes(size: int) -> tuple[Array, Array, Array]:
    """RGB, Lab and basis at the nodes: size^3 x 3, size^3 x 3, size^3 x 72."""
    rgb = identity_nodes(size).reshape(-1, 3)
    lab = np.asarray(rgb_to_lab(rgb), np.float64)
    return np.asarray(rgb, np.float64), lab, basis(lab)


def grade_lut(
    coefficients: NDArray[np.floating], *, size: int = SIZE, colour: str = "match", softenings: int = 1
) -> Lut:
    """The table of a grade.

    Args:
        coefficients: 72 x 3, Lab displacement in the basis of :mod:`looksmith.facets.tone_transport`.
        size: nodes a side.
        colour: "match" grades within the limits for skin and greys; "style" without these two;
            "keep" changes lightness only.
        softenings: how often the changes of neighbouring nodes are averaged; the more, the less it matters how a
            program interpolates between them.
    """
    coefficients = np.array(coefficients, np.float64)
    if colour == "keep":
        coefficients[:, 1:] = 0.0
    rgb, lab, phi = _nodes(size)
    graded = lab + phi @ coefficients
    if colour == "match":
        graded = tone_limits.keep_neutrals(lab, tone_limits.keep_skin(lab, graded))
    graded[:, 0] = tone_limits.roll_off(graded[:, 0], black=graded[0, 0], white=graded[-1, 0])
    inside = tone_limits.into_gamut(rgb, tone_limits.open_rgb(graded))
    table = inside.reshape(size, size, size, 3)
    return Lut(np.clip(_softened(table, rgb.reshape(table.shape), softenings), 0.0, 1.0).astype(np.float32))


def _softened(table: Array, nodes: Array, times: int) -> Array:
    """The change of every node averaged with its neighbours', so that programs that interpolate otherwise agree."""
    change = table - nodes
    for axis in (0, 1, 2) * times:
        lines = np.moveaxis(change, axis, 0)
        inner = 0.25 * (lines[:-2] + 2 * lines[1:-1] + lines[2:])
        change = np.moveaxis(np.concatenate([lines[:1], inner, lines[-1:]]), 0, axis)
    return nodes + change


def fit(colours: Array, phi: Array, metric: Array, table: NDArray[np.floating], settings: Settings) -> Array:
    """The transport, made more even over the whole cube while it folds colours of the photo; greys stay in order.

    Arguments as of ``tone_transport.transport``.
    """
    coefficients = transport(colours, phi, metric, table, settings)
    for _ in range(_TRIES):
        if folded(colours[:_PROBES], coefficients) <= _FOLDED:
            break
        settings = replace(settings, even=4 * settings.even)
        coefficients = transport(colours, phi, metric, table, settings, start=coefficients)
    return _rising_share(coefficients) * coefficients


def _rising_share(coefficients: Array) -> float:
    """The largest share of a grade, in steps of 1/16, at which no grey ends darker than one below it."""
    light = np.linspace(0.0, 100.0, 65)
    change = basis(np.stack([light, 0 * light, 0 * light], axis=1)) @ coefficients[:, 0]
    rising = [k / 16 for k in range(16, 0, -1) if np.diff(light + k / 16 * change).min() > 0.15 * (light[1] - light[0])]
    return max(rising, default=0.0)


def fit_to_photo(
    pixels: NDArray[np.uint8] | NDArray[np.uint16],
    alpha: NDArray[np.uint8] | NDArray[np.uint16] | None,
    table: NDArray[np.floating],
) -> Array:
    """Coefficients (72 x 3) that carry this photo's colours to a table of quantiles; clear pixels do not count."""
    return fit_with(prior(), pixels, alpha, table)


def fit_with(
    known: Prior,
    pixels: NDArray[np.uint8] | NDArray[np.uint16],
    alpha: NDArray[np.uint8] | NDArray[np.uint16] | None,
    table: NDArray[np.floating],
) -> Array:
    """:func:`fit_to_photo` with a given prior and its settings."""
    settings = known.settings
    small = shrunk(pixels, COLOUR_SIDE)
    lab = rgb_to_lab(small)
    metric = detail_metric(lab, settings.floor) + settings.prior * known.metric
    seen = np.arange(small.shape[0] * small.shape[1])
    if alpha is not None:
        seen = seen[opaque(alpha, small.shape[0], small.shape[1])]
    chosen = np.random.default_rng(0).choice(seen, min(settings.samples, len(seen)), replace=False)
    colours = lab.reshape(-1, 3)[chosen].astype(np.float64)
    return fit(colours, basis(colours), metric, table, settings)


def fit_to_prior(table: NDArray[np.floating]) -> Array:
    """Coefficients (72 x 3) that carry a typical photo's colours to a table of quantiles."""
    known = prior()
    settings = replace(known.settings, even=_CALM * known.settings.even)
    return fit(known.points.astype(np.float64), known.phi, known.metric, table, settings)
