"""Landmark error against a loop, and its unit."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")

from looksmith.faces.landmarks import LIPS_INNER  # noqa: E402
from looksmith.training.losses.landmarks import landmark_weights, normalised_landmark_error  # noqa: E402


def test_error_is_the_mean_distance_over_that_of_the_eyes() -> None:
    rng = np.random.default_rng(1)
    made, wanted = rng.random((2, 3, 478, 3)).astype(np.float32)
    weights = rng.random(478).astype(np.float32)
    expected = []
    for m, w in zip(made, wanted, strict=True):
        unit = float(np.linalg.norm(w[33] - w[263]))
        total = sum(
            weight * np.sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + 0.25 * (a[2] - b[2]) ** 2)
            for a, b, weight in zip(m, w, weights, strict=True)
        )
        expected.append(total / weights.sum() / unit)
    got = normalised_landmark_error(
        torch.from_numpy(made), torch.from_numpy(wanted), torch.from_numpy(weights), depth=0.5
    )
    assert got.numpy() == pytest.approx(np.array(expected), rel=1e-4)


def test_size_does_not_matter_and_depth_only_when_asked() -> None:
    torch.manual_seed(0)
    made, wanted = torch.rand(2, 478, 3), torch.rand(2, 478, 3)
    plain = normalised_landmark_error(made, wanted)
    assert normalised_landmark_error(7 * made, 7 * wanted) == pytest.approx(plain, rel=1e-4)
    deeper = made + torch.tensor([0.0, 0.0, 0.3])
    assert normalised_landmark_error(deeper, wanted) == pytest.approx(plain)
    assert (normalised_landmark_error(deeper, wanted, depth=1.0) > plain).all()


def test_equal_meshes_have_finite_gradients() -> None:
    made = torch.rand(1, 478, 3, requires_grad=True)
    normalised_landmark_error(made, made.detach().clone(), depth=1.0).sum().backward()
    assert made.grad is not None and bool(torch.isfinite(made.grad).all())


def test_lips_and_eyes_weigh_as_asked() -> None:
    weights = landmark_weights(478, lips=3.0, eyes=2.0)
    assert weights[list(LIPS_INNER)].tolist() == [3.0] * len(LIPS_INNER)
    assert weights[33] == weights[470] == 2.0
    assert weights[10] == 1.0
