"""Differentiable augmentation for discriminators (Zhao et al. 2020), with an adaptive probability (Karras et al. 2020).

Real and made pictures are varied alike before the discriminator sees them, so that it cannot learn a small set by
heart; gradients pass through to the generator.  The probability follows how often real ones are taken for real.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class AdaptiveAugmentation(nn.Module):
    """Light, saturation, contrast, shift, zoom and a covered square, each applied to each picture with one probability.

    Args:
        target: the mean sign of the discriminator's scores of real pictures to be kept to (Karras et al.: 0.6).
        pictures: how many pictures it takes at least to go from probability 0 to 1.
        start: the probability at the start.
        limit: never above; below 1, some pictures always come as they are, and augmentations do not leak (there).
    """

    probability: Tensor

    def __init__(self, target: float = 0.6, pictures: int = 50_000, start: float = 0.0, limit: float = 0.8) -> None:
        super().__init__()
        self.target, self.pictures, self.limit = target, pictures, limit
        self.register_buffer("probability", torch.tensor(float(start)))

    @torch.no_grad()
    def adapt(self, real_scores: Tensor) -> None:
        """Raise the probability while the discriminator is surer of real pictures than the target, else lower it.

        Args:
            real_scores: of real pictures, centred so that above 0 means real.
        """
        sure = float(real_scores.float().sign().mean())
        step = (1.0 if sure > self.target else -1.0) * len(real_scores) / self.pictures
        self.probability.add_(step).clamp_(0.0, self.limit)

    def forward(self, pictures: Tensor, generator: torch.Generator, factor: float = 1.0) -> Tensor:
        """N x 3 x H x W in [-1, 1]; the result may leave the range a little.

        Args:
            generator: of the random numbers, on the CPU.
            factor: multiplies the probability (a knob).
        """
        p = min(1.0, float(self.probability) * factor)
        if p <= 0:
            return pictures
        n, _, height, width = pictures.shape
        draw = torch.rand(12, n, generator=generator).to(pictures)
        on = (draw[:6] < p).to(pictures)[:, :, None, None, None]
        value = (2 * draw[6:] - 1)[:, :, None, None, None]
        x = pictures + on[0] * 0.4 * value[0]
        grey = x.mean(1, keepdim=True)
        x = grey + (x - grey) * (1 + on[1] * value[1])
        mean = x.mean((1, 2, 3), keepdim=True)
        x = mean + (x - mean) * (1 + on[2] * 0.5 * value[2])
        x = _moved(x, on[3], value[3], value[4], on[4] * 0.15 * value[5])
        return x * _uncovered(n, height, width, on[5], torch.rand(2, n, generator=generator).to(pictures))


def _moved(x: Tensor, shift: Tensor, right: Tensor, down: Tensor, zoom: Tensor) -> Tensor:
    """Shifted by up to an eighth and zoomed; what comes in from outside is the edge, mirrored."""
    n = len(x)
    theta = torch.zeros(n, 2, 3, dtype=x.dtype, device=x.device)
    theta[:, 0, 0] = theta[:, 1, 1] = 1 + zoom.view(n)
    theta[:, 0, 2] = (shift * right).view(n) * 0.25
    theta[:, 1, 2] = (shift * down).view(n) * 0.25
    still = (theta == torch.eye(2, 3, dtype=x.dtype, device=x.device)).flatten(1).all(1)
    grid = nn.functional.affine_grid(theta, list(x.shape), align_corners=False)
    moved = nn.functional.grid_sample(x, grid, mode="bilinear", padding_mode="reflection", align_corners=False)
    return torch.where(still[:, None, None, None], x, moved)


def _uncovered(n: int, height: int, width: int, on: Tensor, place: Tensor) -> Tensor:
    """N x 1 x H x W of ones, with a square of half the side of zeros where ``on``."""
    rows = torch.arange(height, device=on.device).view(1, 1, height, 1)
    columns = torch.arange(width, device=on.device).view(1, 1, 1, width)
    top = (place[0] * height).view(n, 1, 1, 1)
    left = (place[1] * width).view(n, 1, 1, 1)
    inside = ((rows - top).abs() < height / 4) & ((columns - left).abs() < width / 4)
    return 1 - inside.to(on) * on.view(n, 1, 1, 1)
