"""Looking at what a task makes: numbers for the doctor, grids of samples for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from looksmith.media.atomic import write_bytes
from looksmith.training.devices import seed_everything
from looksmith.training.doctor.statistics import measure
from looksmith.training.doctor.view import KEYS, views_of
from looksmith.training.memory import batch_size
from looksmith.training.task import AnyTask, Shows

LOOKED_AT = 8
"""Pictures that a look takes in, at least, where batches are smaller."""
MOST_BATCHES = 8
SAMPLES = "samples"
SHOWN = ("input", "output", "target", "other")
COLUMNS, CELL = 8, 160
"""Pictures in a row of a grid, and the longest side of one in pixels."""


def spoiled_module(modules: Mapping[str, nn.Module]) -> str:
    """The name of a module with a weight or buffer that is not finite, or ""."""
    for name, module in modules.items():
        for tensor in [*module.parameters(), *module.buffers()]:
            if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
                return name
    return ""


class Looker:
    """Calls a task's ``samples``, with randomness of its own, and changes nothing.

    The doctor sees other batches at every look, so that what lasts is no accident of a few pictures; people are shown
    the same ones each time, of the validation part where the task has one (``held_out``).
    """

    def __init__(self, task: AnyTask, fabric: Fabric) -> None:
        self._task, self._fabric = task, fabric
        self._shown: list[Any] = []

    @property
    def can_look(self) -> bool:
        """Whether the task shows anything."""
        return isinstance(self._task, Shows)

    def numbers(self, look: int) -> dict[str, dict[str, float]]:
        """The doctor's numbers of each generator, from the networks as they are now, at his ``look``-th look."""
        if not self.can_look:
            return {}
        modules = dict(self._task.modules)
        held_out = getattr(self._task, "held_out", None)
        train = self._samples(self._batches(self._task.batch, look), modules)
        unseen = self._samples(self._batches(held_out, look), modules) if held_out else []
        return {name: measure(view) for name, view in views_of(train, unseen).items()}

    def grids(self, followers: Mapping[str, nn.Module]) -> dict[str, dict[str, Tensor]]:
        """Pictures to show, by generator and key (``input``, ``output``, …), N x 3 x H x W in [0, 1] on the CPU."""
        if not self.can_look:
            return {}
        held_out = getattr(self._task, "held_out", None)
        self._shown = self._shown or self._batches(held_out or self._task.batch, 0)
        views = views_of(self._samples(self._shown, {**self._task.modules, **followers}))
        shown: dict[str, dict[str, Tensor]] = {}
        for name, view in views.items():
            rows = {key: getattr(view, key) for key in SHOWN if getattr(view, key) is not None}
            if "input" not in rows and view.real is not None:
                rows["real"] = view.real
            shown[name] = {key: pictures[:COLUMNS].clamp(0, 1) for key, pictures in rows.items()}
        return shown

    def _samples(self, batches: list[Any], modules: Mapping[str, nn.Module]) -> list[Mapping[str, Tensor]]:
        assert isinstance(self._task, Shows)
        made: list[Mapping[str, Tensor]] = []
        with _as_used(modules), torch.no_grad(), self._fabric.autocast():
            for number, batch in enumerate(batches):
                seed_everything(0x10015, number)
                samples = self._task.samples(batch, modules)
                made.append({k: v for k, v in samples.items() if k.rpartition(".")[2] in KEYS})
        return made

    def _batches(self, batch: Callable[[int], Any], look: int) -> list[Any]:
        """Batches of a part, as many as give ``LOOKED_AT`` pictures; others at each look."""
        held: list[Any] = []
        pictures = 0
        while pictures < LOOKED_AT and len(held) < MOST_BATCHES:
            number = look * MOST_BATCHES + len(held)
            seed_everything(0x10015, number)
            held.append(self._fabric.to_device(batch(number)))
            pictures += batch_size(held[-1])
        return held


@contextmanager
def _as_used(modules: Mapping[str, nn.Module]) -> Iterator[None]:
    """Modules in evaluation mode, as they are when they are exported."""
    training = [inner for module in modules.values() for inner in module.modules() if inner.training]
    for module in modules.values():
        module.eval()
    try:
        yield
    finally:
        for inner in training:
            inner.training = True


def grid_of(rows: Mapping[str, Tensor]) -> Tensor:
    """Rows of pictures, N x 3 x H x W each, as one picture, 3 x H x W, with a thin gap; sizes are brought together."""
    width = max(min(CELL, max(p.shape[2:])) for p in rows.values())
    lines = []
    for pictures in rows.values():
        cells = [_cell(picture, width) for picture in pictures]
        lines.append(np.concatenate([np.pad(c, ((1, 1), (1, 1), (0, 0)), constant_values=255) for c in cells], axis=1))
    longest = max(line.shape[1] for line in lines)
    padded = [np.pad(n, ((0, 0), (0, longest - n.shape[1]), (0, 0)), constant_values=255) for n in lines]
    whole = np.concatenate(padded, axis=0)
    return torch.from_numpy(np.ascontiguousarray(whole)).permute(2, 0, 1).float() / 255


def _cell(picture: Tensor, width: int) -> Any:
    rgb = (picture.clamp(0, 1).permute(1, 2, 0).numpy() * 255 + 0.5).astype(np.uint8)
    scale = width / max(rgb.shape[:2])
    size = (max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale)))
    return (
        rgb if scale == 1 else cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST)
    )


def save_grid(folder: Path, name: str, step: int, rows: Mapping[str, Tensor], quality: int = 88) -> Path:
    """Write ``samples/STEP-NAME.jpg``."""
    (folder / SAMPLES).mkdir(parents=True, exist_ok=True)
    rgb = (grid_of(rows).permute(1, 2, 0).numpy() * 255 + 0.5).astype(np.uint8)
    data = cv2.imencode(".jpg", rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    title = "-".join([f"{step:08d}", *([name] if name else []), "+".join(rows)])
    path = folder / SAMPLES / f"{title}.jpg"
    write_bytes(path, data.tobytes())
    return path


def thin_out(folder: Path, most: int = 60) -> None:
    """Keep at most ``most`` steps of samples: the first, the last, and evenly between."""
    paths = sorted((folder / SAMPLES).glob("*.jpg"))
    steps = sorted({path.name[:8] for path in paths})
    if len(steps) <= most:
        return
    kept = {steps[round(k * (len(steps) - 1) / (most // 2 - 1))] for k in range(most // 2)}
    for path in paths:
        if path.name[:8] not in kept:
            path.unlink(missing_ok=True)
