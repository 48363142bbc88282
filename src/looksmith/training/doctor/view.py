"""What a task shows the doctor.

A task that wants more than its losses watched has a method ``observe``, and may have ``knobs``:

- ``observe(step)`` gives one :class:`View` for every generator, by name.  The loop calls it every ``doctor_every``
  steps, under ``torch.no_grad``, with randomness of its own, so that looking changes nothing in the training.  Four to
  sixteen pictures are enough; give the same ones each time (a fixed batch of the training split, fixed noise), so that
  what changes is the network.  The same views are the sample grids of the report.
- ``knobs`` are multipliers, 1 at the start, that the task multiplies into the weights of its loss terms each step.
  The doctor turns them as a cure; they are kept in the checkpoint.  Names it knows: ``identity``, ``cycle``,
  ``diversity``, ``condition``, ``variation`` (total variation), ``r1``, ``augment`` (for the discriminator).  A task
  has those that mean something to it.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from torch import Tensor


@dataclass(frozen=True)
class Scores:
    """What a discriminator says, one number a picture (the mean over its patches); higher is more real.

    Attributes:
        real: (N,) of real pictures of the training split.
        fake: (N,) of the generator's pictures.
        held_out: (N,) of real pictures of the validation split, or None.
        middle: the score between real and fake: 0 for logits and hinge, 0.5 for least squares with targets 0 and 1.
    """

    real: Tensor
    fake: Tensor
    held_out: Tensor | None = None
    middle: float = 0.0


@dataclass(frozen=True)
class View:
    """What one generator does at this moment.  Pictures are N x 3 x H x W float, sRGB in [0, 1].

    Attributes:
        outputs: made from ``inputs`` (or from noise), of different inputs, noises or conditions.
        inputs: what they were made from, of the same size and order; None for pictures from noise.
        real: real pictures of the domain that the generator makes, any number of them, unpaired.
        other: the same inputs (or the same noise) under another condition, in the same order; None when the
            generator takes no condition.
        scores: of the discriminator that the generator works against, or None.
        keeps_colour: whether outputs should keep the light and dark of ``inputs`` (translation does; a sketch of a
            photo does; a label map does not).
    """

    outputs: Tensor
    inputs: Tensor | None = None
    real: Tensor | None = None
    other: Tensor | None = None
    scores: Scores | None = None
    keeps_colour: bool = True


@runtime_checkable
class Observed(Protocol):
    """A task that the doctor can look into."""

    def observe(self, step: int) -> Mapping[str, View]:
        """The view of each generator, by its name, such as ``photo_to_painting``."""


@runtime_checkable
class Adjustable(Protocol):
    """A task with knobs that the doctor may turn."""

    knobs: MutableMapping[str, float]
