"""Where a run happens: processor, CUDA, MPS, one device or many, one machine or several, with what precision."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from looksmith.errors import LooksmithError

Device = Literal["auto", "cpu", "cuda", "mps"]
Precision = Literal["32", "bf16"]
DoctorMode = Literal["act", "warn", "off"]


@dataclass(frozen=True)
class RunOptions:
    """How a recipe is run; none of it is part of the recipe.

    Attributes:
        device: where the networks are; ``auto`` takes CUDA, then MPS, then the processor.
        devices: how many on this machine.  Under ``torchrun`` its own counts hold.
        precision: ``32``, or ``bf16`` for bfloat16 where torch deems it safe.
        doctor: ``act`` cures, ``warn`` only tells, ``off``.
        doctor_every: steps between two looks.
        report: whether ``report.html`` is written, and TensorBoard's files.
    """

    device: Device = "auto"
    devices: int = 1
    precision: Precision = "32"
    doctor: DoctorMode = "act"
    doctor_every: int = 50
    report: bool = True


def make_fabric(options: RunOptions) -> Fabric:
    """A started Fabric; with several devices this process is then one of them.

    Under ``torchrun`` (``RANK``, ``WORLD_SIZE``, ``LOCAL_WORLD_SIZE`` in the environment) the processes are those that
    it started, on any number of machines.

    Raises:
        LooksmithError: the device is not there, or there are not so many of it.
    """
    accelerator = _accelerator(options.device)
    world = int(os.environ.get("WORLD_SIZE", "1"))
    local = int(os.environ.get("LOCAL_WORLD_SIZE", world))
    launched = "LOCAL_RANK" in os.environ and "MASTER_ADDR" in os.environ and world >= 1
    devices, nodes = (local, max(1, world // local)) if launched else (options.devices, 1)
    there = torch.cuda.device_count() if accelerator == "cuda" else 1 if accelerator == "mps" else (os.cpu_count() or 1)
    if devices < 1 or (devices > there and accelerator != "cpu"):
        raise LooksmithError(
            "there are not so many devices", where=f"--devices {devices}", expected=f"1 to {there}", got=devices
        )
    many = devices * nodes > 1
    fabric = Fabric(
        accelerator=accelerator,
        devices=devices,
        num_nodes=nodes,
        strategy="ddp" if many else "auto",
        precision="bf16-mixed" if options.precision == "bf16" else "32-true",
    )
    fabric.launch()
    return fabric


def _accelerator(device: Device) -> str:
    has = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if device == "auto":
        return next(name for name in ("cuda", "mps", "cpu") if has[name])
    if device not in has or not has[device]:
        there = ", ".join(name for name, is_there in has.items() if is_there)
        raise LooksmithError(
            "the device is not there", where=f"--device {device}", expected=there, hint="--device auto"
        )
    return device


def place(thing: Any, device: torch.device) -> None:
    """Move every module and tensor that is an attribute of ``thing``, also in dicts, lists and tuples, to a device.

    Modules keep their identity, so that optimisers go on holding their parameters.
    """
    for name, value in vars(thing).items():
        moved = _moved(value, device)
        if moved is not value:
            object.__setattr__(thing, name, moved)


def _moved(value: Any, device: torch.device) -> Any:
    if isinstance(value, nn.Module):
        return value.to(device)
    if isinstance(value, Tensor):
        return value if value.device == device else value.to(device)
    if type(value) is dict:
        for key, inner in value.items():
            value[key] = _moved(inner, device)
        return value
    if type(value) in (list, tuple) and any(isinstance(inner, Tensor | nn.Module) for inner in value):
        return type(value)(_moved(inner, device) for inner in value)
    return value


def seed_everything(*numbers: int) -> None:
    """Torch's generators on the processor and on the devices in use, from whole numbers: the same give the same stream.

    Randomness is a pure function of (seed, attempt, step, update, process), so that a run goes on bit for bit without
    keeping a generator's state, and looking at samples changes nothing.
    """
    words = [number & 0xFFFFFFFF for number in numbers]
    number = int(np.random.SeedSequence(words).generate_state(1, np.uint64)[0] >> 1)
    torch.default_generator.manual_seed(number)  # torch.manual_seed is slow, and queues a call a time where CUDA sleeps
    if torch.cuda.is_available():
        torch.cuda.manual_seed(number)
    if torch.backends.mps.is_available():
        torch.mps.manual_seed(number)


def average_gradients(fabric: Fabric, parameters: list[nn.Parameter]) -> None:
    """Replace each gradient by its mean over all processes, in one message a dtype."""
    if fabric.world_size == 1:
        return
    by_dtype: dict[torch.dtype, list[Tensor]] = {}
    for parameter in parameters:
        if parameter.grad is not None:
            by_dtype.setdefault(parameter.grad.dtype, []).append(parameter.grad)
    for gradients in by_dtype.values():
        flat = torch.cat([g.reshape(-1) for g in gradients])
        torch.distributed.all_reduce(flat)
        flat /= fabric.world_size
        for gradient, mean in zip(gradients, torch.split(flat, [g.numel() for g in gradients]), strict=True):
            gradient.copy_(mean.view_as(gradient))


def share_modules(fabric: Fabric, modules: Mapping[str, nn.Module]) -> None:
    """Every process begins with the weights and buffers of the first."""
    if fabric.world_size > 1:
        for module in modules.values():
            for tensor in [*module.parameters(), *module.buffers()]:
                torch.distributed.broadcast(tensor.data, 0)


def any_of(fabric: Fabric, *flags: bool) -> tuple[bool, ...]:
    """Each flag, true in every process where it is true in one."""
    if fabric.world_size == 1:
        return flags
    shared = torch.tensor(flags, dtype=torch.float32, device=fabric.device)
    torch.distributed.all_reduce(shared, op=torch.distributed.ReduceOp.MAX)
    return tuple(bool(flag) for flag in shared.tolist())
