"""The network that reads layers: ``facets/makeup/layers_read.npz`` is made of makeups of known numbers on many faces.

``python -m looksmith.training.makeup_reader FOLDER --faces MORE --out layers_read.npz`` with a folder as the recipe
``makeup`` reads it, and more pictures of faces; people who are held out take no part.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import track
from torch import Tensor, nn

from looksmith.faces.analyse import analyse_pixels
from looksmith.faces.face import Face
from looksmith.facets.makeup.layers import LAYERS
from looksmith.facets.makeup.reading import LEAK, READ, answers, measures, scaled
from looksmith.media.read import read_photo
from looksmith.training.data.laid_makeup import Laid, laid_on
from looksmith.training.data.made_up_faces import face_held_out, person_held_out

SMALLEST = 60.0
"""Side of a face, pixels, that makeup is laid on."""
WORN = 0.1
"""Opacity from which on a layer's shade counts."""
BARE, APART = 8.0, 12.0
"""CIELAB, by which errors of the skin below and of shades are divided: a unit counts alike in every direction."""
_ROWS = [LAYERS.index(name) for name in ("foundation", *READ)]

Floats = NDArray[np.float32]
Pictured = tuple[NDArray[np.uint8], Face]


@dataclass(frozen=True, eq=False)
class Told:
    """What was laid on, and what is seen of it.

    Attributes:
        measures: n x m.
        opacity: n x 6, of the foundation and :data:`READ`.
        below: n x 5 x 3.
        shade: n x 6 x 3.
    """

    measures: Floats
    opacity: Floats
    below: Floats
    shade: Floats


def told(laid: Iterable[Laid]) -> Told:
    """A table of makeups that were laid on."""
    rows = [
        (measures(one.face.lab, one.face.visible, one.face.light), one.opacity[_ROWS], one.below[_ROWS[1:]],
         one.state.shades[_ROWS])
        for one in laid
    ]  # fmt: skip
    return Told(*(np.stack(column).astype(np.float32) for column in zip(*rows, strict=True)))


def fit_reader(
    table: Told, rounds: int = 60, width: int = 160, seed: int = 0, weights: Floats | None = None
) -> dict[str, Floats]:
    """The arrays of ``layers_read.npz``: three linear layers with leaky units between them, by mean absolute errors;
    those of shades count as far as the layer is opaque.

    Args:
        table: at least some hundred makeups.
        weights: n x 6, how much each layer of each makeup counts; None for all alike.
        rounds: through the table.
        width: of the first layer.
        seed: of the first weights and the order.
    """
    torch.manual_seed(seed)
    mean, deviation = table.measures.mean(axis=0), table.measures.std(axis=0) + np.float32(1e-3)
    shown = torch.from_numpy(np.clip((table.measures - mean) / deviation, -5, 5))
    below = np.stack([table.below.mean(axis=0), np.full_like(table.below[0], BARE)]).astype(np.float32)
    shade = np.stack([table.shade.mean(axis=0), np.full_like(table.shade[0], APART)]).astype(np.float32)
    opacity = torch.from_numpy(table.opacity)
    bare = torch.from_numpy((table.below - below[0]) / below[1]).flatten(1)
    worn = torch.from_numpy((table.shade - shade[0]) / shade[1]).flatten(1)
    each = torch.ones_like(opacity) if weights is None else torch.from_numpy(weights.astype(np.float32))
    seen_through = opacity.clamp(0.1, 0.8) * (opacity > WORN)
    seen_through[:, 0] = 0.5
    counts = (seen_through * each).repeat_interleave(3, dim=1)
    ends = len(READ) + 1, 4 * len(READ) + 1

    def error(out: Tensor, rows: Tensor) -> Tensor:
        lost = (out[:, ends[1] :] - worn[rows]).abs() * counts[rows]
        return (
            7 * ((out[:, : ends[0]] - opacity[rows]).abs() * each[rows]).mean()
            + (out[:, ends[0] : ends[1]] - bare[rows]).abs().mean()
            + 2 * lost.sum() / counts[rows].sum()
        )

    network = nn.Sequential(
        nn.Linear(shown.shape[1], width), nn.LeakyReLU(LEAK), nn.Linear(width, 64), nn.LeakyReLU(LEAK),
        nn.Linear(64, ends[1] + worn.shape[1]),
    )  # fmt: skip
    optimizer = torch.optim.AdamW(network.parameters(), 2e-3, weight_decay=0.3)
    for turn in range(rounds):
        for group in optimizer.param_groups:
            group["lr"] = 2e-3 * (1 - turn / rounds) + 1e-5
        for rows in torch.split(torch.randperm(len(shown)), 64):
            seen = shown[rows] + 0.1 * torch.randn(len(rows), shown.shape[1])
            loss = error(network(seen * (torch.rand_like(seen) > 0.05)), rows)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
    made = {"mean": mean, "deviation": deviation, "below": below, "shade": shade}
    for number, layer in enumerate(module for module in network if isinstance(module, nn.Linear)):
        made |= {f"weight{number}": layer.weight.detach().numpy(), f"bias{number}": layer.bias.detach().numpy()}
    return made


