"""Optimisation-based transfer with the shipped perceptual network."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
from skimage.data import astronaut, coffee  # noqa: E402

from looksmith.training.gatys import GatysOptions, gatys  # noqa: E402
from looksmith.training.losses.style import gram, relative_gram  # noqa: E402
from looksmith.training.networks.backbone import backbone  # noqa: E402


def _style_distance(a: np.ndarray, b: np.ndarray) -> float:
    network = backbone("perceptual")

    def features(rgb: np.ndarray) -> dict[str, torch.Tensor]:
        return network(torch.from_numpy(np.ascontiguousarray(rgb)).permute(2, 0, 1)[None].float() / 255)

    with torch.no_grad():
        return float(relative_gram(features(a), {k: gram(v) for k, v in features(b).items()}))


def test_gatys_moves_the_style_and_reports_a_falling_loss() -> None:
    photo, style = astronaut()[:96, 150:260], coffee()[100:196, 200:310]
    steps = []
    out = gatys(photo, style, GatysOptions(steps=12, size=96), lambda *step: steps.append(step))
    assert out.shape == photo.shape and out.dtype == np.uint8
    assert _style_distance(out, style) < 0.6 * _style_distance(photo, style)
    losses = [loss for _, _, loss in steps]
    assert losses[-1] < losses[0]
    assert steps[-1][0] <= steps[-1][1]


def test_more_style_weight_means_less_of_the_photo() -> None:
    photo, style = astronaut()[:64, 150:230], coffee()[100:164, 200:280]
    little = gatys(photo, style, GatysOptions(style_weight=0.01, steps=8, size=64))
    much = gatys(photo, style, GatysOptions(style_weight=100.0, steps=8, size=64))
    assert np.abs(much.astype(int) - photo).mean() > np.abs(little.astype(int) - photo).mean()
