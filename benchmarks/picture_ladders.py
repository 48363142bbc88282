"""Pictures on ladders of known corruptions: for how many of them each number tells every step.

What a change does outside its region, and to the noise of a camera, is no corruption of a picture; these two numbers
have ladders of their own (``outside`` and ``flicker``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from benchmarks import corruptions, grid, record
from benchmarks.corruptions import LADDERS, Ladder
from looksmith import evaluation
from looksmith.evaluation.features import shipped
from looksmith.evaluation.identity import FaceJudge
from looksmith.evaluation.metrics.change_outside import change_outside
from looksmith.evaluation.metrics.noise_gain import frame_after, noise_gain
from looksmith.evaluation.notebook import Notebook
from looksmith.evaluation.pair import measure_pair

Rgb = NDArray[np.uint8]

OF_STYLE = {"gram-distance", "moment-distance", "palette-distance-cielab"}
BETTER_HIGH = {"psnr", "ssim", "ms-ssim", "structure-kept", "edges-kept"}


def plain(numbers: dict[str, float | None]) -> dict[str, float]:
    """Numbers without the network's name; PSNR of equal pictures is infinite."""
    named = {}
    for name, value in numbers.items():
        short = name.partition("[")[0]
        short = "perceptual" if short.startswith(("unit-feature", "lpips")) else short
        named[short] = (float("inf") if short == "psnr" else float("nan")) if value is None else value
    return named


def climb(ladder: Ladder, photo: Rgb, other: Rgb, seed: int, face: FaceJudge | None) -> dict[str, list[float]]:
    """Every number on every step of a ladder; where style has a part, the picture is its own.

    First stands what the picture scores against itself, which is perfect: :func:`nulls` measures that.
    """
    style = photo if set(ladder.told_by) & OF_STYLE else None
    found = []
    for step in ladder.steps:
        made = ladder.at(photo, step, seed, other)
        found.append(plain(measure_pair(made, content=photo, style=style, judge=face, detectors=False).numbers))
    return {name: [perfect(name), *(row[name] for row in found)] for name in found[0]}


def perfect(name: str) -> float:
    """What equal pictures score."""
    return float("inf") if name == "psnr" else 1.0 if name in BETTER_HIGH else 0.0


def worsens(name: str, values: list[float]) -> bool:
    """Whether every step is worse than the one before."""
    steps = np.diff(values[1:] if name == "psnr" else values)
    return bool((steps < 0).all() if name in BETTER_HIGH else (steps > 0).all())


def code() -> str:
    """Digest of everything that has a part in a climb: what an older measure found is not kept."""
    digest = hashlib.sha256(Path(corruptions.__file__).read_bytes())
    room = Path(evaluation.__file__).parent
    for path in (
        *sorted(room.glob("metrics/*.py")),
        *(room / name for name in ("pair.py", "features.py", "identity.py")),
    ):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def outside(photo: Rgb, seed: int) -> dict[str, list[float]]:
    """Ever more tiles change places where nothing was to change."""
    nowhere = np.zeros(photo.shape[:2])
    steps = [change_outside(corruptions.shuffle(photo, step, seed, photo), photo, nowhere) for step in TILES]
    return {"changed-outside-share": [0.0, *(step.share for step in steps)]}


def flicker(photo: Rgb, seed: int) -> dict[str, list[float]]:
    """Two frames of a camera at rest, sharpened ever more: a clip of them flickers ever more."""
    again = frame_after(photo, seed=seed)
    frames = [[_sharper(frame, amount) for frame in (photo, again)] for amount in (0, *SHARPER)]
    return {"noise-gain": [noise_gain(first, second, photo, again) for first, second in frames]}


TILES, SHARPER = (0.125, 0.25, 0.5, 1.0), (0.25, 0.5, 1.0, 2.0)
OTHERS: Mapping[str, tuple[tuple[float, ...], Callable[[Rgb, int], dict[str, list[float]]]]] = {
    "outside": (TILES, outside),
    "flicker": (SHARPER, flicker),
}


def _sharper(rgb: Rgb, amount: float) -> Rgb:
    x = rgb.astype(np.float32)
    return np.asarray(np.rint(np.clip(x + amount * (x - cv2.GaussianBlur(x, (0, 0), 1.0)), 0, 255)), np.uint8)


def ladders(
    pictures: list[grid.Picture], portraits: list[grid.Picture], face: FaceJudge | None, book: Notebook
) -> dict[str, Any]:
    """Share of pictures for which each number tells every step; climbs that the notebook holds are not done again."""
    result: dict[str, Any] = {}
    measured_by = (code(), shipped().name, face.name if face else "")
    for name, ladder in LADDERS.items():
        chosen = portraits if name == "another person" else pictures
        told: dict[str, list[float]] = {number: [] for number in ladder.told_by}
        for k, picture in enumerate(track(chosen, name, console=Console(stderr=True))):
            other = chosen[(k + 1) % len(chosen)]
            key = " ".join((name, picture.name, other.name, f"{k} {picture.rgb.shape[0]}", *measured_by))
            entry = book.get(key)
            if entry is None:
                needs_face = face if name == "another person" else None
                entry = {"found": climb(ladder, picture.rgb, other.rgb, k, needs_face)}
                book.put(key, entry)
            found = entry["found"]
            for number in ladder.told_by:
                values = found.get(number)
                if values is not None and not np.isnan(values).any():
                    told[number].append(float(worsens(number, values)))
        result[name] = {"steps": list(ladder.steps), "told by": _shares(told)}
    for name, (steps, of) in OTHERS.items():
        told = {}
        for k, picture in enumerate(track(pictures, name, console=Console(stderr=True))):
            for number, values in of(picture.rgb, k).items():
                told.setdefault(number, []).append(float(worsens(number, values)))
        result[name] = {"steps": list(steps), "told by": _shares(told)}
    return result


def _shares(told: Mapping[str, list[float]]) -> dict[str, Any]:
    return {
        number: {**record.bootstrap(np.array(shares)), "pictures": len(shares)}
        for number, shares in told.items()
        if shares
    }