def calibrated(arrays: dict[str, Floats], others: Told) -> dict[str, Floats]:
    """The same with ``line`` (2, 6), which leads from the opacities that the network tells of people it was not shown
    to those that they wear: least squares, offset and slope."""
    told_of = np.clip(answers(arrays, scaled(arrays, others.measures))[:, : len(READ) + 1], 0, 1)
    lines = [np.polyfit(one, true, 1)[::-1] for one, true in zip(told_of.T, others.opacity.T, strict=True)]
    return {**arrays, "line": np.array(lines, np.float32).T}


def stored(arrays: dict[str, Floats]) -> dict[str, NDArray[np.generic]]:
    """As it is written: the weights as float16."""
    return {name: array.astype(np.float16 if name.startswith("weight") else np.float32)
            for name, array in arrays.items()}  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--faces", type=Path, help="folder of more pictures of faces")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--makeups", type=int, default=13000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    people = [face for path in sorted((given.folder / "bare").glob("*.jpg")) if not person_held_out(path.stem)
             for face in _largest(path)]  # fmt: skip
    faces = list(people)
    for path in sorted(given.faces.glob("*.jpg")) if given.faces else []:
        if not face_held_out(path.stem):
            faces += _largest(path)
    shown, others = (_with_more_of(part, real) for part, real in (
        (faces[::5], len(people[::5])),
        ([face for number, face in enumerate(faces) if number % 5], len(people) - len(people[::5])),
    ))  # fmt: skip
    tables: list[Told] = []
    for group, count in ((others, 4 * given.makeups // 5), (shown, given.makeups // 5)):
        laid = laid_on(group, count, given.seed + len(tables))
        tables.append(told(track(laid, description="makeups", total=count)))
    arrays = calibrated(fit_reader(tables[0], seed=given.seed), tables[1])
    np.savez_compressed(given.out, **stored(arrays))  # type: ignore[arg-type]


def _with_more_of(faces: list[Pictured], first: int) -> list[Pictured]:
    """Faces, the first of which, real people, come so often that they are about two of five."""
    others = len(faces) - first
    return faces if first == 0 else faces[:first] * max(1, round(0.66 * others / first)) + faces[first:]


def _largest(path: Path) -> list[Pictured]:
    """The picture and its largest face, if it has one that is large enough."""
    rgb = np.ascontiguousarray(read_photo(path).pixels[..., :3].astype(np.uint8))
    face = max(analyse_pixels(rgb), key=lambda face: face.size, default=None)
    return [(rgb, face)] if face is not None and face.size > SMALLEST else []


if __name__ == "__main__":
    main()
