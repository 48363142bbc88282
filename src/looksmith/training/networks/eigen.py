"""The principal components of a set of pictures (eigenfaces, Turk & Pentland 1991): where a generator may begin.

Normal numbers times the components, plus the mean, are pictures already, if blurred ones; and every picture of the set
has its numbers in closed form, so that a generator can be shown the set without an encoder that must be learned.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d, linear

MOST = 2000
"""Pictures that the components are computed of, at most."""


class EigenPictures(nn.Module):
    """Noise, N x ``noise``, to pictures, N x 3 x side x side in about [-1, 1]: mean + Σ_k z_k √λ_k v_k; and back.

    Nothing of it learns.  Before ``fit`` all components are nought.

    Args:
        noise: how many components.
        side: of the pictures, in pixels.
    """

    mean: Tensor
    axes: Tensor

    def __init__(self, noise: int, side: int) -> None:
        super().__init__()
        self.side = side
        self.register_buffer("mean", torch.zeros(3 * side * side))
        self.register_buffer("axes", torch.zeros(noise, 3 * side * side))

    def forward(self, noise: Tensor) -> Tensor:
        with torch.autocast(noise.device.type, enabled=False):
            flat = noise.float() @ self.axes + self.mean
        return flat.view(-1, 3, self.side, self.side)

    @torch.no_grad()
    def code(self, pictures: Tensor) -> Tensor:
        """The numbers z, N x ``noise``, of N x 3 x H x W in [-1, 1]; 0 for components that are nought."""
        with torch.autocast(pictures.device.type, enabled=False):
            apart = adaptive_avg_pool2d(pictures.float(), self.side).flatten(1) - self.mean
            return linear(apart, self.axes / (self.axes.square().sum(1, keepdim=True) + 1e-6))

    @torch.no_grad()
    def fit(self, pictures: Sequence[NDArray[np.uint8]]) -> None:
        """Components of the pictures and of their mirror images.

        Args:
            pictures: side x side x 3 uint8 each; from two on.
        """
        rows = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1
        rows = torch.cat([rows, rows.flip(3)]).flatten(1)
        self.mean.copy_(rows.mean(0))
        rows = rows - self.mean
        # The deviation along a component is its singular value / √N; the first few of thousands need no whole SVD.
        wanted = min(2 * len(self.axes), *rows.shape)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            _, deviations, across = torch.svd_lowrank(rows / len(rows) ** 0.5, wanted, niter=6)
        axes = across.T
        count = min(len(self.axes), int((deviations > 1e-3 * deviations[0]).sum()))
        # The sign of a component is anyone's choice: its largest number is above 0.
        held = axes[:count]
        signs = held.gather(1, held.abs().argmax(1, keepdim=True)).sign()
        self.axes.zero_()
        self.axes[:count] = deviations[:count, None] * held * signs
