"""Batches on their way to the device."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from lightning_fabric import Fabric

from looksmith.training.task import AnyTask


@contextmanager
def batches_of(task: AnyTask, fabric: Fabric) -> Iterator[Callable[[int], Any]]:
    """Gives batches by number; beside an accelerator the next one is made while this one trains."""
    if fabric.device.type == "cpu":
        yield task.batch
        return
    ahead: dict[int, Future[Any]] = {}
    with ThreadPoolExecutor(1) as worker:

        def batch(number: int) -> Any:
            found = ahead.pop(number, None)
            ahead.clear()
            now = found.result() if found is not None else task.batch(number)
            ahead[number + fabric.world_size] = worker.submit(task.batch, number + fabric.world_size)
            return now

        yield batch
