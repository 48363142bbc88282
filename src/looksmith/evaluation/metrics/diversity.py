"""How varied a set of pictures is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from looksmith.evaluation.metrics.coverage import distances

HIGHER_IS_BETTER = True


def diversity(features: NDArray[np.floating]) -> float:
    """Mean distance of two different pictures of the set, in the unit of the features.

    Args:
        features: N x D, two rows or more.

    Raises:
        ValueError: fewer than two rows.
    """
    if features.ndim != 2 or len(features) < 2:
        raise ValueError(f"diversity: expected two rows of features or more, got {features.shape}")
    apart = distances(features, features)
    np.fill_diagonal(apart, 0.0)
    return float(apart.sum() / (len(features) * (len(features) - 1)))


def vendi_score(features: NDArray[np.floating]) -> float:
    """How many pictures that have nothing in common would be as varied (Friedman & Dieng 2023).

    exp of the entropy of the eigenvalues of K / N, K the cosines between the rows.

    Args:
        features: N x D; a row of zeros has nothing in common with any other.

    Returns:
        1 when all rows point one way, to N when all are at right angles.

    Raises:
        ValueError: no row.
    """
    if features.ndim != 2 or not len(features):
        raise ValueError(f"vendi_score: expected rows of features, got {features.shape}")
    x = features.astype(np.float64)
    length = np.linalg.norm(x, axis=1)
    unit = x[length > 0] / length[length > 0, None]
    narrow = unit.T @ unit if unit.shape[1] < len(unit) else unit @ unit.T  # the same eigenvalues, but for zeros
    values = np.linalg.eigvalsh(narrow / len(x)) if len(unit) else np.zeros(0)
    values = np.concatenate([values[values > 1e-12], np.full(int((length == 0).sum()), 1 / len(x))])
    return float(np.exp(-(values * np.log(values)).sum()))
