"""One move of a training step: an optimiser, what it moves, and the loss that it lowers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from looksmith.training.devices import any_of, average_gradients
from looksmith.training.memory import in_parts, is_out_of_memory, shares
from looksmith.training.task import AlternatingTask, AnyTask, Task


class OutOfMemory(Exception):  # noqa: N818  (a signal to the loop, not a mistake)
    """An update did not fit into memory, in this process or in another."""


@dataclass(frozen=True)
class Update:
    """One move.

    Attributes:
        name: of the update, empty for a task that has one.
        prefix: of its terms in the log.
        optimizers: those that move.
        parameters: what they move.
        others: parameters of the task that ask for no gradient meanwhile.
        losses: batch and step to named terms.
    """

    name: str
    prefix: str
    optimizers: Mapping[str, torch.optim.Optimizer]
    parameters: Sequence[nn.Parameter]
    others: Sequence[nn.Parameter]
    losses: Callable[[Any, int], dict[str, Tensor]]

    def run(
        self,
        fabric: Fabric,
        batch: Any,
        step: int,
        *,
        parts: int,
        clip: float,
        rate: float,
        rates: Mapping[str, float],
    ) -> tuple[dict[str, Tensor], bool]:
        """Make the move.

        Args:
            fabric: precision and processes.
            batch: on the device.
            step: number of the step.
            parts: the batch goes through in so many parts; their gradients add up to that of the whole.
            clip: largest norm of the gradient.
            rate: learning rate of the step.
            rates: factors of it by optimiser (the doctor's).

        Returns:
            its terms (means over the parts), and whether anything moved: not when a loss or a gradient is not finite.

        Raises:
            OutOfMemory: in any process; nothing has moved.
        """
        self._set_rates(rate, rates)
        with self._alone():
            short: BaseException | None = None
            try:
                terms, finite = self._gradients(fabric, batch, step, parts)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                short = error.with_traceback(None)  # the frames hold the tensors
            if any_of(fabric, short is not None)[0]:
                for optimizer in self.optimizers.values():
                    optimizer.zero_grad(set_to_none=True)
                raise OutOfMemory(str(short)) from None
            if not finite:
                return terms, False
            average_gradients(fabric, list(self.parameters))
            norm = torch.nn.utils.clip_grad_norm_(self.parameters, clip)
            if not bool(torch.isfinite(norm)):
                return terms, False
            for optimizer in self.optimizers.values():
                optimizer.step()
        return terms, True

    def _gradients(self, fabric: Fabric, batch: Any, step: int, parts: int) -> tuple[dict[str, Tensor], bool]:
        means: dict[str, Tensor] = {}
        for part, share in zip(in_parts(batch, parts), shares(batch, parts), strict=True):
            with fabric.autocast():
                terms = self.losses(part, step)
            for name, value in terms.items():
                means[name] = means.get(name, torch.zeros((), device=value.device)) + share * value.detach()
            if fabric.world_size == 1 and not bool(torch.isfinite(terms["total"])):
                return means, False
            fabric.backward(share * terms["total"] if share != 1 else terms["total"])
        return means, True

    def _set_rates(self, rate: float, rates: Mapping[str, float]) -> None:
        for name, optimizer in self.optimizers.items():
            for group in optimizer.param_groups:
                group["lr"] = rate * group.get("scale", 1.0) * rates.get(name, 1.0)
            optimizer.zero_grad(set_to_none=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        asked = [parameter for parameter in self.others if parameter.requires_grad]
        for parameter in asked:
            parameter.requires_grad_(False)
        try:
            yield
        finally:
            for parameter in asked:
                parameter.requires_grad_(True)


def updates_of(task: AnyTask) -> list[Update]:
    """The moves of one step, in order: one of all optimisers together, or one of each that the task names."""
    every = [p for m in task.modules.values() for p in m.parameters()]
    names: Sequence[str] = getattr(task, "updates", ())
    if not names:
        return [Update("", "", dict(task.optimizers), every, [], cast(Task, task).losses)]
    moves = []
    for name in names:
        optimizer = task.optimizers[name]
        mine = [p for group in optimizer.param_groups for p in group["params"]]
        own = {id(p) for p in mine}
        losses = partial(cast(AlternatingTask, task).update, name)
        moves.append(Update(name, f"{name}.", {name: optimizer}, mine, [p for p in every if id(p) not in own], losses))
    return moves


@torch.no_grad()
def follow(follower: nn.Module, leader: nn.Module, decay: float) -> None:
    """Exponential moving average: parameters go towards the leader's, buffers are copied."""
    for mine, its in zip(follower.parameters(), leader.parameters(), strict=True):
        mine.lerp_(its, 1.0 - decay)
    for kept, current in zip(follower.buffers(), leader.buffers(), strict=True):
        kept.copy_(current)
