"""How far the texture of a picture is from that of a style: Gram matrices and moments of features."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

HIGHER_IS_BETTER = False

Features = Mapping[str, NDArray[np.float32]]
_EPSILON = 1e-6


def gram_distance(picture: Features, style: Features) -> float:
    """Mean over layers of ‖G(x) − G(a)‖_F / ‖G(a)‖_F, G = F Fᵀ / (H W) (after Gatys, Ecker & Bethge 2015).

    Args:
        picture, style: C x H x W features by layer, of one network; the sizes of the two pictures may differ.

    Returns:
        0 for the style itself; not symmetric.

    Raises:
        ValueError: the layers or their widths differ.
    """
    _check("gram_distance", picture, style)
    terms = []
    for layer, features in style.items():
        wanted = gram(features)
        terms.append(np.linalg.norm(gram(picture[layer]) - wanted) / (np.linalg.norm(wanted) + _EPSILON))
    return float(np.mean(terms))


def moment_distance(picture: Features, style: Features) -> float:
    """Mean over layers of the relative distance of channel means and of deviations (after Huang & Belongie 2017).

    Args, returns and raises: as :func:`gram_distance`.
    """
    _check("moment_distance", picture, style)
    terms = []
    for layer, features in style.items():
        for got, wanted in zip(moments(picture[layer]), moments(features), strict=True):
            terms.append(np.linalg.norm(got - wanted) / (np.linalg.norm(wanted) + _EPSILON))
    return float(np.mean(terms))


def gram(features: NDArray[np.float32]) -> NDArray[np.float32]:
    """F Fᵀ / (H W) of C x H x W features: C x C."""
    flat = features.reshape(len(features), -1)
    return np.asarray(flat @ flat.T / np.float32(flat.shape[1]), np.float32)


def moments(features: NDArray[np.float32]) -> NDArray[np.float64]:
    """Channel means and deviations of C x H x W features: 2 x C."""
    flat = features.reshape(len(features), -1)
    mean = flat.mean(axis=1, dtype=np.float64)
    power = np.einsum("cp,cp->c", flat, flat, dtype=np.float64) / flat.shape[1]
    return np.stack([mean, np.sqrt(np.maximum(power - mean**2, 0) + _EPSILON)])


def _check(name: str, picture: Features, style: Features) -> None:
    if not style or list(picture) != list(style) or any(len(picture[k]) != len(style[k]) for k in style):
        raise ValueError(f"{name}: expected the same layers of one network, got {list(picture)} and {list(style)}")
