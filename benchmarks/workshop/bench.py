"""What the five share: options, a split in folders, training, the trained networks, curves and sheets."""

from __future__ import annotations

import argparse
import hashlib
import html
import json
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

from benchmarks import record
from looksmith.training.checkpoint import CHECKPOINT, load
from looksmith.training.curves import HEIGHT, WIDTH, panels
from looksmith.training.data.references import SUFFIXES
from looksmith.training.data.splits import share_of
from looksmith.training.deliver import Deliverable
from looksmith.training.devices import Precision
from looksmith.training.loop import RunOptions, fit

Rgb = NDArray[np.uint8]
DOCS = Path(__file__).parents[2] / "docs" / "workshop"
_STYLE = (
    "<style>text{font:10.5px sans-serif;fill:#667}.g{stroke:#dde}.m{stroke:#c55;stroke-dasharray:3 3}"
    "polyline{fill:none;stroke:#36c}.raw{opacity:.28}.mean{stroke-width:2}.scale{font-style:italic}</style>"
)


@dataclass(frozen=True)
class Options:
    """``quick`` trains a hundredth of the steps and writes nothing into the repository: a rehearsal."""

    data: Path
    out: Path
    steps: int
    size: int
    device: str
    quick: bool


def options(name: str, words: str | None, steps: int, size: int) -> Options:
    """The command line of one demonstration, with its default number of steps and size."""
    parser = argparse.ArgumentParser(prog=f"benchmarks.workshop.{name}", description=(words or "").split("\n\n")[0])
    data = os.environ.get("LOOKSMITH_DATA")
    parser.add_argument("--data", type=Path, default=data and Path(data), required=data is None)
    parser.add_argument("--out", type=Path, default=Path("runs/workshop"))
    parser.add_argument("--steps", type=int, default=steps)
    parser.add_argument("--size", type=int, default=size)
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"))
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    count = max(10, given.steps // 100) if given.quick else given.steps
    return Options(given.data, given.out / name, count, given.size, given.device, given.quick)


def split_folder(to: Path, pictures: Iterable[Path], label: Callable[[Path], str | None], test: float) -> Path:
    """Links to pictures as ``train/LABEL/…`` and ``test/LABEL/…``; the part is a fixed function of the file name.

    Args:
        to: the folder to fill; one that is there already is kept.
        pictures: files.
        label: name of the folder within the part, "" for none; None leaves the picture out.
        test: share of the test part.
    """
    if to.exists():
        return to
    for path in sorted(pictures):
        chosen = label(path) if path.suffix.lower() in SUFFIXES and ".mask." not in path.name else None
        if chosen is None:
            continue
        # Not the split of the library, whose test part is smaller: salted, so that the two do not coincide.
        part = "test" if share_of(hashlib.sha256(path.name.encode()).hexdigest()) < test else "train"
        place = to / part / chosen / path.name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(path.resolve())
    return to


@dataclass(frozen=True)
class Trained:
    """A finished run: what it delivers, the processor seconds of this call's part, and steps a second."""

    networks: Mapping[str, Deliverable]
    task: Any
    run: Path
    cpu_seconds: float
    wall_seconds: float


def train(task: Any, run: Path, given: Options, steps: int | None = None, precision: Precision = "32") -> Trained:
    """Train (or go on), and give back the networks with the weights that are exported."""
    cpu, wall = time.process_time(), time.monotonic()
    device: Any = given.device
    count = steps or given.steps
    reached = fit(
        task,
        run,
        steps=count,
        log_every=max(1, min(50, count // 20)),
        options=RunOptions(device=device, precision=precision),
        on_log=lambda entry: print(f"{run.name}: {entry.step} of {entry.steps}, {entry.seconds:.0f} s", flush=True),
    )
    if reached < count:
        raise SystemExit(f"stopped at step {reached}; the same command goes on")
    state = load(run / CHECKPOINT)
    for name, values in state["ema"].items():
        task.modules[name].load_state_dict(values)
    for module in task.modules.values():
        module.to("cpu")
    used = time.process_time() - cpu, time.monotonic() - wall
    return Trained(task.deliver(task.modules), task, run, *used)


@torch.no_grad()
def through(network: nn.Module, pictures: Sequence[Rgb], *conditions: Tensor) -> list[Rgb]:
    """Pictures of one size through a delivered network, eight at a time; conditions have a row for each or one."""
    made: list[Rgb] = []
    for start in range(0, len(pictures), 8):
        stack = tensor(pictures[start : start + 8])
        rows = [c[start : start + 8] if len(c) > 1 else c.expand(len(stack), -1) for c in conditions]
        made += to_pictures(network(stack, *rows))
    return made


def tensor(pictures: Sequence[Rgb]) -> Tensor:
    """N x 3 x H x W in [0, 1]."""
    return torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 255


def to_pictures(made: Tensor) -> list[Rgb]:
    """uint8 pictures of N x 3 x H x W in [0, 1]."""
    return list((made.clamp(0, 1) * 255).round().byte().permute(0, 2, 3, 1).numpy())


def squares(paths: Iterable[Path], size: int, most: int | None = None) -> list[Rgb]:
    """The middle square of each picture, ``size`` x ``size``."""
    made = []
    for path in sorted(paths)[:most]:
        with Image.open(path) as picture:
            made.append(square(picture, size))
    return made


def square(picture: Image.Image, size: int) -> Rgb:
    """The middle square of a picture."""
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    box = (left, top, left + side, top + side)
    return np.asarray(picture.convert("RGB").resize((size, size), Image.Resampling.LANCZOS, box=box), np.uint8)


def portraits(size: int) -> list[Rgb]:
    """Two pictures of the portrait in scikit-image (NASA, public domain): head and shoulders, and whole."""
    from skimage.data import astronaut

    whole = Image.fromarray(astronaut())
    return [square(whole.crop((112, 0, 352, 240)), size), square(whole, size)]


def sheet(rows: Sequence[Sequence[Rgb]], path: Path, cell: int = 128) -> Path:
    """Rows of pictures on one page."""
    path.parent.mkdir(parents=True, exist_ok=True)
    page = Image.new("RGB", ((cell + 2) * max(map(len, rows)), (cell + 2) * len(rows)), "white")
    for y, row in enumerate(rows):
        for x, rgb in enumerate(row):
            page.paste(
                Image.fromarray(rgb).resize((cell, cell), Image.Resampling.LANCZOS), (x * (cell + 2), y * (cell + 2))
            )
    page.save(path, quality=88)
    return path


def curves(run: Path, steps: int, path: Path) -> Path:
    """The run's log as one SVG, three panels a row."""
    lines = [json.loads(line) for line in (run / "log.jsonl").read_text("utf-8").splitlines()]
    drawn = panels(lines, steps)
    rows = -(-len(drawn) // 3)
    parts = [
        f'<g transform="translate({k % 3 * (WIDTH + 16)} {k // 3 * (HEIGHT + 24)})"><text x="44" y="14">'
        f'{html.escape(name)}</text><svg y="18" width="{WIDTH}" height="{HEIGHT}" {svg[5:]}</g>'
        for k, (name, svg) in enumerate(drawn)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    size = f"0 0 {3 * (WIDTH + 16)} {rows * (HEIGHT + 24)}"
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{size}">{_STYLE}{"".join(parts)}</svg>\n', "utf-8"
    )
    return path


def write(name: str, given: Options, trained: Trained, result: dict[str, Any], shown: Sequence[Sequence[Rgb]]) -> None:
    """Print the rows; unless it is a rehearsal, write results, curves and the sheet for the docs."""
    for row in result["rows"]:
        print(f"{row['en']}: {row['value']}  (aim {row['target']})")
    recipe = {k: str(v) if isinstance(v, Path | tuple) else v for k, v in vars(trained.task.recipe).items()}
    recipe = {k: v for k, v in recipe.items() if k not in ("data", "a", "b", "style") or not isinstance(v, str)}
    training = {
        "steps": given.steps,
        "cpu_seconds_of_last_call": round(trained.cpu_seconds),
        "wall_seconds_of_last_call": round(trained.wall_seconds),
        "parameters": {
            key: sum(p.numel() for p in item.network.parameters()) for key, item in trained.networks.items()
        },
        "recipe": recipe,
    }
    docs, results = (trained.run, trained.run) if given.quick else (DOCS, record.RESULTS)
    curves(trained.run, given.steps, docs / f"{name}.svg")
    sheet(shown, docs / f"{name}.jpg")
    record.write(f"workshop-{name}", {**result, "training": training}, results)


def row(en: str, zh: str, value: str, target: str) -> dict[str, str]:
    """One line of the table in the docs."""
    return {"en": en, "zh": zh, "value": value, "target": target}
