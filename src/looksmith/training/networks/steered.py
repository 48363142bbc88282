"""A conditional generator as it leaves the workshop: steered by a condition and noise, or by a reference picture."""

from __future__ import annotations

from torch import Tensor, nn


class ByCondition(nn.Module):
    """Picture, N x 3 x H x W sRGB in [0, 1]; condition, N x C; noise, N x Z, to the picture as the condition asks."""

    def __init__(self, generator: nn.Module, mapping: nn.Module) -> None:
        super().__init__()
        self.generator, self.mapping = generator.eval(), mapping.eval()

    def forward(self, picture: Tensor, condition: Tensor, noise: Tensor) -> Tensor:
        made: Tensor = self.generator(2 * picture - 1, self.mapping(noise, condition), condition)
        return ((made + 1) / 2).clamp(0, 1)


class ByReference(nn.Module):
    """Picture, N x 3 x H x W sRGB in [0, 1], and a reference to the picture in the reference's style.

    The reference is N x (3 · size · size), the values of N x 3 x size x size in [0, 1] in a row.  Its condition is
    N x C, or none where it is read from the picture's features.
    """

    def __init__(self, generator: nn.Module, encoder: nn.Module, size: int, features: nn.Module | None = None) -> None:
        super().__init__()
        self.generator, self.encoder, self.size = generator.eval(), encoder.eval(), size
        self.features = features

    def forward(self, picture: Tensor, reference: Tensor, condition: Tensor | None = None) -> Tensor:
        shown = 2 * reference.view(-1, 3, self.size, self.size) - 1
        if self.features is not None:
            condition = self.features(shown)
        made: Tensor = self.generator(2 * picture - 1, self.encoder(shown, condition), condition)
        return ((made + 1) / 2).clamp(0, 1)
