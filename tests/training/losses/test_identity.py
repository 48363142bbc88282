"""Identity of the domain and of the person."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")

from looksmith.training.losses.identity import face_identity, same_domain_identity  # noqa: E402


def test_same_domain_identity_is_a_mean_absolute_difference() -> None:
    y, same = np.random.default_rng(0).random((2, 3, 4, 4)), np.random.default_rng(1).random((2, 3, 4, 4))
    got = same_domain_identity(torch.from_numpy(y), torch.from_numpy(same))
    assert float(got) == pytest.approx(np.abs(same - y).mean(), rel=1e-9)


def test_face_identity_is_one_minus_the_cosine_and_moves_only_what_was_made() -> None:
    weight = torch.from_numpy(np.random.default_rng(2).normal(size=(48, 8)))
    made = torch.rand(3, 3, 4, 4, dtype=torch.float64, requires_grad=True)
    original = torch.rand(3, 3, 4, 4, dtype=torch.float64, requires_grad=True)
    loss = face_identity(lambda x: x.flatten(1) @ weight, made, original)
    a, b = (t.detach().flatten(1).numpy() @ weight.numpy() for t in (made, original))
    cosines = (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
    assert float(loss.detach()) == pytest.approx(1 - cosines.mean(), rel=1e-9)
    loss.backward()
    assert made.grad is not None and made.grad.abs().sum() > 0 and original.grad is None


def test_the_same_person_costs_nothing() -> None:
    x = torch.rand(2, 3, 4, 4)
    assert float(face_identity(lambda p: p.flatten(1), x, x)) == pytest.approx(0, abs=1e-6)
