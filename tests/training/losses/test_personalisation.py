"""The personalisation loss against scipy's normal distribution."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")

from scipy.special import logsumexp  # noqa: E402
from scipy.stats import multivariate_normal  # noqa: E402

from looksmith.training.losses.personalisation import (  # noqa: E402
    Preference,
    gaussian_preference,
    personalisation_loss,
)


def _mixture(rng: np.random.Generator, k: int, d: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    weights = rng.random(k)
    roots = rng.normal(size=(k, d, d))
    return weights / weights.sum(), rng.normal(size=(k, d)), roots @ roots.transpose(0, 2, 1) + np.eye(d)


@pytest.mark.parametrize("k", [1, 3])
def test_it_is_the_negative_log_likelihood(k: int) -> None:
    rng = np.random.default_rng(k)
    weights, means, covariances = _mixture(rng, k, 4)
    s = rng.normal(size=(6, 4))
    logs = np.stack(
        [np.log(w) + multivariate_normal(m, c).logpdf(s) for w, m, c in zip(weights, means, covariances, strict=True)]
    )
    wanted = -(logsumexp(logs, axis=0) + 0.5 * 4 * np.log(2 * np.pi)).mean() / 4
    preference = Preference(*(torch.from_numpy(a) for a in (weights, means, covariances)))
    assert float(personalisation_loss(torch.from_numpy(s), preference)) == pytest.approx(wanted, rel=1e-9)


def test_its_gradient_leads_to_the_nearest_liking() -> None:
    preference = Preference(
        torch.tensor([0.5, 0.5]), torch.tensor([[-3.0, 0.0], [3.0, 0.0]]), torch.eye(2).repeat(2, 1, 1)
    )
    s = torch.tensor([[1.0, 2.0]], requires_grad=True)
    for _ in range(300):
        (g,) = torch.autograd.grad(personalisation_loss(s, preference), s)
        s = (s - 0.2 * g).detach().requires_grad_()
    torch.testing.assert_close(s.detach(), torch.tensor([[3.0, 0.0]]), atol=1e-2, rtol=0)


def test_a_preference_from_ratings() -> None:
    liked = torch.from_numpy(np.random.default_rng(0).normal(size=(5, 8)).astype(np.float32))
    fitted = gaussian_preference(liked)
    assert torch.linalg.eigvalsh(fitted.covariances[0]).min() > 0, "five ratings of eight numbers: still a distribution"
    torch.testing.assert_close(fitted.means[0], liked.mean(0))
    full = gaussian_preference(liked, shrink=0.0).covariances[0].numpy()
    np.testing.assert_allclose(full, np.cov(liked.numpy().T), atol=1e-5)
    one = gaussian_preference(liked[:1])
    assert float(personalisation_loss(liked[:1], one)) == pytest.approx(0, abs=1e-6)


def test_shapes_that_do_not_fit_are_told() -> None:
    with pytest.raises(ValueError, match=r"2 styles of 3 numbers"):
        Preference(torch.ones(2), torch.zeros(2, 3), torch.eye(3)[None])
