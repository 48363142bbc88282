"""The closing of a painting with gradients does what the facet does."""

import numpy as np
import pytest
import torch
from skimage.data import astronaut

from looksmith.facets.detail import detail_of, give_detail
from looksmith.training.networks.detail import deviations, with_detail


@pytest.fixture
def photo() -> np.ndarray:
    return np.ascontiguousarray(astronaut()[:512, :512])


def _tensor(rgb: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(rgb.copy()).permute(2, 0, 1)[None].float() / 255


def test_the_same_statistics_and_the_same_pixels(photo: np.ndarray) -> None:
    np.testing.assert_allclose(deviations(_tensor(photo))[0], detail_of(photo), rtol=1e-3)
    wanted = detail_of(photo) * np.float32([1.7, 0.8, 1.1])
    made = with_detail(_tensor(photo), torch.from_numpy(wanted)[None])[0].permute(1, 2, 0).numpy()
    give_detail(photo, wanted)
    assert np.abs(made * 255 - photo).max() < 1.01


def test_each_picture_gets_its_own_and_gradients_pass_the_clipping(photo: np.ndarray) -> None:
    both = torch.cat([_tensor(photo), _tensor(photo)]).requires_grad_()
    made = with_detail(both, torch.tensor([[0.0, 0.0, 0.0], [0.3, 0.3, 0.3]]))
    assert torch.equal(made[0], both[0]) and not torch.allclose(made[1], both[1])
    assert made.min() >= 0 and made.max() <= 1
    made.mean().backward()
    assert both.grad is not None and bool((both.grad != 0).all(dim=0).float().mean() > 0.99)
