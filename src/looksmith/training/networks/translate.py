"""A trained generator as it leaves the workshop: pictures in [0, 1] in and out."""

from __future__ import annotations

from torch import Tensor, nn


class Translator(nn.Module):
    """Wraps a generator that works in [-1, 1]: N x 3 x H x W sRGB in [0, 1] to the same, with further inputs if any."""

    def __init__(self, generator: nn.Module) -> None:
        super().__init__()
        self.generator = generator.eval()

    def forward(self, picture: Tensor, *conditions: Tensor) -> Tensor:
        made: Tensor = self.generator(2 * picture - 1, *conditions)
        return ((made + 1) / 2).clamp(0, 1)
