"""The weight of a demand that must be met and no more: it grows while the demand is not met, and falls while it is."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

LEAST, MOST = 0.25, 4.0


class Balance(nn.Module):
    """A factor of a loss term that is to end at a goal: a multiplier of Lagrange's, raised by dual ascent.

    Its logarithm moves by ``rate`` times how far the term is from the goal (Platt & Barr 1987, with the exponential
    that keeps it positive).  It is a buffer, so that a resumed run goes on with it.

    Args:
        goal: that the term should have, such as a distance that is allowed.
        rate: a step's change of the logarithm for each unit of the term beside the goal.
    """

    factor: Tensor

    def __init__(self, goal: float, rate: float = 0.5) -> None:
        super().__init__()
        self.goal, self.rate = goal, rate
        self.register_buffer("factor", torch.tensor(1.0))

    @torch.no_grad()
    def saw(self, value: float) -> None:
        """Move the factor after a step's value of the term; one that is not finite is passed over."""
        if math.isfinite(value):
            self.factor.mul_(math.exp(self.rate * (value - self.goal))).clamp_(LEAST, MOST)

    def forward(self) -> float:
        """The factor, between ``LEAST`` and ``MOST``."""
        return float(self.factor)
