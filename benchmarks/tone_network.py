"""Whether a network would grade better: one trained for the very goal of the tone facet, on the same pairs.

    python -m benchmarks.tone_network --data FOLDER [--steps 6000]

The network (a perceptron of 0.9 M parameters) sees the quantiles of photo and reference and gives the coefficients of
the grade at once; it is trained on random pairs of training pictures with the transport's own sum of distance and
detail.  Then both grade the held-out pairs of ``benchmarks.tone`` within the same limits.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from torch import Tensor, nn

from benchmarks import grid, record
from benchmarks.tone import GAPS, REFERENCES, judge, pairs, summary
from looksmith.errors import LooksmithError
from looksmith.facets.lut import apply_lut
from looksmith.facets.tone_grade import fit_to_photo, grade_lut
from looksmith.facets.tone_statistics import DIRECTIONS, LEVELS, quantile_table, thumbnail
from looksmith.facets.tone_transport import BASIS, Settings, basis, detail_metric, stretch_metric
from looksmith.training.data.pictures import find_pictures, load_pictures
from looksmith.training.loop import Progress, fit

POINTS = 512
Rgb = NDArray[np.uint8]


class ToneNetwork(nn.Module):
    """Tables of photo and reference, B x 24 x 65 each in Lab units -> coefficients, B x 72 x 3."""

    def __init__(self, width: int = 512) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(2 * 24 * 17, width), nn.GELU(), nn.Linear(width, width), nn.GELU(), nn.Linear(width, BASIS * 3)
        )
        nn.init.zeros_(self.layers[-1].weight)
        nn.init.zeros_(self.layers[-1].bias)

    def forward(self, photo: Tensor, reference: Tensor) -> Tensor:
        both = torch.cat([photo[..., ::4], reference[..., ::4] - photo[..., ::4]], dim=1)
        return 10 * torch.as_tensor(self.layers(both.flatten(1) / 30)).view(-1, BASIS, 3)


class ToneTask:
    """Random pairs of training pictures, and the transport's sum as the loss."""

    def __init__(self, pictures: list[Rgb], steps: int, batch: int = 32, seed: int = 3) -> None:
        torch.manual_seed(seed)
        self.steps, self.size, self.seed = steps, batch, seed
        labs = [thumbnail(picture) for picture in pictures]
        rng = np.random.default_rng(seed)
        self.colours = _stack([rng.choice(lab.reshape(-1, 3), POINTS) for lab in labs])
        self.tables = _stack([quantile_table(lab.reshape(-1, 3)) for lab in labs])
        known = Settings()
        self.metrics = _stack([detail_metric(lab, known.floor) for lab in labs])
        self.known, self.stretch = known, torch.from_numpy(stretch_metric()).float()
        self.directions = torch.from_numpy(DIRECTIONS).float()
        ranks = (np.arange(POINTS) + 0.5) / POINTS
        aims = [np.stack([np.interp(ranks, LEVELS, row) for row in table]) for table in self.tables.numpy()]
        self.aims = _stack(aims)
        self.network = ToneNetwork()
        self.modules: Mapping[str, nn.Module] = {"network": self.network}
        self.optimizers: Mapping[str, torch.optim.Optimizer] = {"adam": torch.optim.AdamW(self.network.parameters())}

    def batch(self, step: int) -> Tensor:
        rng = np.random.default_rng([self.seed, step])
        return torch.from_numpy(rng.integers(0, len(self.tables), (2, self.size)))

    def losses(self, batch: Tensor, step: int) -> dict[str, Tensor]:
        photo, reference = batch
        coefficients = self.network(self.tables[photo], self.tables[reference])
        colours = self.colours[photo]
        phi = torch.from_numpy(basis(colours.numpy())).float()
        moved = colours + phi @ coefficients
        along = (moved @ self.directions.T).sort(dim=1).values.transpose(1, 2)
        distance = 3 * (along - self.aims[reference]).square().mean()
        light, chroma = coefficients[..., 0], coefficients[..., 1:]
        metric = self.metrics[photo]
        detail = torch.einsum("bi,bij,bj->b", light, metric, light).mean()
        colour = torch.einsum("bik,bij,bjk->b", chroma, metric, chroma).mean()
        even = torch.einsum("bik,ij,bjk->b", coefficients, self.stretch, coefficients).mean()
        total = distance + self.known.light * detail + self.known.chroma * colour + 400 * self.known.even * even
        return {"total": total, "distance": distance, "detail": detail}

    def learning_rate(self, step: int) -> float:
        return 1e-3 * min(1.0, (step + 1) / 200) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * step / self.steps)))


def _stack(arrays: Sequence[NDArray[Any]]) -> Tensor:
    return torch.from_numpy(np.stack(arrays)).float()


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, measure both, write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    grid.add_data_argument(parser)
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--pairs", type=int, default=60)
    given = parser.parse_args(arguments)
    console = Console(stderr=True)
    try:
        data = grid.data_folder(given.data)
        chosen = pairs(data, given.pairs)
    except LooksmithError as error:
        console.print(f"error: {error}")
        return 1
    pictures = load_pictures(find_pictures([data / folder for folder in REFERENCES]), short_side=256).arrays
    task = ToneTask(pictures, given.steps)

    def tell(entry: Progress) -> None:
        console.print(f"{entry.step}  {entry.seconds:.0f} s", {k: round(v, 2) for k, v in entry.losses.items()})

    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        fit(task, Path(folder), steps=given.steps, log_every=1000, on_log=tell)
    minutes = (time.monotonic() - begin) / 60
    values: dict[str, list[list[float]]] = {"transport": [], "network": []}
    for pair in chosen:
        table = quantile_table(thumbnail(pair.reference).reshape(-1, 3))
        own = quantile_table(thumbnail(pair.photo).reshape(-1, 3))
        with torch.inference_mode():
            guessed = task.network(_stack([own]), _stack([table]))[0].double().numpy()
        for name, coefficients in (("transport", fit_to_photo(pair.photo, None, table)), ("network", guessed)):
            made = apply_lut(grade_lut(coefficients), pair.photo)
            values[name].append(judge(pair, np.asarray(made, np.uint8)))
    result: dict[str, Any] = {
        "pairs": len(chosen),
        "training pictures": len(pictures),
        "steps": given.steps,
        "minutes": round(minutes, 1),
        "parameters": sum(p.numel() for p in task.network.parameters()),
        "methods": {name: summary(np.asarray(rows)) for name, rows in values.items()},
    }
    path = record.write("tone-network", result)
    Console().print({n: {g: m[g]["value"] for g in (*GAPS, "gradient SSIM")} for n, m in result["methods"].items()})
    Console().print(f"-> {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
