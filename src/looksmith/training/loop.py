"""The training loop: Lightning Fabric underneath, checkpoints beside-then-rename, exact resume.

Batches are a pure function of (seed, step), so that resuming needs no sampler state.
"""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Protocol

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn


class Task(Protocol):
    """What a recipe hands to the loop."""

    modules: Mapping[str, nn.Module]
    optimizers: Mapping[str, torch.optim.Optimizer]

    def batch(self, step: int) -> Any:
        """The batch of a step: a pure function of the recipe's seed and ``step``."""

    def losses(self, batch: Any, step: int) -> dict[str, Tensor]:
        """Named loss terms; the entry ``total`` is minimised."""

    def learning_rate(self, step: int) -> float: ...


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
    task: Task,
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
    ``checkpoint_seconds``.  Non-finite losses skip the update and are counted in the log.
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
    sums: dict[str, float] = {}
    count = skipped = 0
    try:
        while step < steps and not stop["asked"]:
            for optimizer in task.optimizers.values():
                for group in optimizer.param_groups:
                    group["lr"] = task.learning_rate(step) * group.get("scale", 1.0)
                optimizer.zero_grad(set_to_none=True)
            losses = task.losses(task.batch(step), step)
            if torch.isfinite(losses["total"]):
                fabric.backward(losses["total"])
                parameters = [p for m in task.modules.values() for p in m.parameters()]
                torch.nn.utils.clip_grad_norm_(parameters, gradient_clip)
                for optimizer in task.optimizers.values():
                    optimizer.step()
                for name, follower in (ema or {}).items():
                    _follow(follower, task.modules[name], min(ema_decay, (1 + step) / (10 + step)))
            else:
                skipped += 1
            step += 1
            count += 1
            for name, value in losses.items():
                sums[name] = sums.get(name, 0.0) + float(value.detach())
            if step % log_every == 0:
                means = {name: total / count for name, total in sums.items()}
                if skipped:
                    means["skipped"] = float(skipped)
                entry = Progress(step, steps, time.monotonic() - started, means)
                with (out / LOG).open("a") as log:
                    log.write(json.dumps({"step": step, "seconds": round(entry.seconds, 1), **means}) + "\n")
                if on_log:
                    on_log(entry)
                sums, count, skipped = {}, 0, 0
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


def _main_thread() -> bool:
    import threading

    return threading.current_thread() is threading.main_thread()


@torch.no_grad()
def _follow(follower: nn.Module, leader: nn.Module, decay: float) -> None:
    for mine, its in zip(follower.parameters(), leader.parameters(), strict=True):
        mine.lerp_(its, 1.0 - decay)
    for kept, current in zip(follower.buffers(), leader.buffers(), strict=True):
        kept.copy_(current)


def save_checkpoint(task: Task, path: Path, step: int, ema: Mapping[str, nn.Module] | None = None) -> None:
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


def load_checkpoint(task: Task, path: Path, ema: Mapping[str, nn.Module] | None = None) -> int:
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
