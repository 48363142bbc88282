"""The histogram loss against scikit-image's histogram matching, and against the definition by sorted values."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")

from skimage.exposure import match_histograms  # noqa: E402

from looksmith.training.losses.histogram import histogram_loss  # noqa: E402


def _picture(seed: int, side: int = 24) -> np.ndarray:
    return np.random.default_rng(seed).beta(seed + 1, 3, (1, 3, side, side))


def test_it_is_the_distance_to_oneself_after_histogram_matching() -> None:
    x, y = _picture(0), _picture(4)
    matched = match_histograms(x[0], y[0], channel_axis=0)
    got = histogram_loss(torch.from_numpy(x), torch.from_numpy(y))
    assert float(got) == pytest.approx(((matched - x[0]) ** 2).mean(), rel=1e-6)


def test_pictures_of_other_sizes_are_compared_by_quantiles() -> None:
    x, y = _picture(0), _picture(4, 48)
    ranks = (np.arange(576) + 0.5) / 576
    terms = [(np.sort(a.ravel()) - np.quantile(b, ranks)) ** 2 for a, b in zip(x[0], y[0], strict=True)]
    wanted = np.mean(terms)
    assert float(histogram_loss(torch.from_numpy(x), torch.from_numpy(y))) == pytest.approx(wanted, rel=0.02)
    assert float(histogram_loss(torch.from_numpy(y), torch.from_numpy(y[..., ::-1].copy()))) == 0


def test_masks_say_which_values_count() -> None:
    x, y = _picture(0), _picture(0)
    y[..., 12:] = 0.9
    left = torch.zeros(1, 1, 24, 24)
    left[..., :12] = 1
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    assert float(histogram_loss(x, y, left, left)) == 0
    assert float(histogram_loss(x, y, 1 - left, 1 - left)) == pytest.approx(float((x[..., 12:] - 0.9).square().mean()))
    assert float(histogram_loss(x, y, left * 0, left)) == 0, "an empty mask counts as nothing"


def test_following_its_gradient_gives_the_histogram_of_the_reference() -> None:
    x, y = torch.from_numpy(_picture(0)).requires_grad_(), torch.from_numpy(_picture(4))
    for _ in range(30):
        (g,) = torch.autograd.grad(histogram_loss(x, y), x)
        x = (x - 0.4 * x[0].numel() * g).detach().requires_grad_()
    torch.testing.assert_close(x[0].flatten(1).sort(1).values, y[0].flatten(1).sort(1).values, atol=1e-3, rtol=0)
