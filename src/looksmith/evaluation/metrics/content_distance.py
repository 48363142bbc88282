"""How much of what a photo shows is lost in a picture made of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

HIGHER_IS_BETTER = False

Features = Mapping[str, NDArray[np.float32]]


def content_distance(picture: Features, photo: Features, *, layers: int = 2) -> float:
    """1 − cosine of instance-normalised feature maps, averaged over the deepest layers.

    Instance normalisation (each channel to zero mean and unit deviation) takes out what a style may change:
    contrast, colour, the mix of marks; what is left is where things are.

    Args:
        picture, photo: C x H x W features by layer, of one network for two pictures of one size.
        layers: how many of the last layers count.

    Returns:
        0 for the photo itself, about 1 for a picture that has nothing to do with it, 2 for its opposite.

    Raises:
        ValueError: layers or shapes differ.
    """
    if not photo or list(picture) != list(photo) or any(picture[k].shape != photo[k].shape for k in photo):
        raise ValueError("content_distance: expected the same layers of two pictures of one size")
    terms = []
    for layer in list(photo)[-layers:]:
        x, y = (_normalised(features[layer]) for features in (picture, photo))
        a, b = float(np.vdot(x, x)), float(np.vdot(y, y))
        terms.append(1.0 - float(np.vdot(x, y)) / float(np.sqrt(a * b + 1e-12)) if a or b else 0.0)
    return float(np.mean(terms))


def _normalised(features: NDArray[np.float32]) -> NDArray[np.float32]:
    mean = features.mean(axis=(1, 2), keepdims=True, dtype=np.float64)
    variance = features.var(axis=(1, 2), keepdims=True, dtype=np.float64)
    return np.asarray((features - mean) / np.sqrt(variance + 1e-5), np.float32)
