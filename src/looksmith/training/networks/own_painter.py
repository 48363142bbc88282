"""The painter of one look: what is added to the weights that the mapping writes for it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from looksmith.training.networks.texture import Weights, alike

FROZEN = ("enter", "noise1", "down1", "skip")
"""What looks at the photo stays as it is: with few pictures it would only learn those by heart."""


class OwnPainter(nn.Module):
    """Additions to a style's weights, 0 at the start.

    Args:
        written: the weights that the shipped mapping writes for the style, by name ("enter.weight", …).
    """

    def __init__(self, written: Mapping[str, NDArray[np.float32]]) -> None:
        super().__init__()
        self.names = list(written)
        self.written = {name: torch.from_numpy(np.array(w)) for name, w in written.items()}
        self.additions = nn.ParameterDict(
            {
                _key(name): nn.Parameter(torch.zeros(w.shape))
                for name, w in written.items()
                if name.split(".")[0] not in FROZEN
            }
        )

    def forward(self, share: float = 1.0) -> Weights:
        """The weights with ``share`` of the additions."""
        weights: Weights = {}
        flat = {name: self.written[name] + share * added for name, added in self._each().items()}
        for name in self.names:
            layer, part = name.split(".")
            if part == "weight":
                weights[layer] = flat[name], flat.get(f"{layer}.bias")
        return weights

    @torch.no_grad()
    def flat(self, share: float = 1.0) -> NDArray[np.float32]:
        """The additions in the order of the mapping's outputs, float32 (n,)."""
        return np.concatenate([(share * added).flatten().numpy() for added in self._each().values()])

    def _each(self) -> dict[str, Tensor]:
        each = {}
        for name in self.names:
            key = _key(name)
            added = self.additions[key] if key in self.additions else torch.zeros_like(self.written[name])
            if name == "leave.weight":
                added = alike(added)
            elif name == "leave.bias":
                added = added.view(3, 4).mean(1).repeat_interleave(4)
            each[name] = added
        return each


def _key(name: str) -> str:
    return name.replace(".", "_")
