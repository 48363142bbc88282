"""The prior against torch's own distributions."""

import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
from torch.distributions import Normal, kl_divergence  # noqa: E402

from looksmith.training.losses.prior import normal_prior  # noqa: E402


def test_against_torch() -> None:
    numbers = torch.Generator().manual_seed(0)
    mean, log_variance = torch.randn(5, 7, generator=numbers), torch.randn(5, 7, generator=numbers)
    wanted = kl_divergence(Normal(mean, (0.5 * log_variance).exp()), Normal(0.0, 1.0)).sum(1).mean()
    torch.testing.assert_close(normal_prior(mean, log_variance), wanted)
    assert float(normal_prior(torch.zeros(3, 4), torch.zeros(3, 4))) == 0
