"""What a recipe hands to the loop.

Three to five members are asked for; the rest is offered, and a task takes what it can use:

==================  ===================================================================================================
``batch(step)``     a pure function of the recipe's seed and ``step``: several processes take other steps' batches,
                    a run that goes on needs no sampler, and a batch that does not fit in memory is cut in parts
                    along the first dimension of its tensors
``held_out(step)``  the same from the validation part: sample grids, and whether a discriminator learns by heart
``ema``             names of modules that a follower goes after (exponential moving average); ``ema_decay`` says how
``gradient_clip``   largest norm of an update's gradient; 1 where there is none
``samples(…)``      pictures to look at, see :class:`Shows`
``knobs``           multipliers for the doctor, see :class:`Adjustable`
``sets``            the pictures by name and part (``splits.Split`` of references or pairs), which are checked, and
                    written down, before the first step; ``recipe.size`` is the side of its crops
``deliver(…)``      what is exported, see ``deliver.py``
==================  ===================================================================================================

The loop moves every module and tensor that is an attribute of the task to the device, and every batch; a task that puts
new tensors where its batch is (``batch.device``) runs on any.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any, Protocol, runtime_checkable

import torch
from torch import Tensor, nn


class Task(Protocol):
    """A task of one update a step."""

    modules: Mapping[str, nn.Module]
    optimizers: Mapping[str, torch.optim.Optimizer]

    def batch(self, step: int) -> Any:
        """The batch of a step: a pure function of the recipe's seed and ``step``."""

    def losses(self, batch: Any, step: int) -> dict[str, Tensor]:
        """Named loss terms; the entry ``total`` is minimised."""

    def learning_rate(self, step: int) -> float: ...


class AlternatingTask(Protocol):
    """A task of several updates a step, in order, each with an optimiser and a loss of its own (adversarial training).

    While an update runs, only the parameters of its optimiser ask for gradients; gradients are clipped, and losses
    that are not finite are left out, update by update.  ``learning_rate`` holds for all of them; the entry ``scale``
    of an optimiser's parameter group multiplies it.  What a run must remember besides weights (an image pool, an
    adaptive probability) lives in buffers of ``modules``, so that it is in the checkpoint.

    The discriminator's update is called ``discriminator`` (or begins so).  Its terms ``real_right`` and ``fake_right``
    are the shares, in [0, 1], of real pictures taken for real and of made ones found out.
    """

    modules: Mapping[str, nn.Module]
    optimizers: Mapping[str, torch.optim.Optimizer]
    updates: Sequence[str]
    """Names of optimisers, in the order in which they move."""

    def batch(self, step: int) -> Any:
        """The batch of a step: a pure function of the recipe's seed and ``step``; all updates get the same."""

    def update(self, name: str, batch: Any, step: int) -> dict[str, Tensor]:
        """Named loss terms of one update; ``total`` is minimised.  They are logged as ``name.term``."""

    def learning_rate(self, step: int) -> float: ...


AnyTask = Task | AlternatingTask


@runtime_checkable
class Shows(Protocol):
    """A task that shows what it makes: for sample grids, and for the doctor."""

    def samples(self, batch: Any, modules: Mapping[str, nn.Module]) -> Mapping[str, Tensor]:
        """Pictures made of a batch with ``modules`` (the followers where there are any), without a gradient.

        Pictures are N x 3 x H x W, sRGB in [0, 1].  Keys:

        - ``output``: what the generator makes.
        - ``input``: what it made it of, in the same order; none for pictures from noise.
        - ``target``: what is wanted of it, in the same order, for paired data.
        - ``real``: real pictures of the domain that it makes, unpaired.
        - ``other``: of the same inputs (or noise) under another condition or style code.
        - ``score_real``, ``score_fake``: what the discriminator says, (N,) each, one number a picture, higher is more
          real, 0 between real and fake (subtract 0.5 from least squares with targets 0 and 1).

        A task of several generators puts a name and a point before the keys: ``painting.output``, ``photo.output``.
        """


@runtime_checkable
class Adjustable(Protocol):
    """A task with knobs: multipliers, 1 at the start, that it multiplies into the weights of its loss terms each step.

    The doctor turns them as a cure; they are kept in the checkpoint.  Names it knows: ``identity``, ``cycle``,
    ``diversity``, ``condition``, ``variation`` (total variation), ``r1``, ``augment`` (for the discriminator).  A task
    has those that mean something to it.
    """

    knobs: MutableMapping[str, float]
