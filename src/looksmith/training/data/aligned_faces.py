"""Aligned faces kept in memory, and the light, blur and covers that a network must not mind."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from looksmith.errors import LooksmithError


@dataclass(frozen=True, eq=False)
class AlignedFaces:
    """Faces upright, with room around them to move the crop.

    Attributes:
        names: of their files, in folders; ``#L`` and ``#R`` are the halves of a pair.
        wide: uint8 N x S x S x 3, the crop of the student with a margin on every side.
        chips: uint8 N x 150 x 150 x 3, the crop of the teacher.
        taught: float32 N x 128, what the teacher says of the chips, the mean with the mirrored chip.
        people: who it is, N numbers; -1 where nobody said.
    """

    names: NDArray[np.str_]
    wide: NDArray[np.uint8]
    chips: NDArray[np.uint8]
    taught: NDArray[np.float32]
    people: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.names)

    def part(self, chosen: NDArray[np.bool_]) -> AlignedFaces:
        """Those that are chosen."""
        return AlignedFaces(
            self.names[chosen], self.wide[chosen], self.chips[chosen], self.taught[chosen], self.people[chosen]
        )


def save(faces: AlignedFaces, path: Path) -> None:
    """To one file."""
    np.savez(
        path, names=faces.names, wide=faces.wide, chips=faces.chips, taught=faces.taught, people=faces.people
    )  # fmt: skip


def load(path: Path) -> AlignedFaces:
    """From one file.

    Raises:
        LooksmithError: it is not there, or is no such file.
    """
    try:
        with np.load(path) as held:
            return AlignedFaces(*(held[name] for name in ("names", "wide", "chips", "taught", "people")))
    except (OSError, KeyError, ValueError) as error:
        raise LooksmithError(
            "there are no prepared faces", where=path, expected="a file of the recipe faces-identity", got=str(error)
        ) from error


def disturbed(wide: Tensor, side: int, random: torch.Generator) -> Tensor:
    """Crops of ``side`` as they might come: moved, mirrored, lit, blurred, covered, compressed.

    Args:
        wide: N x 3 x S x S in [0, 1], faces with a margin.
        side: of the crops; the margin is what S has more.
        random: drives all of it.

    Returns:
        N x 3 x side x side in [0, 1].
    """
    count, wider = len(wide), wide.shape[-1]

    def draw(low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand((count, *shape), generator=random)

    # place: turned by up to 12 degrees, 12 % larger or smaller, moved by 5 %, mirrored half the time
    angle, size = draw(-0.21, 0.21), torch.exp(draw(-0.11, 0.11)) * side / wider
    mirror = torch.where(torch.rand(count, generator=random) < 0.5, -1.0, 1.0)
    cos, sin = size * torch.cos(angle), size * torch.sin(angle)
    rows = torch.stack(
        [
            torch.stack([cos * mirror, -sin, draw(-0.05, 0.05)], 1),
            torch.stack([sin * mirror, cos, draw(-0.05, 0.05)], 1),
        ],
        1,
    )
    x = F.grid_sample(wide, F.affine_grid(rows, [count, 3, side, side], align_corners=False), align_corners=False)

    # light: gamma, contrast, brightness, warmth, a lamp from one side; some without colour
    x = x.clamp(1e-3, 1) ** torch.exp(draw(-0.45, 0.45, 1, 1, 1))
    x = (x - 0.5) * torch.exp(draw(-0.35, 0.35, 1, 1, 1)) + 0.5 + draw(-0.1, 0.1, 1, 1, 1)
    x = x * torch.exp(draw(-0.15, 0.15, 3, 1, 1))
    ramp = torch.linspace(-1, 1, side)
    x = x * (1 + draw(-0.3, 0.3, 1, 1, 1) * ramp.view(1, 1, 1, -1) + draw(-0.2, 0.2, 1, 1, 1) * ramp.view(1, 1, -1, 1))
    grey = (torch.rand(count, generator=random) < 0.15).view(-1, 1, 1, 1)
    x = torch.where(grey, x.mean(dim=1, keepdim=True), x)

    # a quarter of the batch small once, a quarter noisy
    small = count // 4
    if small:
        less = int(side * float(torch.rand(1, generator=random)) * 0.45 + side * 0.3)
        low = F.interpolate(x[:small], (less, less), mode="area")
        x = torch.cat([F.interpolate(low, (side, side), mode="bilinear", align_corners=False), x[small:]])
        noise = torch.randn((small, 3, side, side), generator=random) * draw(0.01, 0.06, 1, 1, 1)[:small]
        x = torch.cat([x[:-small], x[-small:] + noise])
    x = x.clamp(0, 1)

    # covered: a block of one colour on a fifth
    for k in torch.nonzero(torch.rand(count, generator=random) < 0.2).flatten().tolist():
        high, broad = (int(side * (0.12 + 0.28 * float(torch.rand(1, generator=random)))) for _ in range(2))
        top = int(torch.randint(0, side - high, (1,), generator=random))
        left = int(torch.randint(0, side - broad, (1,), generator=random))
        x[k, :, top : top + high, left : left + broad] = torch.rand((3, 1, 1), generator=random)
    return x
