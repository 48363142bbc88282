"""Perceptual, style and content distances against plain loops, and against torch's losses where it is installed."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from looksmith.evaluation.metrics.content_distance import content_distance
from looksmith.evaluation.metrics.perceptual_distance import perceptual_distance
from looksmith.evaluation.metrics.style_distance import gram_distance, moment_distance

RNG = np.random.default_rng(0)


def some(seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    shapes = {"a": (4, 8, 6), "b": (5, 4, 3), "c": (7, 3, 3)}
    return {k: np.maximum(rng.normal(0.3, 1, shape), 0).astype(np.float32) for k, shape in shapes.items()}


X, Y = some(1), some(2)


def test_lpips_by_loops() -> None:
    heads = {k: RNG.random(len(x)).astype(np.float32) for k, x in X.items()}
    wanted, plain = 0.0, []
    for k, x in X.items():
        y = Y[k]
        layer = flat = 0.0
        for i in range(x.shape[1]):
            for j in range(x.shape[2]):
                u = x[:, i, j] / (np.linalg.norm(x[:, i, j]) + 1e-10)
                v = y[:, i, j] / (np.linalg.norm(y[:, i, j]) + 1e-10)
                layer += float((heads[k] * (u - v) ** 2).sum())
                flat += float(((u - v) ** 2).sum())
        wanted += layer / x[0].size
        plain.append(flat / x[0].size)
    assert perceptual_distance(X, Y, heads) == pytest.approx(wanted, rel=1e-5)
    assert perceptual_distance(X, Y) == pytest.approx(np.mean(plain), rel=1e-5)
    assert perceptual_distance(X, X, heads) == 0
    with pytest.raises(ValueError, match="a weight for every channel"):
        perceptual_distance(X, Y, {k: w[:-1] for k, w in heads.items()})


def test_style_by_loops() -> None:
    grams, moments = [], []
    for k, y in Y.items():

        def gram(f: np.ndarray) -> np.ndarray:
            return np.array([[(p * q).mean() for q in f] for p in f])

        grams.append(np.linalg.norm(gram(X[k]) - gram(y)) / np.linalg.norm(gram(y)))
        for statistic in (np.mean, np.std):
            a, b = (np.array([statistic(channel) for channel in f]) for f in (X[k], y))
            moments.append(np.linalg.norm(a - b) / np.linalg.norm(b))
    assert gram_distance(X, Y) == pytest.approx(np.mean(grams), rel=1e-4)
    assert moment_distance(X, Y) == pytest.approx(np.mean(moments), rel=1e-4)
    assert gram_distance(X, X) == moment_distance(X, X) == 0


def test_style_does_not_see_places_and_content_sees_nothing_else() -> None:
    turned = {k: np.ascontiguousarray(x[:, ::-1, ::-1]) for k, x in X.items()}
    assert gram_distance(turned, X) < 1e-6 and moment_distance(turned, X) < 1e-6
    assert content_distance(turned, X) > 0.5
    brighter = {k: 3 * x + 1 for k, x in X.items()}
    assert content_distance(brighter, X) < 1e-4 and gram_distance(brighter, X) > 1


def test_content_is_one_minus_correlation() -> None:
    wanted = []
    for k in ("b", "c"):
        u, v = (
            np.stack([(c - c.mean()) / np.sqrt(c.var() + 1e-5) for c in f[k].astype(float)]).ravel() for f in (X, Y)
        )
        wanted.append(1 - u @ v / np.sqrt((u @ u) * (v @ v)))
    assert content_distance(X, Y) == pytest.approx(np.mean(wanted), rel=1e-5)
    flat = {k: np.full_like(x, 0.5) for k, x in X.items()}
    assert content_distance(flat, X) == pytest.approx(1) and content_distance(flat, flat) == 0


@pytest.mark.parametrize("distance", [perceptual_distance, gram_distance, moment_distance, content_distance])
def test_other_layers_are_refused(distance: object) -> None:
    with pytest.raises(ValueError, match="layers"):
        distance({"a": X["a"]}, {"z": X["a"]})  # type: ignore[operator]


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="needs the train extra")
def test_the_losses_of_training_are_the_same_numbers() -> None:
    import torch

    from looksmith.training.losses import content, style

    x, y = ({k: torch.from_numpy(f)[None] for k, f in features.items()} for features in (X, Y))
    grams = {k: style.gram(f) for k, f in y.items()}
    moments = {k: style.moments(f) for k, f in y.items()}
    deep = {k: content.instance_normalised(y[k]) for k in ("b", "c")}
    assert gram_distance(X, Y) == pytest.approx(float(style.relative_gram(x, grams)), rel=1e-4)
    assert moment_distance(X, Y) == pytest.approx(float(style.relative_moments(x, moments)), rel=1e-4)
    wanted = float(content.cosine_content({k: x[k] for k in deep}, deep))
    assert content_distance(X, Y) == pytest.approx(wanted, rel=1e-4)
