"""The loss of colours against scikit-image's CIEDE2000."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")

from skimage.color import deltaE_ciede2000  # noqa: E402

from looksmith.training.losses.colour_difference import colour_difference  # noqa: E402


def test_it_is_near_ciede2000_for_makeup_and_skin() -> None:
    rng = np.random.default_rng(0)
    size, angle = rng.uniform(12, 60, 800), np.deg2rad(rng.uniform(-40, 85, 800))
    true = np.stack([rng.uniform(20, 80, 800), size * np.cos(angle), size * np.sin(angle)], axis=1)
    found = true + rng.normal(0, 4, (800, 3))
    wanted = deltaE_ciede2000(found, true)
    got = colour_difference(*(torch.from_numpy(a.astype(np.float32)) for a in (found, true))).numpy()
    assert np.median(np.abs(got - wanted) / wanted) < 0.12
    assert np.quantile(np.abs(got - wanted) / wanted, 0.95) < 0.35
    assert np.corrcoef(got, wanted)[0, 1] > 0.95


def test_its_gradient_ends_at_nothing() -> None:
    true = torch.tensor([[50.0, 0.0, 0.0], [40.0, 30.0, 10.0]])
    found = true.clone().requires_grad_()
    colour_difference(found, true).sum().backward()
    assert found.grad is not None and torch.isfinite(found.grad).all()
