"""Content losses against plain numpy."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")

from looksmith.training.losses.content import content_loss, cosine_content, instance_normalised  # noqa: E402


def _features(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(2, 4, 8, 8)).astype(np.float32)


def _normal(x: np.ndarray) -> np.ndarray:
    return (x - x.mean((2, 3), keepdims=True)) / np.sqrt(x.var((2, 3), keepdims=True) + 1e-5)


def test_content_loss_is_the_mean_squared_difference() -> None:
    x, y = _features(0), _features(1)
    got = content_loss({"a": torch.from_numpy(x)}, {"a": torch.from_numpy(y)})
    assert float(got) == pytest.approx(((x - y) ** 2).mean(), rel=1e-5)


def test_cosine_content_against_numpy_and_blind_to_contrast() -> None:
    x, y = _features(2), _features(3)
    a, b = _normal(x), _normal(y)
    wanted = np.mean([1 - (a[n] * b[n]).sum() / np.sqrt((a[n] ** 2).sum() * (b[n] ** 2).sum()) for n in range(2)])
    target = {"a": instance_normalised(torch.from_numpy(y))}
    assert float(cosine_content({"a": torch.from_numpy(x)}, target)) == pytest.approx(wanted, rel=1e-4)
    louder = {"a": torch.from_numpy(x * 7 + 3)}
    assert float(cosine_content(louder, target)) == pytest.approx(wanted, abs=1e-4)


def test_weight_counts_only_where_it_is() -> None:
    x, y = _features(4), _features(4)
    y[:, :, :, 4:] = _features(5)[:, :, :, 4:]
    left = torch.zeros(2, 1, 8, 8)
    left[..., :4] = 1
    # normalise once outside, so that the left halves are truly equal
    same = torch.from_numpy(y)
    target = {"a": instance_normalised(same)}
    assert float(cosine_content({"a": same}, target, left)) == pytest.approx(0, abs=1e-5)
    assert float(cosine_content({"a": torch.from_numpy(x)}, target, 1 - left)) > 0.1
