"""What a task hands out when it is exported.

A task whose networks can leave the workshop has a method ``deliver``: for each network by name, the module as it is to
run and what a caller must know.  ``looksmith export RUN`` loads the checkpoint and calls it with the task's
modules, the followers (EMA) in place of those that have one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

from torch import Tensor, nn

Kind = Literal["picture", "noise"]


@dataclass(frozen=True)
class Deliverable:
    """One network as it leaves the workshop.

    Attributes:
        network: ``forward(picture, *conditions)`` for kind ``picture``: N x 3 x H x W float32 sRGB in [0, 1] to the
            same shape and range (the module does its own scaling to [-1, 1]); ``forward(noise, *conditions)`` for kind
            ``noise``: N x C to N x 3 x H x W in [0, 1].
        kind: what goes in first.
        size: side of the pictures it was trained on, in pixels.
        multiple: height and width must be multiples of this.
        reach: how many pixels around a pixel can change it, for a network that may run in tiles; None for one that
            looks at the whole picture (instance normalisation, attention) and must run at whole size.
        fixed: the network runs at ``size`` x ``size`` alone (a U-Net down to 1 x 1); a photo is then brought to it.
        conditions: further inputs by name, with the example that parity and calibration use: 1 x C each.
        noise: width of the noise for kind ``noise``.
        entries: what each number of a condition stands for, where it has a name (labels), by the condition's name.
    """

    network: nn.Module
    kind: Kind = "picture"
    size: int = 256
    multiple: int = 1
    reach: int | None = None
    fixed: bool = False
    conditions: Mapping[str, Tensor] = field(default_factory=dict)
    noise: int = 0
    entries: Mapping[str, Sequence[str]] = field(default_factory=dict)


@runtime_checkable
class Delivers(Protocol):
    """A task whose networks can be exported."""

    def deliver(self, modules: Mapping[str, nn.Module]) -> Mapping[str, Deliverable]:
        """The networks by name, built of ``modules`` (the followers where there are any).

        The first is the one that is exported when none is named.
        """
