"""Personalisation: how far a picture's style vector is from the styles that a user prefers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Preference:
    """A user's preferred distribution in the style space: a mixture of Gaussians.

    Attributes:
        weights: (K,) positive, adding up to 1.
        means: (K, D).
        covariances: (K, D, D), symmetric and positive definite.
    """

    weights: Tensor
    means: Tensor
    covariances: Tensor

    def __post_init__(self) -> None:
        k, d = self.means.shape
        if self.weights.shape != (k,) or self.covariances.shape != (k, d, d):
            raise ValueError(
                f"a preference of {k} styles of {d} numbers: expected weights ({k},) and covariances ({k}, {d}, {d}), "
                f"got {tuple(self.weights.shape)} and {tuple(self.covariances.shape)}"
            )


def personalisation_loss(vector: Tensor, preference: Preference) -> Tensor:
    """−log Σ_k w_k exp(−½ (s − μ_k)ᵀ Σ_k⁻¹ (s − μ_k)) |Σ_k|^(−½) / D, averaged over the batch, a scalar.

    It is the negative log-likelihood of the style vector under the preference, without the constant D/2 log 2π, a
    number of the style space's dimensions; with one Gaussian of unit covariance it is ½ ‖s − μ‖² / D.

    Args:
        vector: N x D style vectors of the outputs.
        preference: what the user likes.
    """
    factors = torch.linalg.cholesky(preference.covariances.to(vector))
    away = vector[:, None] - preference.means.to(vector)
    solved = torch.linalg.solve_triangular(factors[None], away[..., None], upper=False)[..., 0]
    volume = factors.diagonal(dim1=1, dim2=2).log().sum(1)
    exponents = preference.weights.to(vector).log() - volume - 0.5 * solved.square().sum(2)
    return -torch.logsumexp(exponents, dim=1).mean() / vector.shape[1]


def gaussian_preference(liked: Tensor, shrink: float = 0.1) -> Preference:
    """One Gaussian from the style vectors that a user liked, its covariance shrunk towards a round one.

    Args:
        liked: M x D, M at least 1.
        shrink: share of the round covariance (Ledoit & Wolf 2004 choose it from data; here it is given), so that few
            ratings give a proper distribution; a single one gives a unit covariance.
    """
    mean = liked.mean(0)
    d = liked.shape[1]
    if len(liked) < 2:
        covariance = torch.eye(d)
    else:
        sample = (liked - mean).T @ (liked - mean) / (len(liked) - 1)
        size = float(sample.diagonal().mean()) or 1.0
        covariance = (1 - shrink) * sample + shrink * size * torch.eye(d)
    assert math.isfinite(float(covariance.sum()))
    return Preference(torch.ones(1), mean[None], covariance[None].to(liked))
