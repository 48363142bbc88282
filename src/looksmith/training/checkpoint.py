"""Checkpoints: everything that a run goes on from, in one file that is whole or not there."""

from __future__ import annotations

import pickle
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from looksmith.errors import LooksmithError, UnreadableError
from looksmith.media.atomic import atomic_file
from looksmith.training.task import AnyTask

CHECKPOINT = "checkpoint.pt"
HEALTHY = "healthy.pt"
"""The last state in which the doctor found nothing."""


def snapshot(task: AnyTask, step: int, followers: Mapping[str, nn.Module], extra: Mapping[str, Any]) -> dict[str, Any]:
    """The state of a run.

    Args:
        task: its modules and optimisers.
        step: steps done.
        followers: EMA copies by the name of their module.
        extra: plain numbers, words, lists and dicts: what loop and doctor remember.
    """
    return {
        "step": step,
        "modules": {name: module.state_dict() for name, module in task.modules.items()},
        "ema": {name: module.state_dict() for name, module in followers.items()},
        "optimizers": {name: optimizer.state_dict() for name, optimizer in task.optimizers.items()},
        **extra,
    }


def save(state: Mapping[str, Any], path: Path) -> None:
    """Write a state, whole or not at all; what stood there stays when the disk is full.

    Raises:
        LooksmithError: there is no room or no permission.
    """
    try:
        with atomic_file(path) as stream:
            torch.save(dict(state), stream)
    except RuntimeError as error:  # torch's writer hides the reason that the disk gave
        raise LooksmithError(
            "cannot write the checkpoint",
            where=path,
            expected="room and permission to write",
            got=str(error).splitlines()[0][:120],
            hint="free some space on the disk",
        ) from error


def load(path: Path) -> dict[str, Any]:
    """Read a state; nothing in the file is executed.

    Raises:
        UnreadableError: missing, damaged, or no checkpoint.
    """
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise UnreadableError("there is no checkpoint", where=path, expected="a run that has begun") from error
    except (RuntimeError, pickle.UnpicklingError, EOFError, zipfile.BadZipFile, ValueError, OSError) as error:
        raise UnreadableError(
            "the checkpoint cannot be read",
            where=path,
            got=str(error).splitlines()[0][:120] if str(error) else type(error).__name__,
            hint=f"remove it and go on from '{path.with_name(HEALTHY)}', or start over with --no-resume",
        ) from error
    if not isinstance(state, dict) or not {"step", "modules", "optimizers"} <= set(state):
        raise UnreadableError("this is not a checkpoint of a run", where=path)
    return state


def restore(state: Mapping[str, Any], task: AnyTask, followers: Mapping[str, nn.Module]) -> int:
    """Put a state into a task's modules, optimisers and followers; return the step.

    Raises:
        UnreadableError: the state is of other networks.
    """
    load_modules(state, task.modules, followers)
    try:
        for name, optimizer in task.optimizers.items():
            optimizer.load_state_dict(state["optimizers"][name])
    except (KeyError, ValueError) as error:
        raise _other_networks(error) from error
    return int(state["step"])


def load_modules(
    state: Mapping[str, Any], modules: Mapping[str, nn.Module], followers: Mapping[str, nn.Module]
) -> None:
    """Put a state's weights into modules and followers.

    Raises:
        UnreadableError: the state is of other networks.
    """
    try:
        for name, module in modules.items():
            module.load_state_dict(state["modules"][name])
        for name, module in followers.items():
            module.load_state_dict(state.get("ema", {}).get(name, state["modules"][name]))
    except (KeyError, RuntimeError) as error:
        raise _other_networks(error) from error


def _other_networks(error: Exception) -> UnreadableError:
    return UnreadableError(
        "the checkpoint is of other networks than the recipe's",
        where=CHECKPOINT,
        got=str(error).splitlines()[0][:160],
        hint="choose another --out, or start over with --no-resume",
    )
