"""The closing of a painting with gradients does what the facet does."""

import numpy as np
import pytest
import torch
from skimage.data import astronaut, coffee

from looksmith.facets.blocks import from_blocks, to_blocks
from looksmith.facets.detail import detail_of, give_detail
from looksmith.training.networks.detail import with_detail

MEAN = np.float32([0.5, 0.4, 0.3])


@pytest.fixture
def photo() -> np.ndarray:
    return np.ascontiguousarray(astronaut()[:256, 60:360])


def _tensor(rgb: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(rgb.copy()).permute(2, 0, 1)[None].float() / 255


def test_the_same_pixels(photo: np.ndarray) -> None:
    wanted = detail_of(np.ascontiguousarray(coffee())) * np.float32(1.5)
    made = with_detail(_tensor(photo), torch.from_numpy(wanted)[None], torch.from_numpy(MEAN)[None])
    blocks = to_blocks(photo)
    give_detail(blocks, wanted, MEAN)
    changed = from_blocks(blocks, *photo.shape[:2]).astype(int)
    difference = np.abs(made[0].permute(1, 2, 0).numpy() * 255 - changed)
    assert difference.max() < 3.5 and difference.mean() < 0.4  # bytes against numbers; smooth levels at fewer pixels
    assert np.abs(changed - photo).mean() > 5


def test_each_picture_gets_its_own_and_gradients_pass_the_clipping(photo: np.ndarray) -> None:
    both = torch.cat([_tensor(photo), _tensor(photo)]).requires_grad_()
    weak, strong = torch.zeros(25), torch.from_numpy(detail_of(np.ascontiguousarray(coffee())))
    made = with_detail(both, torch.stack([weak, strong * 2]), torch.from_numpy(np.stack([MEAN, MEAN])))
    assert not torch.allclose(made[0], made[1])
    alone = with_detail(both[1:], (strong * 2)[None], torch.from_numpy(MEAN)[None])
    torch.testing.assert_close(made[1:], alone)
    assert made.min() >= 0 and made.max() <= 1
    made.mean().backward()
    assert both.grad is not None and bool((both.grad != 0).all(dim=0).float().mean() > 0.99)
