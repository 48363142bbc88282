"""Perceptual losses against numpy."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")

from looksmith.training.losses.perceptual import perceptual_loss, relative_perceptual  # noqa: E402


def _features(seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {"a": rng.normal(size=(2, 4, 6, 6)), "b": 30 * rng.normal(size=(2, 8, 3, 3))}


def _tensors(features: dict[str, np.ndarray]) -> dict[str, torch.Tensor]:
    return {name: torch.from_numpy(value.astype(np.float32)) for name, value in features.items()}


def test_johnsons_formula() -> None:
    x, y = _features(0), _features(1)
    wanted = np.mean([sum(((x[k][n] - y[k][n]) ** 2).sum() / x[k][n].size for k in y) for n in range(2)])
    assert float(perceptual_loss(_tensors(x), _tensors(y))) == pytest.approx(wanted, rel=1e-5)
    only = perceptual_loss(_tensors(x), {"a": _tensors(y)["a"]})
    assert float(only) == pytest.approx(((x["a"] - y["a"]) ** 2).mean(), rel=1e-5)


def test_relative_layers_weigh_alike() -> None:
    x, y = _features(2), _features(3)
    wanted = np.mean(
        [np.mean([((x[k][n] - y[k][n]) ** 2).mean() / (y[k][n] ** 2).mean() for n in range(2)]) for k in y]
    )
    assert float(relative_perceptual(_tensors(x), _tensors(y))) == pytest.approx(wanted, rel=1e-4)
    assert float(relative_perceptual(_tensors(y), _tensors(y))) == 0
