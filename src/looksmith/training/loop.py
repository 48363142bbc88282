"""The training loop: Lightning Fabric underneath, checkpoints beside-then-rename, exact resume.

Batches are a pure function of (seed, step), so that resuming needs no sampler state.
"""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, cast

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from looksmith.training.task import AlternatingTask, Task


@dataclass(frozen=True)
class Progress:
    """One line of the training log: step, seconds since the start of this run, mean of each loss."""

    step: int
    steps: int
    seconds: float
    losses: dict[str, float]


CHECKPOINT = "checkpoint.pt"
LOG = "log.jsonl"


def fit(
    task: Task | AlternatingTask,
    out: Path,
    *,
    steps: int,
    resume: bool = True,
    checkpoint_seconds: float = 60.0,
    log_every: int = 50,
    on_log: Callable[[Progress], None] | None = None,
    on_checkpoint: Callable[[int], None] | None = None,
    ema: Mapping[str, nn.Module] | None = None,
    ema_decay: float = 0.999,
    gradient_clip: float = 1.0,
    fabric: Fabric | None = None,
) -> int:
    """Train until ``steps``; return the step reached.

    Ctrl-C or SIGTERM writes a checkpoint before returning; a kill loses at most
    ``checkpoint_seconds``.  Losses and gradients that are not finite skip the update and are counted in the log.
    A term's mean is taken over the steps that have it.
    ``ema``: copies of modules (same names) that follow an exponential moving average.
    """
    fabric = fabric or Fabric(accelerator="cpu", devices=1)
    out.mkdir(parents=True, exist_ok=True)
    path = out / CHECKPOINT
    step = load_checkpoint(task, path, ema) if resume and path.exists() else 0
    stop = {"asked": False}

    def ask(_signal: int, _frame: FrameType | None) -> None:
        stop["asked"] = True

    previous = {s: signal.signal(s, ask) for s in (signal.SIGINT, signal.SIGTERM)} if _main_thread() else {}
    started = saved = time.monotonic()
    sums: dict[str, list[float]] = {}
    skipped = 0
    updates = _updates(task)
    try:
        while step < steps and not stop["asked"]:
            batch = task.batch(step)
            moved = False
            losses: dict[str, Tensor] = {}
            for update in updates:
                with update.alone(task.learning_rate(step)):
                    terms = update.losses(batch, step)
                    if torch.isfinite(terms["total"]) and update.gradients(fabric, terms["total"], gradient_clip):
                        for optimizer in update.optimizers:
                            optimizer.step()
                        moved = True
                    else:
                        skipped += 1
                losses |= {update.prefix + name: value.detach() for name, value in terms.items()}
            for name, follower in (ema or {}).items() if moved else ():
                _follow(follower, task.modules[name], min(ema_decay, (1 + step) / (10 + step)))
            step += 1
            for name, value in losses.items():
                if torch.isfinite(value):
                    sums.setdefault(name, []).append(float(value))
            if step % log_every == 0:
                means = {name: sum(seen) / len(seen) for name, seen in sums.items()}
                if skipped:
                    means["skipped"] = float(skipped)
                entry = Progress(step, steps, time.monotonic() - started, means)
                with (out / LOG).open("a") as log:
                    log.write(json.dumps({"step": step, "seconds": round(entry.seconds, 1), **means}) + "\n")
                if on_log:
                    on_log(entry)
                sums, skipped = {}, 0
            if time.monotonic() - saved > checkpoint_seconds:
                save_checkpoint(task, path, step, ema)
                saved = time.monotonic()
                if on_checkpoint:
                    on_checkpoint(step)
        save_checkpoint(task, path, step, ema)
        if on_checkpoint:
            on_checkpoint(step)
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    return step


@dataclass(frozen=True)
class _Update:
    """One move: the optimisers that make it, the parameters that they move, and the loss that they lower."""

    prefix: str
    optimizers: Sequence[torch.optim.Optimizer]
    parameters: Sequence[nn.Parameter]
    others: Sequence[nn.Parameter]
    losses: Callable[[Any, int], dict[str, Tensor]]

    @contextmanager
    def alone(self, learning_rate: float) -> Iterator[None]:
        """Set the learning rate and clear gradients; the other parameters ask for none meanwhile."""
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = learning_rate * group.get("scale", 1.0)
            optimizer.zero_grad(set_to_none=True)
        asked = [parameter for parameter in self.others if parameter.requires_grad]
        for parameter in asked:
            parameter.requires_grad_(False)
        try:
            yield
        finally:
            for parameter in asked:
                parameter.requires_grad_(True)

    def gradients(self, fabric: Fabric, total: Tensor, clip: float) -> bool:
        """Fill the gradients, their norm clipped; false when they are not finite."""
        fabric.backward(total)
        return bool(torch.isfinite(torch.nn.utils.clip_grad_norm_(self.parameters, clip)))


def _updates(task: Task | AlternatingTask) -> list[_Update]:
    """The moves of one step, in order: one of all optimisers together, or one of each that the task names."""
    every = [p for m in task.modules.values() for p in m.parameters()]
    names: Sequence[str] = getattr(task, "updates", ())
    if not names:
        return [_Update("", list(task.optimizers.values()), every, [], cast(Task, task).losses)]
    moves = []
    for name in names:
        mine = [p for group in task.optimizers[name].param_groups for p in group["params"]]
        own = {id(p) for p in mine}
        others = [p for p in every if id(p) not in own]
        moves.append(
            _Update(
                f"{name}.", [task.optimizers[name]], mine, others, partial(cast(AlternatingTask, task).update, name)
            )
        )
    return moves


def _main_thread() -> bool:
    import threading

    return threading.current_thread() is threading.main_thread()


@torch.no_grad()
def _follow(follower: nn.Module, leader: nn.Module, decay: float) -> None:
    for mine, its in zip(follower.parameters(), leader.parameters(), strict=True):
        mine.lerp_(its, 1.0 - decay)
    for kept, current in zip(follower.buffers(), leader.buffers(), strict=True):
        kept.copy_(current)


def save_checkpoint(
    task: Task | AlternatingTask, path: Path, step: int, ema: Mapping[str, nn.Module] | None = None
) -> None:
    """Write modules, EMA, optimisers and step beside ``path``, then rename."""
    state = {
        "step": step,
        "modules": {name: m.state_dict() for name, m in task.modules.items()},
        "ema": {name: m.state_dict() for name, m in (ema or {}).items()},
        "optimizers": {name: o.state_dict() for name, o in task.optimizers.items()},
        "rng": torch.get_rng_state(),
    }
    beside = path.with_suffix(".partial")
    torch.save(state, beside)
    beside.replace(path)


def load_checkpoint(task: Task | AlternatingTask, path: Path, ema: Mapping[str, nn.Module] | None = None) -> int:
    """Restore what :func:`save_checkpoint` wrote; return the step."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    for name, module in task.modules.items():
        module.load_state_dict(state["modules"][name])
    for name, module in (ema or {}).items():
        module.load_state_dict(state["ema"].get(name, state["modules"][name]))
    for name, optimizer in task.optimizers.items():
        optimizer.load_state_dict(state["optimizers"][name])
    torch.set_rng_state(state["rng"])
    return int(state["step"])
