"""Style losses against plain numpy."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")

from looksmith.training.losses.style import (  # noqa: E402
    autocorrelation,
    gram,
    gram_loss,
    local_deviations,
    missing_activity,
    moments,
    relative_gram,
    relative_moments,
    spacing,
)


def _features(seed: int, shape: tuple[int, ...] = (2, 5, 6, 7)) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def _numpy_gram(x: np.ndarray) -> np.ndarray:
    return np.stack([np.einsum("ip,jp->ij", f.reshape(f.shape[0], -1), f.reshape(f.shape[0], -1)) for f in x]) / (
        x.shape[2] * x.shape[3]
    )


def test_gram_is_the_mean_outer_product() -> None:
    x = _features(0)
    np.testing.assert_allclose(gram(torch.from_numpy(x)).numpy(), _numpy_gram(x), atol=1e-5)


def test_gram_loss_is_gatys_sum_over_layers() -> None:
    x, a = {"p": _features(1), "q": _features(2, (2, 3, 4, 4))}, {"p": _features(3), "q": _features(4, (2, 3, 4, 4))}
    wanted = sum(((_numpy_gram(x[k]) - _numpy_gram(a[k])) ** 2).mean() for k in x)
    got = gram_loss(
        {k: torch.from_numpy(v) for k, v in x.items()}, {k: gram(torch.from_numpy(v)) for k, v in a.items()}
    )
    assert float(got) == pytest.approx(wanted, rel=1e-5)


def test_relative_gram_weighs_layers_alike_whatever_their_scale() -> None:
    x, a = _features(1), _features(3)
    wanted = np.mean(
        [np.linalg.norm(_numpy_gram(x)[n] - _numpy_gram(a)[n]) / np.linalg.norm(_numpy_gram(a)[n]) for n in range(2)]
    )
    tensors = {"p": torch.from_numpy(x), "q": torch.from_numpy(x * 100)}
    targets = {"p": gram(torch.from_numpy(a)), "q": gram(torch.from_numpy(a * 100))}
    assert float(relative_gram(tensors, targets)) == pytest.approx(wanted, rel=1e-4)


def test_a_picture_has_no_style_distance_to_itself() -> None:
    x = {"p": torch.from_numpy(_features(5))}
    assert float(relative_gram(x, {"p": gram(x["p"])})) == 0
    assert float(relative_moments(x, {"p": moments(x["p"])})) == 0


def test_moments_are_channel_means_and_deviations() -> None:
    x = _features(6)
    got = moments(torch.from_numpy(x)).numpy()
    np.testing.assert_allclose(got[:, 0], x.mean((2, 3)), atol=1e-5)
    np.testing.assert_allclose(got[:, 1], x.std((2, 3)), atol=1e-4)


def test_relative_moments_against_numpy() -> None:
    x, a = _features(7), _features(8) * 2 + 1
    terms = []
    for statistic in (np.mean, np.std):
        mx, ma = statistic(x, axis=(2, 3)), statistic(a, axis=(2, 3))
        terms.append(np.mean(np.linalg.norm(mx - ma, axis=1) / np.linalg.norm(ma, axis=1)))
    got = relative_moments({"p": torch.from_numpy(x)}, {"p": moments(torch.from_numpy(a))})
    assert float(got) == pytest.approx(np.mean(terms), rel=1e-3)


def test_local_deviations_are_those_of_windows() -> None:
    x = _features(9, (1, 3, 8, 12))
    got = local_deviations(torch.from_numpy(x), 4).numpy()
    assert got.shape == (1, 3, 2, 3)
    np.testing.assert_allclose(got[0, :, 1, 2], x[0, :, 4:8, 8:12].std((1, 2)), atol=1e-3)


def test_missing_activity_asks_of_flat_windows_only() -> None:
    busy = _features(10, (1, 4, 16, 16))
    usual = {"p": local_deviations(torch.from_numpy(busy), 4).mean((2, 3))}
    half = busy.copy()
    half[..., 8:] = 0
    cells = {"p": 4}
    assert float(missing_activity({"p": torch.from_numpy(busy)}, usual, cells)) < 0.02
    assert float(missing_activity({"p": torch.from_numpy(busy * 5)}, usual, cells)) < 0.001
    wanted = 0.5 * 0.7  # half of the windows lack all of the 70 % that are asked for
    assert float(missing_activity({"p": torch.from_numpy(half)}, usual, cells)) == pytest.approx(wanted, abs=0.02)


def test_autocorrelation_of_a_weave_stands_out() -> None:
    """A pattern of period 4 is one with itself 4 pixels on, and its own opposite 2 pixels on."""
    x = torch.arange(64).float()
    weave = torch.cos(2 * torch.pi * x / 4)[None, None, None, :].expand(1, 1, 64, 64)
    found = autocorrelation(weave, ((0, 2), (0, 4), (3, 0), (3, -4)))[0, 0]
    torch.testing.assert_close(found, torch.tensor([-1.0, 1.0, 1.0, 1.0]), atol=1e-3, rtol=0)
    noise = torch.randn(1, 3, 128, 128, generator=torch.Generator().manual_seed(0))
    assert float(autocorrelation(noise).abs().max()) < 0.05


def test_autocorrelation_against_numpy() -> None:
    features = torch.rand(2, 3, 17, 19, generator=torch.Generator().manual_seed(1))
    got = autocorrelation(features, ((2, 0), (3, -3)))
    for n in range(2):
        for c in range(3):
            x = features[n, c].numpy() - features[n, c].numpy().mean()
            for s, (one, other) in enumerate(((x[:-2], x[2:]), (x[:-3, 3:], x[3:, :-3]))):
                assert float(got[n, c, s]) == pytest.approx(float((one * other).mean() / x.var()), abs=1e-4)


def test_spacing_is_nothing_for_the_style_itself() -> None:
    x = {"a": torch.rand(1, 4, 32, 32)}
    assert float(spacing(x, {"a": autocorrelation(x["a"])})) < 1e-6
    assert float(spacing({"a": torch.rand(1, 4, 32, 32)}, {"a": autocorrelation(x["a"]) + 0.5})) > 0.4


def test_blank_styles_pull_gently() -> None:
    x, blank = {"a": torch.rand(1, 4, 8, 8)}, {"a": torch.full((1, 4, 4), 1e-4)}
    hard, gentle = float(relative_gram(x, blank)), float(relative_gram(x, blank, 1.0))
    assert hard > 100 and gentle == pytest.approx(1 + (hard - 1) / 20, rel=1e-4)
    near = {"a": gram(x["a"]) * 1.1}
    assert float(relative_gram(x, near)) == float(relative_gram(x, near, 1.0))
