"""How different two pictures look to a network."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

HIGHER_IS_BETTER = False

Features = Mapping[str, NDArray[np.float32]]


def perceptual_distance(first: Features, second: Features, heads: Features | None = None) -> float:
    """Distance of feature maps whose every place is scaled to unit length (Zhang et al. 2018).

    With ``heads`` this is LPIPS: at each layer Σ_c w_c (x̂_c − ŷ_c)², meaned over places and summed over layers.
    Without, it is LPIPS' baseline without trained weights: w = 1, and the mean over layers in place of the sum, so
    that the number stays between 0 and 4 whatever the network.  Say which network's features they are.

    Args:
        first, second: C x H x W float features by layer, of one network for two pictures of one size.
        heads: C weights, none negative, for every layer of the features.

    Returns:
        0 for equal features.

    Raises:
        ValueError: layers or shapes differ, or a layer has no weights of its width.
    """
    if list(first) != list(second) or any(first[k].shape != second[k].shape for k in first) or not first:
        raise ValueError("perceptual_distance: expected the same layers of two pictures of one size")
    if heads is not None:
        wrong = {k: len(x) for k, x in first.items() if k not in heads or heads[k].shape != (len(x),)}
        if wrong:
            raise ValueError(f"perceptual_distance: expected a weight for every channel of {wrong}")
    terms = []
    for layer, x in first.items():
        gap = np.square(_unit(x) - _unit(second[layer]))
        weights = np.ones(len(x), np.float32) if heads is None else heads[layer].astype(np.float32)
        terms.append(float(weights @ gap.reshape(len(x), -1).mean(axis=1, dtype=np.float64)))
    return float(np.sum(terms) if heads is not None else np.mean(terms))


def _unit(features: NDArray[np.float32]) -> NDArray[np.float32]:
    length = np.sqrt(np.einsum("chw,chw->hw", features, features))
    return np.asarray(features / (length + np.float32(1e-10)), np.float32)
