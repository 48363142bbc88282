"""Prior: what an encoder reads from pictures should be distributed like the noise that a generator is asked with."""

from __future__ import annotations

from torch import Tensor


def normal_prior(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(μ, σ²) ‖ N(0, 1)) = ½ Σ_j (μ_j² + σ_j² − 1 − log σ_j²) in nats, a scalar (Kingma & Welling 2014).

    The sum over the numbers of a code, the mean over the batch.

    Args:
        mean, log_variance: N x D, of a normal distribution with independent numbers.
    """
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).mean()
