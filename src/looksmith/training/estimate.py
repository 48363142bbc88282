"""How long a run will take, and how much memory and disk, from a few measured steps."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import torch
from torch import nn

from looksmith.errors import LooksmithError
from looksmith.training.journal import Note
from looksmith.training.task import AnyTask

FIRST, MEASURED = 2, 4
"""Steps that only warm up, and steps that are measured."""


@dataclass(frozen=True)
class Estimate:
    """What a run will need.

    Attributes:
        step_seconds: of one step, the median of those measured.
        seconds: of all that are left.
        memory: bytes that this process holds at its peak so far (on CUDA: of the device).
        memory_there: bytes of the machine (of the device).
        checkpoint: bytes of one checkpoint, about.
        disk_free: bytes free where the run writes.
    """

    step_seconds: float
    seconds: float
    memory: int
    memory_there: int
    checkpoint: int
    disk_free: int


def estimate(times: Sequence[float], steps_left: int, task: AnyTask, folder: Path, device: torch.device) -> Estimate:
    """From the seconds of the first steps."""
    step = median(times[FIRST:] or times)
    memory, there = peak_memory(device)
    size = checkpoint_bytes(task.modules, task.optimizers)
    return Estimate(step, step * steps_left, memory, there, size, shutil.disk_usage(folder).free)


def estimate_note(found: Estimate, step: int) -> Note:
    """The estimate in words."""
    tight = 0 < 0.85 * found.memory_there < found.memory
    words = {
        "en": f"About {found.step_seconds:.2g} s a step: {duration(found.seconds)} to go. Memory "
        f"{found.memory / 2**30:.1f} of {found.memory_there / 2**30:.1f} GiB"
        + (", which is tight: a smaller --batch or --size is safer." if tight else "."),
        "zh": f"每步约 {found.step_seconds:.2g} 秒，还需 {duration(found.seconds)}。内存 {found.memory / 2**30:.1f} / "
        f"{found.memory_there / 2**30:.1f} GiB" + ("，比较紧张，建议减小 --batch 或 --size。" if tight else "。"),
    }
    evidence = {"step_seconds": found.step_seconds, "seconds": found.seconds, "memory": found.memory}
    return Note("estimate", step, "warning" if tight else "note", words, evidence=evidence)


def duration(seconds: float) -> str:
    """Such as ``45 s``, ``12 min``, ``3 h 20 min``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min"


def peak_memory(device: torch.device) -> tuple[int, int]:
    """Bytes held at the peak so far, and bytes there are; 0 where the system does not tell."""
    if device.type == "cuda":
        properties: Any = torch.cuda.get_device_properties(device)
        return int(torch.cuda.max_memory_allocated(device)), int(properties.total_memory)
    if sys.platform == "win32":
        return 0, 0
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    return used, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def checkpoint_bytes(modules: Mapping[str, nn.Module], optimizers: Mapping[str, torch.optim.Optimizer]) -> int:
    """About the size of a checkpoint: weights and buffers once, for what is trained two more (Adam), and a follower."""
    held = sum(t.numel() * t.element_size() for m in modules.values() for t in [*m.parameters(), *m.buffers()])
    moved = sum(p.numel() * 4 for o in optimizers.values() for g in o.param_groups for p in g["params"])
    return int(held + 3 * moved)


def check_disk(folder: Path, task: AnyTask) -> None:
    """Refuse to begin where not even three checkpoints fit.

    Raises:
        LooksmithError: as said.
    """
    needed = 3 * checkpoint_bytes(task.modules, task.optimizers) + (8 << 20)
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise LooksmithError(
            "there is not enough room on the disk for this run",
            where=folder,
            expected=f"{needed / 2**20:.0f} MiB for checkpoints and the report",
            got=f"{free / 2**20:.0f} MiB free",
            hint="free some space, or choose another --out",
        )
